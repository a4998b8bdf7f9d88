// SPDX-License-Identifier: MIT
#include "tui/screen_help.h"

#include "base/guard.h"
#include "base/text.h"
#include "tui/draw.h"
#include "tui/screen.h"

#include <stdlib.h>

struct help {
	struct screen screen;
	char *lines;
	size_t top;
	int height; // of the last drawing
};

static struct help *help_of(struct screen *screen)
{
	return (struct help *)screen;
}

static enum status help_draw(
	struct screen *screen, struct terminal *terminal, const struct area *body)
{
	struct help *help = help_of(screen);
	help->height = body->height;
	draw_lines(terminal, body, help->lines, &help->top);
	return STATUS_OK;
}

static enum status help_key(
	struct screen *screen, const struct input *input, bool *handled, struct error *err)
{
	struct help *help = help_of(screen);
	(void)err;
	*handled = true;
	if (input->kind == INPUT_ENTER || input_is_help(input))
		screens_pop(screen->screens);
	else
		*handled = draw_scroll(&help->top, input, help->height);
	return STATUS_OK;
}

static void help_close(struct screen *screen)
{
	free(help_of(screen)->lines);
	free(screen);
}

static const struct screen_ops help_screen = {
	.name = "help",
	.draw = help_draw,
	.key = help_key,
	.close = help_close,
};

static const char everywhere[] = "Backspace, Esc       go back\n"
				 "?, h, F1             this help\n"
				 "q, F10               quit\n";

static char *make_lines(const char *const *paragraphs)
{
	struct text text = {0};
	text_add(&text, everywhere);
	for (size_t i = 0; paragraphs && paragraphs[i]; i++) {
		text_add(&text, "\n");
		text_add(&text, paragraphs[i]);
	}
	return text_take(&text);
}

enum status help_create(const char *const *paragraphs, struct screen **ret)
{
	AUTO(freep) char *lines = make_lines(paragraphs);
	struct help *help = lines ? calloc(1, sizeof(*help)) : NULL;
	if (!help)
		return STATUS_NO_MEMORY;
	*help = (struct help){.screen = {.ops = &help_screen}, .lines = take_ptr(lines)};
	*ret = &help->screen;
	return STATUS_OK;
}

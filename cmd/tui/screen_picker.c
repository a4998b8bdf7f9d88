// SPDX-License-Identifier: MIT
#include "tui/screen_picker.h"

#include "tui/draw.h"
#include "tui/list.h"
#include "tui/pick.h"
#include "tui/screen.h"
#include "view/table.h"

#include <math.h>
#include <stdlib.h>

struct picker {
	struct screen screen;
	struct pick *pick;
	struct table *table; // NULL: not loaded yet
	struct list list;
	struct area area; // of the list, in the last drawing
	double next_load;
};

static struct picker *picker_of(struct screen *screen)
{
	return (struct picker *)screen;
}

static enum status picker_tick(struct screen *screen, double now, bool *redraw, struct error *err)
{
	struct picker *picker = picker_of(screen);
	struct pick *pick = picker->pick;
	struct table *table;
	if (now < picker->next_load)
		return STATUS_OK;
	picker->next_load = pick->seconds < 0 ? INFINITY : now + pick->seconds;
	enum status status = pick->ops->load(pick, &table, err);
	if (status)
		return status;
	table_destroy(picker->table);
	picker->table = table;
	*redraw = true;
	return list_update(&picker->list, table);
}

static enum status picker_draw_frame(
	struct screen *screen, struct terminal *terminal, struct area *body)
{
	struct picker *picker = picker_of(screen);
	const struct pick_ops *ops = picker->pick->ops;
	struct footer footer = {"Enter opens, / filters, s sorts, ? helps, q quits", STYLE_FAINT};
	bool is_empty = ops->empty && !picker->table->row_count;
	int rows = terminal_rows(terminal);
	terminal_put(terminal, 0, 0, is_empty ? ops->empty : ops->title, STYLE_STRONG, false);
	screens_note(screen->screens, &footer);
	draw_footer(terminal, &picker->list, picker->table, &footer);
	*body = picker->area = (struct area){1, rows > 2 ? rows - 2 : 0};
	return STATUS_OK;
}

static enum status picker_draw(
	struct screen *screen, struct terminal *terminal, const struct area *body)
{
	struct picker *picker = picker_of(screen);
	return draw_list(terminal, body, &picker->list, picker->table);
}

// A failure to open one process does not end the picker.
static enum status open_row(struct picker *picker)
{
	struct screens *screens = picker->screen.screens;
	struct terminal *terminal = screens_terminal(screens);
	struct error problem = {""};
	struct screen *opened;
	size_t row;
	if (!list_row(&picker->list, &row))
		return STATUS_OK;
	terminal_put(
		terminal, terminal_rows(terminal) - 1, 0, "opening the process", STYLE_FAINT, true);
	terminal_show(terminal);
	if (!picker->pick->ops->open(picker->pick, picker->table->subjects[row], &opened, &problem))
		return screens_push(screens, opened);
	screens_tell(screens, STYLE_ALARM, problem.message);
	return STATUS_OK;
}

static enum status picker_key(
	struct screen *screen, const struct input *input, bool *handled, struct error *err)
{
	struct picker *picker = picker_of(screen);
	enum list_answer answer;
	(void)err;
	if (!screens_is_top(screen->screens, screen))
		return STATUS_OK;
	enum status status =
		draw_list_input(&picker->area, &picker->list, picker->table, input, &answer);
	*handled = answer != LIST_PASSED;
	if (answer == LIST_SORTED)
		screens_tell_order(screen->screens, &picker->list, picker->table);
	return status || answer != LIST_OPENED ? status : open_row(picker);
}

static void picker_close(struct screen *screen)
{
	struct picker *picker = picker_of(screen);
	list_deinit(&picker->list);
	table_destroy(picker->table);
	picker->pick->ops->close(picker->pick);
	free(picker);
}

static const char *const help[] = {list_help, NULL};

static const struct screen_ops picker_screen = {
	.name = "picker",
	.help = help,
	.tick = picker_tick,
	.draw_frame = picker_draw_frame,
	.draw = picker_draw,
	.key = picker_key,
	.close = picker_close,
};

enum status picker_create(struct pick *take, struct screen **ret, struct error *err)
{
	struct picker *picker = calloc(1, sizeof(*picker));
	if (!picker) {
		take->ops->close(take);
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the screen");
	}
	*picker = (struct picker){.screen = {.ops = &picker_screen}, .pick = take};
	*ret = &picker->screen;
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "tui/screen_detail.h"

#include "base/guard.h"
#include "base/text.h"
#include "base/utf8.h"
#include "tui/draw.h"
#include "tui/screen.h"
#include "view/fit.h"
#include "view/line.h"
#include "view/table.h"
#include "view/view.h"

#include <stdlib.h>

enum { NARROW = 40 }; // below this width values are on lines of their own

struct detail {
	struct screen screen;
	const struct detail_source *source;
	struct subject subject;
	char *lines;	  // the text, separated by newlines; NULL: none yet
	unsigned version; // of the source when they were made
	unsigned width;	  // for which they were made
	bool is_gone;	  // the table does not have the row any more; the lines are the last ones
	size_t top;
	int height; // of the last drawing
};

// The source of the lines: a row, and a table of its details or NULL.
struct content {
	const struct table *table;
	size_t row;
	const struct table *behind;
	unsigned width;
	bool ascii;
};

static struct detail *detail_of(struct screen *screen)
{
	return (struct detail *)screen;
}

// Adds a value, wrapped to several lines if needed; all but the first are indented.
static void add_wrapped(struct text *text, const char *value, unsigned indent, unsigned width)
{
	while (*value) {
		const char *end = value + utf8_fit(value, width, NULL);
		if (end == value)
			utf8_next(&end); // at least one character, however wide
		text_add_bytes(text, value, (size_t)(end - value));
		text_add(text, "\n");
		value = end;
		if (*value)
			text_add_format(text, "%*s", (int)indent, "");
	}
}

// The width of the widest label; values are written after it.
static unsigned label_width(const struct table *table)
{
	unsigned widest = 0;
	for (size_t i = 0; i < table->column_count; i++) {
		unsigned width = utf8_width(column_name(&table->columns[i]));
		if (width > widest)
			widest = width;
	}
	return widest;
}

static void add_cell(struct text *text, const struct content *content, size_t column)
{
	char buffer[CELL_BUFFER_SIZE];
	const struct table *table = content->table;
	const char *value = cell_format(
		&table->columns[column], table_cell(table, content->row, column), buffer);
	const char *label = column_name(&table->columns[column]);
	struct text shown = {0};
	if (content->ascii)
		line_add_ascii(&shown, value);
	else
		text_add(&shown, value);
	bool narrow = content->width < NARROW;
	unsigned indent = narrow ? 2 : label_width(table) + 2;
	if (narrow)
		text_add_format(text, "%s\n  ", label);
	else
		line_add_padded(text, label, indent, false, content->ascii);
	add_wrapped(text, shown.length ? shown.bytes : "-", indent,
		content->width > indent ? content->width - indent : 1);
	text_deinit(&shown);
}

static enum status add_behind(struct text *text, const struct content *content)
{
	AUTO(fit_destroyp) struct fit *fit = NULL;
	enum status status = fit_create(content->behind, content->width, content->ascii, &fit);
	if (status)
		return status;
	text_add_format(text, "\n%s\n", content->behind->title);
	fit_add_heading(fit, content->behind, text);
	text_add(text, "\n");
	for (size_t row = 0; row < content->behind->row_count; row++) {
		fit_add_row(fit, content->behind, row, text);
		text_add(text, "\n");
	}
	return STATUS_OK;
}

static char *make_lines(const struct content *content)
{
	struct text text = {0};
	for (size_t i = 0; i < content->table->column_count; i++)
		add_cell(&text, content, i);
	bool has_more = content->behind && content->behind->row_count;
	if (has_more && add_behind(&text, content))
		text.failed = true;
	return text_take(&text);
}

// Makes the lines again. If the row is gone, keeps the old ones.
static enum status refresh(struct detail *detail, const struct terminal *terminal)
{
	const struct detail_source *source = detail->source;
	AUTO(table_destroyp) struct table *behind = NULL;
	struct content content = {
		.table = source->table,
		.width = (unsigned)terminal_columns(terminal),
		.ascii = terminal_is_ascii(terminal),
	};
	detail->version = source->version;
	detail->width = content.width;
	detail->is_gone = !table_find_row(source->table, detail->subject, &content.row);
	if (detail->is_gone)
		return STATUS_OK;
	enum status status = STATUS_OK;
	if (source->view->open_row)
		status = source->view->open_row(source->results, detail->subject, &behind);
	content.behind = behind;
	char *lines = status ? NULL : make_lines(&content);
	if (!lines)
		return STATUS_NO_MEMORY;
	free(detail->lines);
	detail->lines = lines;
	return STATUS_OK;
}

static enum status detail_draw(
	struct screen *screen, struct terminal *terminal, const struct area *body)
{
	struct detail *detail = detail_of(screen);
	bool is_old = !detail->lines || detail->version != detail->source->version ||
		      detail->width != (unsigned)terminal_columns(terminal);
	enum status status = is_old ? refresh(detail, terminal) : STATUS_OK;
	if (status || body->height < 1)
		return status;
	struct area lines = {body->row + 1, body->height - 1};
	terminal_put(terminal, body->row, 0,
		detail->is_gone ? "not in the last sample" : "Backspace: back to the table",
		STYLE_HEADING, false);
	draw_lines(terminal, &lines, detail->lines ? detail->lines : "", &detail->top);
	detail->height = lines.height;
	return STATUS_OK;
}

static enum status detail_key(
	struct screen *screen, const struct input *input, bool *handled, struct error *err)
{
	struct detail *detail = detail_of(screen);
	(void)err;
	if (!screens_is_top(screen->screens, screen))
		return STATUS_OK;
	*handled = true;
	if (input->kind == INPUT_ENTER)
		screens_pop(screen->screens);
	else
		*handled = draw_scroll(&detail->top, input, detail->height);
	return STATUS_OK;
}

static void detail_close(struct screen *screen)
{
	free(detail_of(screen)->lines);
	free(screen);
}

static const struct screen_ops detail_screen = {
	.name = "detail",
	.draw = detail_draw,
	.key = detail_key,
	.close = detail_close,
};

enum status detail_create(
	const struct detail_source *source, struct subject subject, struct screen **ret)
{
	struct detail *detail = calloc(1, sizeof(*detail));
	if (!detail)
		return STATUS_NO_MEMORY;
	*detail = (struct detail){
		.screen = {.ops = &detail_screen}, .source = source, .subject = subject};
	*ret = &detail->screen;
	return STATUS_OK;
}

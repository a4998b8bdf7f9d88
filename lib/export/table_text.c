// SPDX-License-Identifier: MIT
#include "export/table_text.h"

#include "base/guard.h"
#include "view/fit.h"
#include "view/line.h"

// A table with only the first rows. Borrows everything.
static struct table first_rows(const struct table *table, unsigned max_rows)
{
	struct table part = *table;
	if (max_rows && part.row_count > max_rows)
		part.row_count = max_rows;
	return part;
}

static void add_line(const struct text_options *options, const char *line, struct text *text)
{
	line_add_cut(text, line, options->width ? options->width : UINT32_MAX, options->ascii);
	text_add(text, "\n");
}

static void add_left_out(const struct text_options *options, size_t count, struct text *text)
{
	char figure[TEXT_FIGURE_SIZE];
	struct text line = {0};
	text_add_format(
		&line, "(%s more %s)", text_count(figure, count), count == 1 ? "row" : "rows");
	text->failed |= line.failed;
	if (line.bytes)
		add_line(options, line.bytes, text);
	text_deinit(&line);
}

enum status table_text_add(
	const struct table *table, const struct text_options *options, struct text *text)
{
	const struct table part = first_rows(table, options->max_rows);
	AUTO(fit_destroyp) struct fit *fit = NULL;
	enum status status = fit_create(&part, options->width, options->ascii, &fit);
	if (status)
		return status;

	add_line(options, table->title, text);
	fit_add_heading(fit, &part, text);
	text_add(text, "\n");
	for (size_t row = 0; row < part.row_count; row++) {
		fit_add_row(fit, &part, row, text);
		text_add(text, "\n");
	}
	if (part.row_count < table->row_count)
		add_left_out(options, table->row_count - part.row_count, text);
	if (table->note)
		add_line(options, table->note, text);
	return text->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "view/view_references.h"

#include "base/guard.h"
#include "base/text.h"
#include "result/references.h"

enum { PATH, PATH_NUMBER, PATH_COLUMNS };

static const struct column path_columns[PATH_COLUMNS] = {
	[PATH] = {.title = "PATH", .name = "path", .format = CELL_TEXT, .is_key = true},
	[PATH_NUMBER] = {.title = "REFERENCES", .name = "count", .format = CELL_COUNT},
};

enum { TYPE, VIA, NUMBER, COLUMNS };

static const struct column columns[COLUMNS] = {
	[TYPE] = {.title = "TYPE", .name = "type", .format = CELL_TEXT, .is_key = true},
	[VIA] = {.title = "VIA", .name = "via", .format = CELL_TEXT},
	[NUMBER] = {.title = "REFERENCES", .name = "count", .format = CELL_COUNT},
};

enum status view_references_line(
	const struct references *references, char **ret, struct error *err)
{
	AUTO(text_deinit) struct text text = {0};
	char figure[TEXT_FIGURE_SIZE];
	text_add_format(&text, "%s: ", references->path);
	if (references->count == 1)
		text_add(&text, references->type);
	else
		text_add_format(&text, "%s objects", text_count(figure, references->count));
	text_add_format(&text, ", %s", text_bytes(figure, references->bytes));
	text_add_format(&text, ", %s retained", text_bytes(figure, references->retained_bytes));
	*ret = text_take(&text);
	return *ret ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "cannot allocate a line");
}

static enum status note_left_out(struct table *table, uint64_t count, const char *what)
{
	AUTO(text_deinit) struct text text = {0};
	char figure[TEXT_FIGURE_SIZE];
	if (!count)
		return STATUS_OK;
	text_add_format(&text, "%s more %s are left out", text_count(figure, count), what);
	return text.failed ? STATUS_NO_MEMORY : table_set_note(table, text.bytes);
}

static enum status add_path(struct table *table, const struct holding_path *path)
{
	struct cell *row;
	enum status status = table_add_row(table, &row);
	if (!status)
		status = cell_set_text(&row[PATH], path->path);
	if (!status)
		cell_set_unsigned(&row[PATH_NUMBER], path->count);
	return status;
}

enum status view_holding_paths(
	const struct references *references, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	enum status status = table_create("Held by", path_columns, PATH_COLUMNS, &table);
	for (size_t i = 0; !status && i < references->paths.count; i++)
		status = add_path(table, &references->paths.items[i]);
	if (!status)
		status = note_left_out(
			table, references->path_count - references->paths.count, "paths");
	if (status)
		return error_set(err, status, "cannot allocate a table");
	table->sort_column = PATH_NUMBER;
	table->sort_descending = true;
	*ret = take_ptr(table);
	return STATUS_OK;
}

static enum status add_referrer(struct table *table, const struct referrer *referrer)
{
	struct cell *row;
	enum status status = table_add_row(table, &row);
	if (!status)
		status = cell_set_text(&row[TYPE], referrer->type);
	if (!status)
		status = cell_set_text(&row[VIA], referrer->via);
	if (!status)
		cell_set_unsigned(&row[NUMBER], referrer->count);
	return status;
}

enum status view_referrers(
	const struct references *references, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	enum status status = table_create("Referrers", columns, COLUMNS, &table);
	for (size_t i = 0; !status && i < references->referrers.count; i++)
		status = add_referrer(table, &references->referrers.items[i]);
	if (!status)
		status = note_left_out(table,
			references->referrer_count - references->referrers.count, "referrers");
	if (status)
		return error_set(err, status, "cannot allocate a table");
	table->sort_column = NUMBER;
	table->sort_descending = true;
	*ret = take_ptr(table);
	return STATUS_OK;
}

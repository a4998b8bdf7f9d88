// SPDX-License-Identifier: MIT
#include "view/view_inspection.h"

#include "base/guard.h"
#include "base/text.h"
#include "result/inspection.h"

enum { NAME, TYPE, NUMBER, LENGTH, SIZE, RETAINED, VALUE, COLUMNS };

static const struct column columns[COLUMNS] = {
	[NAME] = {.title = "NAME", .name = "name", .format = CELL_TEXT, .is_key = true},
	[TYPE] = {.title = "TYPE", .name = "type", .format = CELL_TEXT},
	[NUMBER] = {.title = "OBJECTS", .name = "count", .priority = 3, .format = CELL_COUNT},
	[LENGTH] = {.title = "LENGTH", .name = "length", .priority = 2, .format = CELL_COUNT},
	[SIZE] = {.title = "SIZE", .name = "size_bytes", .priority = 4, .format = CELL_BYTES},
	[RETAINED] = {.title = "RETAINED", .name = "retained_bytes", .format = CELL_BYTES},
	[VALUE] = {.title = "VALUE", .name = "value", .priority = 1, .format = CELL_TEXT},
};

static void add_figure(struct text *text, enum cell_format format, uint64_t value)
{
	const struct column column = {.format = format};
	struct cell cell = {.is_empty = true};
	char buffer[CELL_BUFFER_SIZE];
	cell_set_unsigned(&cell, value);
	text_add(text, cell_format(&column, &cell, buffer));
}

enum status view_inspection_line(
	const struct inspection *inspection, char **ret, struct error *err)
{
	const struct inspected *object = &inspection->object;
	AUTO(text_deinit) struct text text = {0};
	text_add_format(&text, "%s: %s", inspection->path, object->type);
	if (object->has_length) {
		text_add(&text, " of ");
		add_figure(&text, CELL_COUNT, object->length);
	}
	if (object->value)
		text_add_format(&text, " %s", object->value);
	text_add(&text, ", ");
	add_figure(&text, CELL_BYTES, object->size_bytes);
	text_add(&text, " itself, ");
	add_figure(&text, CELL_BYTES, object->retained_bytes);
	text_add(&text, " retained");
	*ret = text_take(&text);
	return *ret ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "cannot allocate a line");
}

enum status view_inspection_fillers(
	const struct inspection *inspection, char **ret, struct error *err)
{
	AUTO(text_deinit) struct text text = {0};
	vector_for_each(filler, &inspection->filled_by)
		text_add_format(&text, "%s%s (%s:%d)", text.length ? ", " : "filled in ",
			filler->function, filler->file, filler->line);
	*ret = text_take(&text);
	return *ret ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "cannot allocate a line");
}

static enum status add_entry(struct table *table, const struct inspected *entry)
{
	struct cell *row;
	enum status status = table_add_row(table, &row);
	if (!status)
		status = cell_set_text(&row[NAME], entry->name);
	if (!status)
		status = cell_set_text(&row[TYPE], entry->type);
	if (!status && entry->value)
		status = cell_set_text(&row[VALUE], entry->value);
	if (status)
		return status;
	cell_set_unsigned(&row[NUMBER], entry->count);
	if (entry->has_length)
		cell_set_unsigned(&row[LENGTH], entry->length);
	cell_set_unsigned(&row[SIZE], entry->size_bytes);
	cell_set_unsigned(&row[RETAINED], entry->retained_bytes);
	return STATUS_OK;
}

// Values are the last column; it exists only if they were asked for.
static size_t columns_of(const struct inspection *inspection)
{
	vector_for_each(entry, &inspection->entries)
		if (entry->value)
			return COLUMNS;
	return VALUE;
}

enum status view_inspection(
	const struct inspection *inspection, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	enum status status =
		table_create("What it has", columns, columns_of(inspection), &table);
	for (size_t i = 0; !status && i < inspection->entries.count; i++)
		status = add_entry(table, &inspection->entries.items[i]);
	if (status)
		return error_set(err, status, "cannot allocate a table");
	table->sort_column = RETAINED;
	table->sort_descending = true;
	*ret = take_ptr(table);
	return STATUS_OK;
}

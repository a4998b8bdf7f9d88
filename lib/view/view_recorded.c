// SPDX-License-Identifier: MIT
#include "view/view_recorded.h"

#include "analysis/growth.h"
#include "base/guard.h"
#include "base/time.h"
#include "result/recorded.h"
#include "view/table.h"

#include <string.h>

enum { NUMBER, PID, PYTHON, SAMPLES, FIRST, LAST, RSS, RSS_CHANGE, COMMAND, COLUMNS };

static const struct column columns[COLUMNS] = {
	[NUMBER] = {.title = "NO", .name = "number", .format = CELL_ID, .is_key = true},
	[PID] = {.title = "PID", .name = "pid", .format = CELL_ID},
	[PYTHON] = {.title = "PYTHON", .name = "python", .priority = 4, .format = CELL_TEXT},
	[SAMPLES] = {.title = "SAMPLES", .name = "samples", .priority = 2, .format = CELL_COUNT},
	[FIRST] = {.title = "FIRST", .name = "first", .priority = 3, .format = CELL_TEXT},
	[LAST] = {.title = "LAST", .name = "last", .priority = 5, .format = CELL_TEXT},
	[RSS] = {.title = "RSS", .name = "rss_bytes", .format = CELL_BYTES},
	[RSS_CHANGE] = {.title = "CHANGE", .name = "rss_delta", .format = CELL_BYTES_CHANGE},
	[COMMAND] = {.title = "COMMAND", .name = "cmdline", .priority = 1, .format = CELL_TEXT,
		.is_command = true},
};

// "2024-05-01 12:00Z": the time distinguishes recordings.
static enum status set_time(struct cell *cell, int64_t time_ms)
{
	char text[TIME_TEXT_SIZE];
	time_format_plain(time_ms, text);
	text[strlen("2024-05-01 12:00")] = 'Z';
	text[strlen("2024-05-01 12:00Z")] = '\0';
	return cell_set_text(cell, text);
}

static enum status add_target(
	struct table *table, size_t position, const struct recorded_target *target)
{
	struct cell *row;
	enum status status = table_add_row_about(
		table, (struct subject){SUBJECT_TARGET, position}, &row);
	if (!status)
		status = cell_set_text(&row[PYTHON], target->identity.python);
	if (!status)
		status = set_time(&row[FIRST], target->first_ms);
	if (!status)
		status = set_time(&row[LAST], target->last_ms);
	if (!status)
		status = cell_set_text(&row[COMMAND], target->identity.command_line);
	if (status)
		return status;
	cell_set_unsigned(&row[NUMBER], position + 1);
	cell_set_unsigned(&row[PID], target->identity.pid > 0 ? (uint64_t)target->identity.pid : 0);
	cell_set_unsigned(&row[SAMPLES], target->sample_count);
	cell_set_unsigned(&row[RSS], target->last_rss_bytes);
	cell_set_signed(&row[RSS_CHANGE],
		growth_difference(target->first_rss_bytes, target->last_rss_bytes));
	return STATUS_OK;
}

enum status view_recorded(const struct recorded_target *targets, size_t count, struct table **ret,
	struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	enum status status = table_create("Recorded processes", columns, COLUMNS, &table);
	for (size_t i = 0; !status && i < count; i++)
		status = add_target(table, i, &targets[i]);
	if (!status)
		table_sort(table, NUMBER, false);
	if (status)
		return error_set(err, status, "cannot list the recorded processes: %s",
			status_text(status));
	*ret = take_ptr(table);
	return STATUS_OK;
}

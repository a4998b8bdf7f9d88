// SPDX-License-Identifier: MIT
// Tables as comma-separated values, for spreadsheets and pandas: RFC 4180, UTF-8, numbers without
// separators or units. Text that a spreadsheet would treat as a formula gets an apostrophe in
// front.
#pragma once

#include "base/text.h"
#include "result/reading.h"
#include "view/table.h"

#include <sys/types.h>

// Each line begins with the process: its pid, and the start time that distinguishes processes with
// that pid.
struct csv_process {
	pid_t pid;
	uint64_t start_time;
};

// Add the names of a table's columns, or its rows. The values of a series are separated by spaces.
void csv_add_heading(const struct table *table, struct text *text);
void csv_add_rows(const struct table *table, const struct csv_process *process, struct text *text);

// Adds a line for each sample with its figures. Times are RFC 3339, in UTC; unknown figures are
// empty.
void csv_add_readings_heading(struct text *text);
void csv_add_reading(
	const struct reading *reading, const struct csv_process *process, struct text *text);

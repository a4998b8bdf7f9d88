// SPDX-License-Identifier: MIT
// Tables as comma-separated values, for spreadsheets and pandas: RFC 4180, UTF-8, figures without
// separators or units. Text that a spreadsheet would take for a formula gets an apostrophe in
// front.
#pragma once

#include "base/text.h"
#include "result/reading.h"
#include "view/table.h"

#include <sys/types.h>

// Each line begins with the process: pid, and the start time that tells it from others of this pid.
struct csv_process {
	pid_t pid;
	uint64_t start_time;
};

// Adds the names of the columns of a table, or its rows; a series has its values with spaces
// between.
void csv_add_heading(const struct table *table, struct text *text);
void csv_add_rows(const struct table *table, const struct csv_process *process, struct text *text);

// The same for what is known of each sample: a line for every one. Times are RFC 3339, in UTC; what
// a sample does not know is empty.
void csv_add_readings_heading(struct text *text);
void csv_add_reading(
	const struct reading *reading, const struct csv_process *process, struct text *text);

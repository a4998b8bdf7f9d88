// SPDX-License-Identifier: MIT
// The report: one HTML file that needs nothing else. Its style and script are in it, and by its
// Content-Security-Policy it loads nothing and runs nothing but them.
#pragma once

#include "base/error.h"
#include "base/text.h"
#include "export/course.h"

#include <stddef.h>

// Rows of the tables of types and of containers.
enum { REPORT_ROWS = 100 };

// Begins a report on a number of processes, whose courses follow one by one in the same order.
void export_report_begin(struct text *text, const char *title);

// Adds what was recorded of one process. number counts from 1; host is the machine's name, or NULL.
// STATUS_NO_MEMORY.
must_check enum status export_report_process(struct text *text, const struct course *course,
	const char *host, size_t number, struct error *err);

void export_report_end(struct text *text);

// Adds an entry to the list of processes at the top, between export_report_begin_list() and
// export_report_end_list(), which says how many have no section: for reports on more than one.
void export_report_begin_list(struct text *text);
void export_report_list(struct text *text, const struct results *results, size_t number);
void export_report_end_list(struct text *text, size_t left_out);

// SPDX-License-Identifier: MIT
// What the doctor finds, check by check, as a table.
#pragma once

#include "base/error.h"
#include "view/table.h"

struct findings {
	struct table *table;
	enum status worst;  // of the first check that failed
	enum status failure; // of the table itself: STATUS_NO_MEMORY
};

// STATUS_NO_MEMORY.
must_check enum status findings_init(struct findings *findings);
void findings_deinit(struct findings *findings);

// Each adds a row that says what was examined and what was found. Only a failure counts, with its
// status, as a check that failed.
void findings_add_good(struct findings *findings, const char *subject, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void findings_add_warning(struct findings *findings, const char *subject, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void findings_add_failure(
	struct findings *findings, const char *subject, enum status status, const char *sentence);

// A failure or, with STATUS_OK, good and the sentence for that.
void findings_add(struct findings *findings, const char *subject, enum status status,
	const struct error *err, const char *good);

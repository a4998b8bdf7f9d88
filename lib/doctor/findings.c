// SPDX-License-Identifier: MIT
#include "doctor/findings.h"

#include "base/guard.h"
#include "base/text.h"

#include <stdarg.h>

enum findings_column { COLUMN_SUBJECT, COLUMN_RESULT, COLUMN_FINDING, COLUMN_COUNT };

static const struct column columns[COLUMN_COUNT] = {
	[COLUMN_SUBJECT] = {"CHECK", CELL_TEXT, .is_key = true, .name = "check"},
	[COLUMN_RESULT] = {"RESULT", CELL_TEXT, .name = "result"},
	[COLUMN_FINDING] = {"WHAT WAS FOUND", CELL_TEXT, .name = "finding"},
};

enum status findings_init(struct findings *findings)
{
	*findings = (struct findings){0};
	return table_create("What leaktop can look at", columns, COLUMN_COUNT, &findings->table);
}

void findings_deinit(struct findings *findings)
{
	if (findings)
		table_destroy(findings->table);
}

static enum status add_row(
	struct findings *findings, const char *subject, const char *result, const char *sentence)
{
	struct cell *row;
	enum status status = table_add_row(findings->table, &row);
	if (!status)
		status = cell_set_text(&row[COLUMN_SUBJECT], subject);
	if (!status)
		status = cell_set_text(&row[COLUMN_RESULT], result);
	return status ? status : cell_set_text(&row[COLUMN_FINDING], sentence);
}

static void add(
	struct findings *findings, const char *subject, const char *result, const char *sentence)
{
	enum status status = add_row(findings, subject, result, sentence);
	if (status)
		findings->failure = status;
}

// A sentence longer than an error's is cut.
#define FORMAT_SENTENCE(sentence, format)                                                          \
	do {                                                                                       \
		va_list args;                                                                      \
		va_start(args, format);                                                            \
		vsnprintf((sentence).message, sizeof((sentence).message), format, args);           \
		va_end(args);                                                                      \
	} while (0)

void findings_add_good(struct findings *findings, const char *subject, const char *format, ...)
{
	struct error sentence;
	FORMAT_SENTENCE(sentence, format);
	add(findings, subject, "good", sentence.message);
}

void findings_add_warning(struct findings *findings, const char *subject, const char *format, ...)
{
	struct error sentence;
	FORMAT_SENTENCE(sentence, format);
	add(findings, subject, "mind", sentence.message);
}

void findings_add_failure(
	struct findings *findings, const char *subject, enum status status, const char *sentence)
{
	if (!findings->worst)
		findings->worst = status;
	add(findings, subject, "bad", sentence);
}

void findings_add(struct findings *findings, const char *subject, enum status status,
	const struct error *err, const char *good)
{
	if (status)
		findings_add_failure(findings, subject, status, err->message);
	else
		add(findings, subject, "good", good);
}

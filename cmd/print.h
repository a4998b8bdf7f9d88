// SPDX-License-Identifier: MIT
// Results printed on standard output.
#pragma once

#include "base/error.h"

#include <stdbool.h>

struct settings;
struct table;
struct results;

// Prints the headline and the named views (ended by NULL) as text.
must_check enum status print_text(const struct settings *settings, const struct results *results,
	const char *const *view_names, struct error *err);

// Prints one snapshot document, on a line of its own where compact.
must_check enum status print_json(const struct results *results, bool compact, struct error *err);

// Prints a document and the end of its last line.
must_check enum status print_document(const char *document, struct error *err);

// Prints a table as text or, where settings ask for it, JSON.
must_check enum status print_table(
	const struct settings *settings, const struct table *table, struct error *err);

// Prints a line, or a table as text, in 80 columns where the output is no terminal.
must_check enum status print_line_80(
	const struct settings *settings, const char *line, struct error *err);
must_check enum status print_table_80(
	const struct settings *settings, const struct table *table, struct error *err);

// The same for a table of sentences: nothing in it is cut or left out.
must_check enum status print_sentences(
	const struct settings *settings, const struct table *table, struct error *err);

// Prints one line.
must_check enum status print_line(
	const struct settings *settings, const char *line, struct error *err);

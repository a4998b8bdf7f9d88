// SPDX-License-Identifier: MIT
// Pieces of HTML. Foreign text is escaped here and nowhere else.
#pragma once

#include "base/text.h"
#include "view/table.h"

// Adds text as content, or as the value of an attribute in double quotes.
void html_add_text(struct text *text, const char *string);

// Adds an element around text: html_add_element(text, "p class=\"note\"", "hello").
void html_add_element(struct text *text, const char *tag, const char *content);

// Adds a table that the script sorts by the columns that are clicked on: a cell carries its figure
// in data-value. Series are drawn as lines. The note of the table stands below it. style is its
// class: "code" where its first column has names of a program.
void html_add_table(struct text *text, const struct table *table, const char *style);

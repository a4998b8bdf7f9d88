// SPDX-License-Identifier: MIT
// Pieces of HTML. Only this file escapes foreign text.
#pragma once

#include "base/text.h"
#include "view/table.h"

// Adds text as content, or as the value of an attribute in double quotes.
void html_add_text(struct text *text, const char *string);

// Adds an element around text: html_add_element(text, "p class=\"note\"", "hello").
void html_add_element(struct text *text, const char *tag, const char *content);

// Adds a table. The script sorts it by a column that is clicked; data-value of a cell is its
// number. Series are drawn as lines. The table's note is below it. style is its class: "code" if
// the first column has names from a program.
void html_add_table(struct text *text, const struct table *table, const char *style);

// SPDX-License-Identifier: MIT
#include "export/paragraph.h"

#include "analysis/causes.h"
#include "base/guard.h"
#include "base/utf8.h"
#include "view/line.h"

#include <string.h>

// Adds everything in one line.
static void add_sentences(struct text *text, const struct results *results)
{
	const struct identity *identity = &results->history.identity;
	struct causes causes;
	causes_find(&results->history, results->since_baseline, &results->verdict, &causes);
	text_add_format(text, "Process %d: %s.", (int)identity->pid, results->verdict.sentence);
	if (causes.count)
		text_add(text, " Of the growth, ");
	for (size_t i = 0; i < causes.count; i++) {
		const struct cause *cause = &causes.items[i];
		text_add_format(text, "%s%.0f%% ", i ? ", " : "", 100 * cause->share);
		cause_add_words(cause, text);
	}
	text_add_format(text, "%s What to do: %s.", causes.count ? "." : "", causes.advice);
}

// Adds one word, on a new line if it does not fit. A word longer than a line is not split.
static void add_word(
	struct text *text, const char *word, size_t length, unsigned width, unsigned *column)
{
	struct text copy = {0};
	text_add_bytes(&copy, word, length);
	unsigned columns = copy.bytes ? utf8_width(copy.bytes) : 0;
	bool breaks = *column && *column + 1 + columns > width;
	if (*column)
		text_add(text, breaks ? "\n" : " ");
	text_add_bytes(text, word, length);
	*column = breaks || !*column ? columns : *column + 1 + columns;
	text->failed |= copy.failed;
	text_deinit(&copy);
}

enum status paragraph_add(
	const struct results *results, unsigned width, bool ascii, struct text *text)
{
	struct text sentences = {0}, plain = {0};
	unsigned column = 0;
	add_sentences(&sentences, results);
	if (sentences.bytes && ascii)
		line_add_ascii(&plain, sentences.bytes);
	else if (sentences.bytes)
		text_add(&plain, sentences.bytes);
	for (const char *word = plain.bytes; word && *word;) {
		size_t length = strcspn(word, " ");
		add_word(text, word, length, width, &column);
		word += length + strspn(word + length, " ");
	}
	text_add(text, "\n");
	bool failed = sentences.failed || plain.failed || text->failed;
	text_deinit(&sentences);
	text_deinit(&plain);
	return failed ? STATUS_NO_MEMORY : STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "export/dot.h"

#include "base/guard.h"
#include "base/text.h"
#include "result/references.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

// What stands between quotes. A backslash begins an escape sequence there.
static void add_quoted(struct text *text, const char *string)
{
	for (size_t plain; *string; string += plain) {
		plain = strcspn(string, "\"\\");
		text_add_bytes(text, string, plain);
		if (string[plain])
			text_add_format(text, "\\%c", string[plain++]);
	}
}

static void add_subject(const struct references *references, struct text *text)
{
	char figure[TEXT_FIGURE_SIZE];
	text_add(text, "\tsubject [shape=box, style=bold, label=\"");
	add_quoted(text, references->path);
	if (references->count == 1) {
		text_add(text, "\\n");
		add_quoted(text, references->type);
	} else {
		text_add_format(text, "\\n%s objects", text_count(figure, references->count));
	}
	text_add_format(
		text, "\\n%s retained\"];\n", text_bytes(figure, references->retained_bytes));
}

// What a step leads to, with the reference that leads there.
static void add_step(const struct references *references, size_t position, struct text *text)
{
	const struct holding_step *step = &references->steps.items[position];
	if (step->above == HOLDING_ROOT) {
		text_add_format(text, "\tn%zu [shape=box, label=\"", position);
		add_quoted(text, step->label);
		text_add(text, "\"];\n");
		return;
	}
	text_add_format(text, "\tn%zu [shape=point];\n\tn%" PRIu32 " -> n%zu [label=\"", position,
		step->above, position);
	add_quoted(text, step->label);
	text_add(text, "\"];\n");
}

// The last step leads to the subject; that of a root without steps is the root itself.
static void add_path(
	const struct references *references, const struct holding_path *path, struct text *text)
{
	char figure[TEXT_FIGURE_SIZE];
	const struct holding_step *step = &references->steps.items[path->step];
	bool is_root = step->above == HOLDING_ROOT;
	text_add_format(text, "\tn%" PRIu32 " -> subject [label=\"",
		is_root ? path->step : step->above);
	if (!is_root)
		add_quoted(text, step->label);
	if (path->count > 1)
		text_add_format(
			text, "%s(%s)", is_root ? "" : "\\n", text_count(figure, path->count));
	text_add(text, "\"];\n");
}

// Marks what stands above the last step of a path; of a root that too.
static void mark_path(
	const struct references *references, const struct holding_path *path, bool *is_drawn)
{
	const struct holding_step *steps = references->steps.items;
	uint32_t at = steps[path->step].above;
	if (at == HOLDING_ROOT)
		at = path->step;
	for (; at != HOLDING_ROOT && !is_drawn[at]; at = steps[at].above)
		is_drawn[at] = true;
}

static void add_graph(const struct references *references, size_t count, bool *is_drawn,
	struct text *text)
{
	text_add(text, "digraph refs {\n\trankdir=LR;\n");
	add_subject(references, text);
	for (size_t i = 0; i < count; i++)
		mark_path(references, &references->paths.items[i], is_drawn);
	for (size_t i = 0; i < references->steps.count; i++)
		if (is_drawn[i])
			add_step(references, i, text);
	for (size_t i = 0; i < count; i++)
		add_path(references, &references->paths.items[i], text);
	text_add(text, "}\n");
}

enum status export_dot_references(
	const struct references *references, size_t max_paths, char **ret, struct error *err)
{
	AUTO(freep) bool *is_drawn = calloc(references->steps.count + 1, sizeof(*is_drawn));
	AUTO(text_deinit) struct text text = {0};
	size_t count = references->paths.count;
	if (max_paths && max_paths < count)
		count = max_paths;
	if (is_drawn)
		add_graph(references, count, is_drawn, &text);
	*ret = is_drawn ? text_take(&text) : NULL;
	return *ret ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "cannot allocate a picture");
}

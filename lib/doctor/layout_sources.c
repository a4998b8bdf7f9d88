// SPDX-License-Identifier: MIT
#include "doctor/layout_sources.h"

#include "base/guard.h"
#include "base/text.h"
#include "doctor/layout_text.h"
#include "interp/runtime.h"
#include "interp/select.h"
#include "layout/layout.h"
#include "symbols/interpreter_file.h"
#include "target/target.h"

#include <stdlib.h>

static const struct {
	enum layout_source source;
	const char *name;
} sources[] = {
	{LAYOUT_TABLE, "table"},
	{LAYOUT_PUBLISHED, "published"},
	{LAYOUT_DWARF, "dwarf"},
	{LAYOUT_STRUCTURE, "structure"},
};

struct comparison {
	const struct target *target;
	const struct interpreter_file *file;
	const struct runtime *runtime;
	struct layout *reference; // the first layout that was found
	unsigned different;
	struct text *text;
};

// A field that one source does not know is no contradiction. Returns how many were filled in.
static unsigned fill(struct layout *layout, const struct layout *reference)
{
	unsigned unknown = 0;
	for (int i = 0; i < FIELD_COUNT; i++)
		if (!layout_has(layout, (enum layout_field)i) &&
			layout_has(reference, (enum layout_field)i)) {
			layout->field[i] = reference->field[i];
			unknown++;
		}
	return unknown;
}

// What the layout is called in a line of its own.
static void add_name(struct comparison *comparison, const char *name, const struct layout *layout)
{
	text_add_format(comparison->text, "%-10s %s", name, layout->name);
	if (layout->origin)
		text_add_format(comparison->text, " (%s)", layout->origin);
}

static void compare(struct comparison *comparison, const char *name, struct layout *layout)
{
	AUTO(text_deinit) struct text lines = {0};
	unsigned unknown = fill(layout, comparison->reference);
	fill(comparison->reference, layout);
	unsigned different = layout_text_add_difference(&lines, comparison->reference, layout);
	add_name(comparison, name, layout);
	text_add_format(comparison->text, ": %u fields differ, %u are not known\n", different, unknown);
	text_add(comparison->text, lines.bytes ? lines.bytes : "");
	comparison->different += different;
}

static enum status examine(
	struct comparison *comparison, enum layout_source source, const char *name, struct error *err)
{
	AUTO(layout_destroyp) struct layout *layout = NULL;
	struct error why = {0};
	enum status status = select_by_source(
		comparison->runtime, comparison->target, comparison->file, source, &layout, &why);
	if (status == STATUS_GONE || status == STATUS_PERMISSION || status == STATUS_NO_MEMORY)
		return error_set(err, status, "%s", why.message);
	if (status) {
		text_add_format(comparison->text, "%-10s not at hand: %s\n", name, why.message);
	} else if (!comparison->reference) {
		add_name(comparison, name, layout);
		text_add(comparison->text, ": passes the self-check\n");
		comparison->reference = take_ptr(layout);
	} else {
		compare(comparison, name, layout);
	}
	return STATUS_OK;
}

static enum status examine_all(struct comparison *comparison, struct error *err)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < sizeof(sources) / sizeof(sources[0]); i++)
		status = examine(comparison, sources[i].source, sources[i].name, err);
	layout_destroy(comparison->reference);
	if (!status && comparison->different)
		return error_set(err, STATUS_FAILED, "the layouts differ in %u fields",
			comparison->different);
	return status;
}

enum status layout_sources_compare(pid_t pid, struct text *text, struct error *err)
{
	AUTO(target_closep) struct target *target = NULL;
	AUTO(interpreter_file_closep) struct interpreter_file *file = NULL;
	AUTO(runtime_destroyp) struct runtime *runtime = NULL;
	enum status status = target_open_pid(pid, &target, err);
	if (!status)
		status = interpreter_file_open(target, &file, err);
	if (!status)
		status = runtime_create(target, file, &runtime, err);
	if (status)
		return status;
	text_add_format(text, "CPython %s\n", runtime->version_text);
	struct comparison comparison = {
		.target = target, .file = file, .runtime = runtime, .text = text};
	return examine_all(&comparison, err);
}

// SPDX-License-Identifier: MIT
#include "doctor/crosscheck.h"

#include "base/guard.h"
#include "base/text.h"
#include "interp/select.h"
#include "interp/runtime.h"
#include "layout/layout.h"
#include "layout/emit.h"
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

struct crosscheck {
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
static void add_name(struct crosscheck *check, const char *name, const struct layout *layout)
{
	text_add_format(check->text, "%-10s %s", name, layout->name);
	if (layout->origin)
		text_add_format(check->text, " (%s)", layout->origin);
}

static void compare(struct crosscheck *check, const char *name, struct layout *layout)
{
	AUTO(text_deinit) struct text lines = {0};
	unsigned unknown = fill(layout, check->reference);
	fill(check->reference, layout);
	unsigned different = layout_emit_difference(&lines, check->reference, layout);
	add_name(check, name, layout);
	text_add_format(check->text, ": %u fields differ, %u are not known\n", different, unknown);
	text_add(check->text, lines.bytes ? lines.bytes : "");
	check->different += different;
}

static enum status examine(
	struct crosscheck *check, enum layout_source source, const char *name, struct error *err)
{
	AUTO(layout_destroyp) struct layout *layout = NULL;
	struct error why = {0};
	enum status status = select_by_source(
		check->runtime, check->target, check->file, source, &layout, &why);
	if (status == STATUS_GONE || status == STATUS_PERMISSION || status == STATUS_NO_MEMORY)
		return error_set(err, status, "%s", why.message);
	if (status) {
		text_add_format(check->text, "%-10s not at hand: %s\n", name, why.message);
	} else if (!check->reference) {
		add_name(check, name, layout);
		text_add(check->text, ": passes the self-check\n");
		check->reference = take_ptr(layout);
	} else {
		compare(check, name, layout);
	}
	return STATUS_OK;
}

static enum status examine_all(struct crosscheck *check, struct error *err)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < sizeof(sources) / sizeof(sources[0]); i++)
		status = examine(check, sources[i].source, sources[i].name, err);
	layout_destroy(check->reference);
	if (!status && check->different)
		return error_set(err, STATUS_FAILED, "the layouts differ in %u fields",
			check->different);
	return status;
}

enum status crosscheck_process(pid_t pid, struct text *text, struct error *err)
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
	struct crosscheck check = {
		.target = target, .file = file, .runtime = runtime, .text = text};
	return examine_all(&check, err);
}

// SPDX-License-Identifier: MIT
#include "interp/select.h"

#include "base/guard.h"
#include "base/log.h"
#include "base/time.h"
#include "interp/infer.h"
#include "interp/runtime.h"
#include "interp/verify.h"
#include "layout/dwarf/debug_info.h"
#include "layout/dwarf/dwarf.h"
#include "layout/linked.h"
#include "layout/published.h"
#include "symbols/interpreter_file.h"
#include "target/root.h"
#include "target/target.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	// A live interpreter changes while we check it, so a misfit counts only if it persists.
	CHECK_ATTEMPTS = 4,
	CHECK_PAUSE_US = 5000,
	SEARCH_ATTEMPTS = 12,
};

// Which tables to use, depending on whether they have unknown fields.
enum completeness { COMPLETE, INCOMPLETE, ANY };

struct choice {
	struct runtime *runtime;
	const struct target *target;
	const struct interpreter_file *file; // or NULL
	uint64_t runtime_size;
	enum completeness wanted;
	char published[PUBLISHED_SIZE_MAX];
	size_t published_size; // 0: nothing could be read
	struct error reason;	   // why the last layout that was tried does not fit
	struct error table_reason; // why the last table for this exact version does not fit
};

static void wait_a_moment(void)
{
	time_nap_us(CHECK_PAUSE_US);
}

// Runs the self-check; if the layout does not fit, again after a pause, since the target is
// running.
static enum status check(struct choice *choice, const struct layout *layout, struct error *err)
{
	choice->runtime->layout = layout;
	enum status status = published_check(
		layout, choice->published, choice->published_size, err);
	if (status != STATUS_NOT_FOUND && status)
		return status;
	status = STATUS_INVALID;
	for (unsigned i = 0; i < CHECK_ATTEMPTS && status == STATUS_INVALID; i++) {
		if (i)
			wait_a_moment();
		status = verify_layout(choice->runtime, choice->target, err);
	}
	return status;
}

// Whether to try the next layout: this one does not fit, or could not be made.
static bool is_misfit(enum status status)
{
	return status == STATUS_INVALID || status == STATUS_NOT_FOUND ||
	       status == STATUS_UNSUPPORTED;
}

static bool is_wanted(const struct choice *choice, const struct layout *table)
{
	return choice->wanted == ANY ||
	       (choice->wanted == INCOMPLETE) == (layout_count_unknown(table) > 0);
}

// Tables describe builds whose objects are not linked (layout/linked.h).
static enum status try_tables(struct choice *choice)
{
	enum status status = STATUS_NOT_FOUND;
	const struct layout *layout = NULL;
	uint32_t version = choice->runtime->version >> 8;
	while (is_misfit(status) && !choice->runtime->header_extra &&
		(layout = layout_find(version, choice->runtime_size, layout))) {
		if (!is_wanted(choice, layout))
			continue;
		status = check(choice, layout, &choice->reason);
		choice->table_reason = choice->reason;
		log_trace(LOG_INTERP, "layout %s %s: %s", layout->name, layout->variant,
			status ? choice->reason.message : "fits");
	}
	return status;
}

// Checks a layout that was made for this target, and keeps it.
static enum status adopt(struct choice *choice, struct layout **take, struct error *err)
{
	enum status status = check(choice, *take, err);
	if (!status)
		choice->runtime->layout = choice->runtime->owned_layout = take_ptr(*take);
	return status;
}

typedef enum status (*maker)(struct choice *choice, const struct layout *table,
	struct layout **ret, struct error *err);

static enum status make_published(
	struct choice *choice, const struct layout *table, struct layout **ret, struct error *err)
{
	return published_apply(table, choice->runtime->version >> 8, choice->published,
		choice->published_size, ret, err);
}

static enum status make_by_structure(
	struct choice *choice, const struct layout *table, struct layout **ret, struct error *err)
{
	AUTO(layout_destroyp) struct layout *linked = NULL;
	if (choice->runtime->header_extra) {
		enum status status = linked_create(table, &linked, err);
		if (status)
			return status;
	}
	return infer_layout(choice->runtime, choice->target, linked ? linked : table, ret, err);
}

static enum status try_minor(struct choice *choice, maker make, const char *how)
{
	enum status status = STATUS_NOT_FOUND;
	const struct layout *table = NULL;
	while (is_misfit(status) &&
		(table = layout_find_minor(choice->runtime->version >> 8, table))) {
		AUTO(layout_destroyp) struct layout *layout = NULL;
		if (!is_wanted(choice, table))
			continue;
		status = make(choice, table, &layout, &choice->reason);
		if (!status)
			status = adopt(choice, &layout, &choice->reason);
		log_trace(LOG_INTERP, "layout %s %s %s: %s", table->name, table->variant, how,
			status ? choice->reason.message : "fits");
	}
	return status;
}

static enum status try_published(struct choice *choice)
{
	return try_minor(choice, make_published, "as published");
}

// The collector takes its lists apart while it works, and a process may collect most of the time.
// So this tries until it meets a moment between two collections.
static enum status try_structure(struct choice *choice)
{
	enum status status = STATUS_NOT_FOUND;
	for (unsigned i = 0; i < SEARCH_ATTEMPTS && is_misfit(status); i++) {
		if (i)
			wait_a_moment();
		status = try_minor(choice, make_by_structure, "by structure");
	}
	return status;
}

// Takes fields that the debug information lacks from a table of the minor version: some structs are
// known only to an extension module, whose debug information is not read. Only structs of objects
// are taken.
static enum status complete(const struct choice *choice, struct layout *layout, struct error *err)
{
	AUTO(layout_destroyp) struct layout *linked = NULL;
	const struct layout *table = layout_find_minor(choice->runtime->version >> 8, NULL);
	if (table && choice->runtime->header_extra) {
		enum status status = linked_create(table, &linked, err);
		if (status)
			return status;
		table = linked;
	}
	for (int i = 0; table && i < FIELD_COUNT; i++)
		if (!layout_has(layout, (enum layout_field)i) &&
			layout_field_is_of_object((enum layout_field)i))
			layout->field[i] = table->field[i];
	return STATUS_OK;
}

static enum status make_by_dwarf(
	const struct choice *choice, struct layout **ret, struct error *err)
{
	struct root roots[2] = {{.fd = -1}, {.fd = -1}};
	enum status status = target_open_root(choice->target, &roots[0], err);
	if (!status)
		status = root_open("/", &roots[1], err);
	const struct debug_request request = {
		.fd = interpreter_file_descriptor(choice->file),
		.path = interpreter_file_path(choice->file),
		.roots = roots,
		.root_count = 2,
	};
	if (!status)
		status = layout_from_dwarf(&request, choice->runtime->version >> 8, ret, err);
	root_close(&roots[0]);
	root_close(&roots[1]);
	return status;
}

// Debug files are looked for where the target would find them, then where leaktop would.
static enum status try_dwarf(struct choice *choice)
{
	AUTO(layout_destroyp) struct layout *layout = NULL;
	if (!choice->file)
		return error_set(&choice->reason, STATUS_NOT_FOUND, "no file has debug information");
	enum status status = make_by_dwarf(choice, &layout, &choice->reason);
	if (!status)
		status = complete(choice, layout, &choice->reason);
	if (!status)
		status = adopt(choice, &layout, &choice->reason);
	log_trace(LOG_INTERP, "layout by debug information: %s",
		status ? choice->reason.message : "fits");
	return status;
}

// The ways to find a layout, in the order in which they are tried.
static const struct way {
	enum layout_source source;
	enum completeness wanted;
	enum status (*try)(struct choice *choice);
} ways[] = {
	{LAYOUT_TABLE, COMPLETE, try_tables},
	{LAYOUT_PUBLISHED, COMPLETE, try_published},
	{LAYOUT_DWARF, ANY, try_dwarf},
	{LAYOUT_TABLE, INCOMPLETE, try_tables},
	{LAYOUT_PUBLISHED, INCOMPLETE, try_published},
	{LAYOUT_STRUCTURE, ANY, try_structure},
};

static enum status try_way(struct choice *choice, const struct way *way)
{
	choice->wanted = way->wanted;
	return way->try(choice);
}

static enum status refuse(const struct choice *choice, struct error *err)
{
	const struct runtime *runtime = choice->runtime;
	if (*choice->table_reason.message)
		return error_set(err, STATUS_NOT_PYTHON,
			"the layout of CPython %s does not fit this process: %s",
			runtime->version_text, choice->table_reason.message);
	bool is_known = layout_find_minor(runtime->version >> 8, NULL);
	if (is_known && runtime->header_extra)
		return error_set(err, STATUS_NOT_PYTHON,
			"no layout of CPython %s with Py_TRACE_REFS fits this process: %s",
			runtime->version_text, choice->reason.message);
	if (is_known)
		return error_set(err, STATUS_NOT_PYTHON,
			"this build of CPython %s is not supported: its _PyRuntime has %" PRIu64
			" bytes, like none that leaktop knows, and it has no debug information",
			runtime->version_text, choice->runtime_size);
	char supported[256];
	layout_describe_supported(supported, sizeof(supported));
	return error_set(err, STATUS_NOT_PYTHON, "CPython %s is not supported (supported: %s)",
		runtime->version_text, supported);
}

static enum status read_published(struct choice *choice, struct error *err)
{
	enum status status = target_read(choice->target, choice->runtime->address,
		choice->published, sizeof(choice->published));
	if (!status)
		choice->published_size = sizeof(choice->published);
	else if (status != STATUS_UNREADABLE) // up to 3.10 _PyRuntime is shorter
		return error_set(err, status, "cannot read the interpreter's memory: %s",
			status_text(status));
	return STATUS_OK;
}

enum status select_layout(struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, uint64_t runtime_size, struct error *err)
{
	struct choice choice = {.runtime = runtime, .target = target, .file = file,
		.runtime_size = runtime_size};
	enum status status = read_published(&choice, err);
	if (status)
		return status;
	status = STATUS_NOT_FOUND;
	if (layout_find_minor(runtime->version >> 8, NULL))
		for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && is_misfit(status); i++)
			status = try_way(&choice, &ways[i]);
	if (is_misfit(status))
		return refuse(&choice, err);
	if (status)
		return error_set(err, status, "CPython %s: %s", runtime->version_text,
			*choice.reason.message ? choice.reason.message : status_text(status));
	return STATUS_OK;
}

static enum status copy_layout(const struct layout *layout, struct layout **ret, struct error *err)
{
	struct layout *copy = malloc(sizeof(*copy));
	if (!copy)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a layout");
	*copy = *layout;
	copy->origin = layout->origin ? strdup(layout->origin) : NULL;
	*ret = copy;
	return STATUS_OK;
}

enum status select_by_source(const struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, enum layout_source source, struct layout **ret,
	struct error *err)
{
	struct runtime other = *runtime;
	struct choice choice = {.runtime = &other, .target = target, .file = file};
	other.owned_layout = NULL;
	if (!file ||
		interpreter_file_find(file, "_PyRuntime", &other.address, &choice.runtime_size))
		choice.runtime_size = 0;
	enum status status = read_published(&choice, err);
	if (status)
		return status;
	status = STATUS_NOT_FOUND;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && is_misfit(status); i++)
		if (ways[i].source == source)
			status = try_way(&choice, &ways[i]);
	if (status)
		return error_set(err, status, "%s",
			*choice.reason.message ? choice.reason.message : "none is built in");
	status = copy_layout(other.layout, ret, err);
	layout_destroy(other.owned_layout);
	return status;
}

// SPDX-License-Identifier: MIT
#include "doctor/layout_tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/text.h"
#include "doctor/layout_text.h"
#include "layout/dwarf/dwarf.h"
#include "symbols/version.h"

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static enum status find_release(
	const struct layout_request *request, uint32_t *ret, struct error *err)
{
	if (!request->file_count)
		return error_set(err, STATUS_USAGE, "name the file of an interpreter");
	if (!request->release)
		return version_of_file(request->files[0], ret, err);
	if (version_parse(request->release, ret))
		return error_set(err, STATUS_USAGE, "'%s' is no release like 3.9.2",
			request->release);
	return STATUS_OK;
}

// "3.11.0-3.11.15"; NULL: layouts.in knows.
static enum status parse_versions(const char *versions, struct build_heading *ret, struct error *err)
{
	char first[16];
	if (!versions)
		return STATUS_OK;
	const char *dash = strchr(versions, '-');
	if (dash && (size_t)(dash - versions) < sizeof(first)) {
		snprintf(first, sizeof(first), "%.*s", (int)(dash - versions), versions);
		if (!version_parse(first, &ret->first_version) &&
			!version_parse(dash + 1, &ret->last_version) &&
			ret->first_version <= ret->release && ret->release <= ret->last_version)
			return STATUS_OK;
	}
	return error_set(err, STATUS_USAGE,
		"'%s' is no range like 3.11.0-3.11.15 around the release", versions);
}

static bool find_field(const char *name, size_t length, enum layout_field *ret)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		const char *known = layout_field_name((enum layout_field)i);
		if (!strncmp(known, name, length) && !known[length]) {
			*ret = (enum layout_field)i;
			return true;
		}
	}
	return false;
}

static bool parse_value(const char *value, size_t length, uint32_t *ret)
{
	static const char absent[] = "absent";
	if (length == strlen(absent) && !memcmp(value, absent, length)) {
		*ret = LAYOUT_ABSENT;
		return true;
	}
	char *end;
	unsigned long number = strtoul(value, &end, 10);
	*ret = (uint32_t)number;
	return length && end == value + length && number < LAYOUT_UNKNOWN;
}

// "interp_size=absent,gc_generations=24". Notes which fields are set.
static enum status set_fields(
	struct layout *layout, const char *set, bool is_set[FIELD_COUNT], struct error *err)
{
	while (*set) {
		enum layout_field field;
		uint32_t value;
		size_t length = strcspn(set, ",");
		size_t name_length = strcspn(set, "=,");
		if (name_length == length || !find_field(set, name_length, &field) ||
			!parse_value(set + name_length + 1, length - name_length - 1, &value))
			return error_set(err, STATUS_USAGE, "'%.*s' is not FIELD=NUMBER or FIELD=absent",
				(int)length, set);
		layout->field[field] = value;
		is_set[field] = true;
		set += length + (set[length] == ',');
	}
	if (layout_has(layout, FIELD_runtime_size))
		layout->runtime_size = layout->field[FIELD_runtime_size];
	return STATUS_OK;
}

// The layout of the files, which release they are of, and which fields were set by request->set.
static enum status load_files(const struct layout_request *request, struct layout **ret,
	uint32_t *ret_release, bool ret_set[FIELD_COUNT], struct error *err)
{
	AUTO(layout_destroyp) struct layout *layout = NULL;
	memset(ret_set, 0, FIELD_COUNT * sizeof(*ret_set));
	enum status status = find_release(request, ret_release, err);
	if (!status)
		status = layout_from_files(request->files, request->file_count,
			or_empty(request->root), *ret_release, &layout, err);
	if (!status)
		status = set_fields(layout, or_empty(request->set), ret_set, err);
	if (status)
		return status;
	*ret = take_ptr(layout);
	return STATUS_OK;
}

enum status layout_tool_emit(
	const struct layout_request *request, struct text *text, struct error *err)
{
	AUTO(layout_destroyp) struct layout *layout = NULL;
	uint8_t mutexes[FIELD_COUNT];
	bool is_set[FIELD_COUNT];
	struct build_heading heading = {.variant = or_empty(request->variant),
		.origin = request->origin, .mutexes = mutexes, .is_stated = is_set};
	enum status status = load_files(request, &layout, &heading.release, is_set, err);
	if (!status)
		status = parse_versions(request->versions, &heading, err);
	if (!status)
		status = layout_count_mutexes(request->files, request->file_count,
			or_empty(request->root), mutexes, err);
	if (status)
		return status;
	layout_text_add_build(text, layout, &heading);
	return STATUS_OK;
}

// "3.11.2", "3.13.5/debian"
static void format_name(char *buffer, size_t size, const struct layout *layout)
{
	const char *release = strrchr(layout->name, ' ');
	snprintf(buffer, size, "%s%s%s", release ? release + 1 : layout->name,
		*layout->variant ? "/" : "", layout->variant);
}

static const struct layout *find_named(const struct layout *const *tables, const char *name)
{
	char buffer[64];
	for (; *tables; tables++) {
		format_name(buffer, sizeof(buffer), *tables);
		if (!strcmp(buffer, name))
			return *tables;
	}
	return NULL;
}

static const struct layout *find_any(const char *name)
{
	const struct layout *layout = find_named(layout_tables(), name);
	return layout ? layout : find_named(layout_candidates(), name);
}

// A table's name or a file. What was read from files is in *owned as well.
static enum status load(const struct layout_request *request, const char *name,
	const struct layout **ret, struct layout **owned, struct error *err)
{
	uint32_t release;
	bool is_set[FIELD_COUNT];
	*ret = find_any(name);
	if (*ret)
		return STATUS_OK;
	struct layout_request one = *request;
	one.files = &name;
	one.file_count = 1;
	enum status status = load_files(&one, owned, &release, is_set, err);
	*ret = *owned;
	return status;
}

static void list_tables(struct text *text, const struct layout *const *tables, const char *remark)
{
	char name[64];
	for (; *tables; tables++) {
		const struct layout *layout = *tables;
		format_name(name, sizeof(name), layout);
		text_add_format(text, "%-16s 3.%u.%u to 3.%u.%u, runtime of %u bytes%s", name,
			layout->first_version >> 8 & 0xff, layout->first_version & 0xff,
			layout->last_version >> 8 & 0xff, layout->last_version & 0xff,
			layout->runtime_size, remark);
		unsigned unknown = layout_count_unknown(layout);
		if (unknown)
			text_add_format(text, ", %u fields unknown", unknown);
		text_add(text, "\n");
	}
}

enum status layout_tool_show(
	const struct layout_request *request, struct text *text, struct error *err)
{
	AUTO(layout_destroyp) struct layout *owned = NULL;
	const struct layout *layout = NULL;
	uint32_t release;
	bool is_set[FIELD_COUNT];
	if (!request->file_count) {
		list_tables(text, layout_tables(), "");
		list_tables(text, layout_candidates(), " (not supported yet)");
		return STATUS_OK;
	}
	enum status status = STATUS_OK;
	if (request->file_count == 1)
		layout = find_any(request->files[0]);
	if (!layout) {
		status = load_files(request, &owned, &release, is_set, err);
		layout = owned;
	}
	if (!status)
		layout_text_add_list(text, layout);
	return status;
}

enum status layout_tool_compare(
	const struct layout_request *request, struct text *text, struct error *err)
{
	AUTO(layout_destroyp) struct layout *left_owned = NULL;
	AUTO(layout_destroyp) struct layout *right_owned = NULL;
	const struct layout *left, *right;
	if (request->file_count != 2)
		return error_set(err, STATUS_USAGE, "name two tables or files to compare");
	enum status status = load(request, request->files[0], &left, &left_owned, err);
	if (!status)
		status = load(request, request->files[1], &right, &right_owned, err);
	if (status)
		return status;
	unsigned different = layout_text_add_difference(text, left, right);
	if (!different)
		return STATUS_OK;
	return error_set(err, STATUS_FAILED, "%u of %d fields differ", different, FIELD_COUNT);
}

static bool is_for(const struct layout *table, const struct layout *actual)
{
	return actual->first_version >= table->first_version &&
	       actual->first_version <= table->last_version &&
	       actual->runtime_size == table->runtime_size;
}

// Returns whether one of the tables is equal. *tried grows by those that are for the version.
static bool check_tables(struct text *text, const struct layout *const *tables,
	const struct layout *actual, unsigned *tried)
{
	char name[64];
	bool found = false;
	for (; *tables; tables++) {
		struct text lines = {0};
		if (!is_for(*tables, actual))
			continue;
		(*tried)++;
		format_name(name, sizeof(name), *tables);
		unsigned different = layout_text_add_difference(&lines, *tables, actual);
		text_add_format(text, "table %s: %s\n", name, different ? "differs" : "equal");
		text_add(text, lines.bytes ? lines.bytes : "");
		text_deinit(&lines);
		found = found || !different;
	}
	return found;
}

enum status layout_tool_check(
	const struct layout_request *request, struct text *text, struct error *err)
{
	AUTO(layout_destroyp) struct layout *layout = NULL;
	uint32_t release;
	bool is_set[FIELD_COUNT];
	unsigned tried = 0;
	enum status status = load_files(request, &layout, &release, is_set, err);
	if (status)
		return status;
	bool found = check_tables(text, layout_tables(), layout, &tried);
	found = check_tables(text, layout_candidates(), layout, &tried) || found;
	if (found)
		return STATUS_OK;
	if (tried)
		return error_set(err, STATUS_FAILED, "no built-in table is equal to '%s'",
			request->files[0]);
	return error_set(err, STATUS_FAILED,
		"no built-in table is for CPython %u.%u.%u with a runtime of %u bytes",
		release >> 16, release >> 8 & 0xff, release & 0xff, layout->runtime_size);
}

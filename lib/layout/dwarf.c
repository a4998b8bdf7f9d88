// SPDX-License-Identifier: MIT
#include "layout/dwarf.h"

#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "layout/debuginfo.h"
#include "layout/members.h"
#include "layout/structs.h"

GUARD(struct debuginfo, debuginfo_close)
GUARD(struct structs, structs_destroy)
GUARD(struct layout, layout_destroy)

// One struct, all alternatives of the member: "imports.modules|modules".
static enum status resolve_member(Dwarf_Die *type, const char *alternatives, uint32_t *ret)
{
	char path[128];
	if (!*alternatives)
		return members_size(type, ret);
	while (*alternatives) {
		size_t length = strcspn(alternatives, "|");
		if (length >= sizeof(path))
			return STATUS_INVALID;
		memcpy(path, alternatives, length);
		path[length] = '\0';
		enum status status = members_offset(type, path, ret);
		if (status != STATUS_NOT_FOUND)
			return status;
		alternatives += length + (alternatives[length] == '|');
	}
	return STATUS_NOT_FOUND;
}

// The place of a field, and the struct it is in.
static enum status resolve_field(
	struct structs *structs, enum layout_field field, Dwarf_Die **ret_type, uint32_t *ret)
{
	const char *names, *members;
	layout_field_place(field, &names, &members);
	while (*names) {
		size_t length = strcspn(names, "|");
		Dwarf_Die *type = structs_find(structs, names, length);
		enum status status = type ? resolve_member(type, members, ret) : STATUS_NOT_FOUND;
		*ret_type = type;
		if (status != STATUS_NOT_FOUND)
			return status;
		names += length + (names[length] == '|');
	}
	return STATUS_NOT_FOUND;
}

// What is to be learned from the structs of a file.
typedef enum status (*learner)(
	void *context, struct structs *structs, const char *path, struct error *err);

static enum status learn_places(
	void *context, struct structs *structs, const char *path, struct error *err)
{
	struct layout *layout = context;
	for (int i = 0; i < FIELD_COUNT; i++) {
		enum layout_field field = (enum layout_field)i;
		uint32_t value;
		Dwarf_Die *type;
		enum status status = resolve_field(structs, field, &type, &value);
		if (status == STATUS_NOT_FOUND)
			continue;
		if (status)
			return error_set(err, status, "cannot place '%s' by the debug information of '%s'",
				layout_field_name(field), path);
		if (layout_has(layout, field) && layout->field[field] != value)
			return error_set(err, STATUS_INVALID,
				"'%s' is %u in '%s' and %u in the files before it",
				layout_field_name(field), value, path, layout->field[field]);
		layout->field[field] = value;
	}
	return STATUS_OK;
}

static enum status learn_mutexes(
	void *context, struct structs *structs, const char *path, struct error *err)
{
	uint8_t *mutexes = context;
	for (int i = 0; i < FIELD_COUNT; i++) {
		uint32_t place, count;
		Dwarf_Die *type;
		enum status status = resolve_field(structs, (enum layout_field)i, &type, &place);
		if (status == STATUS_NOT_FOUND)
			continue;
		if (!status)
			status = members_count_before(type, place, "pthread_mutex_t", &count);
		if (status || count > UINT8_MAX)
			return error_set(err, STATUS_INVALID,
				"cannot count the mutexes before '%s' by the debug information of '%s'",
				layout_field_name((enum layout_field)i), path);
		mutexes[i] = (uint8_t)count;
	}
	return STATUS_OK;
}

static enum status learn_file(
	learner learn, void *context, const char *path, const char *root, struct error *err)
{
	AUTO(debuginfo_closep) struct debuginfo *info = NULL;
	AUTO(structs_destroyp) struct structs *structs = NULL;
	enum status status = debuginfo_open(path, root, &info, err);
	if (!status)
		status = structs_create(&structs, err);
	if (!status)
		status = structs_scan(structs, debuginfo_main(info), err);
	if (!status && debuginfo_shared(info))
		status = structs_scan(structs, debuginfo_shared(info), err);
	return status ? status : learn(context, structs, path, err);
}

static enum status create_empty(uint32_t version, struct layout **ret, struct error *err)
{
	AUTO(layout_destroyp) struct layout *layout = calloc(1, sizeof(*layout));
	if (!layout)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a layout");
	enum status status = layout_traits_for(version, &layout->traits);
	if (status)
		return error_set(err, status, "no description of how CPython %u.%u behaves",
			version >> 16 & 0xff, version >> 8 & 0xff);
	layout->name = "debug information";
	layout->first_version = layout->last_version = version;
	layout->variant = "";
	layout->source = LAYOUT_DWARF;
	layout->pool_size = layout_pool_size(version);
	for (int i = 0; i < FIELD_COUNT; i++)
		layout->field[i] = LAYOUT_ABSENT;
	*ret = take_ptr(layout);
	return STATUS_OK;
}

enum status layout_from_files(const char *const *paths, size_t count, const char *root,
	uint32_t version, struct layout **ret, struct error *err)
{
	AUTO(layout_destroyp) struct layout *layout = NULL;
	enum status status = create_empty(version, &layout, err);
	for (size_t i = 0; !status && i < count; i++)
		status = learn_file(learn_places, layout, paths[i], root, err);
	if (status)
		return status;
	if (!layout_has(layout, FIELD_runtime_size))
		return error_set(err, STATUS_NOT_FOUND,
			"the debug information of '%s' does not describe CPython's runtime",
			count ? paths[0] : "no file");
	layout->runtime_size = layout->field[FIELD_runtime_size];
	*ret = take_ptr(layout);
	return STATUS_OK;
}

enum status layout_from_dwarf(const char *path, const char *root, uint32_t version,
	struct layout **ret, struct error *err)
{
	return layout_from_files(&path, 1, root, version, ret, err);
}

void layout_destroy(struct layout *layout)
{
	free(layout);
}

enum status layout_count_mutexes(const char *const *paths, size_t count, const char *root,
	uint8_t ret[FIELD_COUNT], struct error *err)
{
	enum status status = STATUS_OK;
	memset(ret, 0, FIELD_COUNT);
	for (size_t i = 0; !status && i < count; i++)
		status = learn_file(learn_mutexes, ret, paths[i], root, err);
	return status;
}

// SPDX-License-Identifier: MIT
#include "layout/dwarf/dwarf.h"

#include <elfutils/libdw.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "layout/dwarf/debug_info.h"
#include "layout/dwarf/structs.h"
#include "target/root.h"

// Resolves a member in one struct; the names are alternatives: "imports.modules|modules".
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

// Resolves a field: its offset, and the struct that it is in.
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

// The debug information of one file.
struct source {
	const char *path;   // of the file that it describes
	const char *origin; // where it was found, printable
	struct structs *structs;
};

// Learns something from the structs of a file.
typedef enum status (*learner)(void *context, const struct source *source, struct error *err);

static enum status learn_places(void *context, const struct source *source, struct error *err)
{
	struct layout *layout = context;
	for (int i = 0; i < FIELD_COUNT; i++) {
		enum layout_field field = (enum layout_field)i;
		uint32_t value;
		Dwarf_Die *type;
		enum status status = resolve_field(source->structs, field, &type, &value);
		if (status == STATUS_NOT_FOUND)
			continue;
		if (status)
			return error_set(err, status, "cannot place '%s' by the debug information of '%s'",
				layout_field_name(field), source->path);
		if (layout_has(layout, field) && layout->field[field] != value)
			return error_set(err, STATUS_INVALID,
				"'%s' is %u in '%s' and %u in the files before it",
				layout_field_name(field), value, source->path, layout->field[field]);
		layout->field[field] = value;
	}
	if (!layout->origin)
		layout->origin = strdup(source->origin);
	return layout->origin ? STATUS_OK
			      : error_set(err, STATUS_NO_MEMORY, "cannot allocate a layout");
}

static enum status learn_mutexes(void *context, const struct source *source, struct error *err)
{
	uint8_t *mutexes = context;
	for (int i = 0; i < FIELD_COUNT; i++) {
		uint32_t place, count = 0;
		Dwarf_Die *type;
		enum status status =
			resolve_field(source->structs, (enum layout_field)i, &type, &place);
		if (status == STATUS_NOT_FOUND)
			continue;
		if (!status)
			status = members_count_before(type, place, "pthread_mutex_t", &count);
		if (status || count > UINT8_MAX)
			return error_set(err, STATUS_INVALID,
				"cannot count the mutexes before '%s' by the debug information of '%s'",
				layout_field_name((enum layout_field)i), source->path);
		mutexes[i] = (uint8_t)count;
	}
	return STATUS_OK;
}

static enum status learn(const struct debug_request *request, learner how, void *context,
	struct error *err)
{
	AUTO(debug_info_closep) struct debug_info *info = NULL;
	AUTO(structs_destroyp) struct structs *structs = NULL;
	enum status status = debug_info_open(request, &info, err);
	if (!status)
		status = structs_create(&structs, err);
	if (!status)
		status = structs_scan(structs, debug_info_main(info), err);
	if (!status && debug_info_shared(info))
		status = structs_scan(structs, debug_info_shared(info), err);
	if (status)
		return status;
	const struct source source = {request->path, debug_info_origin(info), structs};
	return how(context, &source, err);
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

// At least one of the files must describe the runtime.
static enum status complete(struct layout *layout, const char *path, struct error *err)
{
	if (!layout_has(layout, FIELD_runtime_size))
		return error_set(err, STATUS_NOT_FOUND,
			"the debug information of '%s' does not describe CPython's runtime", path);
	layout->runtime_size = layout->field[FIELD_runtime_size];
	return STATUS_OK;
}

enum status layout_from_dwarf(const struct debug_request *request, uint32_t version,
	struct layout **ret, struct error *err)
{
	AUTO(layout_destroyp) struct layout *layout = NULL;
	enum status status = create_empty(version, &layout, err);
	if (!status)
		status = learn(request, learn_places, layout, err);
	if (!status)
		status = complete(layout, request->path, err);
	if (status)
		return status;
	*ret = take_ptr(layout);
	return STATUS_OK;
}

static enum status open_directory(const char *path, struct root *ret, struct error *err)
{
	char real[PATH_MAX];
	if (!realpath(path, real))
		return error_set_errno(err, STATUS_INVALID, errno, "cannot open '%s'", path);
	return root_open(real, ret, err);
}

// Resolves symbolic links, because debug files are named after the file itself.
static enum status learn_file(const char *path, const struct root roots[2], learner how,
	void *context, struct error *err)
{
	char real[PATH_MAX];
	AUTO(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || !realpath(path, real))
		return error_set_errno(err, STATUS_INVALID, errno, "cannot read '%s'", path);
	const struct debug_request request = {
		.fd = fd, .path = real, .roots = roots, .root_count = 2};
	return learn(&request, how, context, err);
}

// If root is "", both roots are ours; debug files are not looked at twice.
static enum status open_roots(const char *root, struct root ret[2], struct error *err)
{
	enum status status = *root ? open_directory(root, &ret[0], err)
				   : root_open("/", &ret[0], err);
	return status ? status : root_open("/", &ret[1], err);
}

struct files {
	const char *const *paths;
	size_t count;
	const char *root;
};

static enum status learn_files(
	const struct files *files, learner how, void *context, struct error *err)
{
	struct root roots[2] = {{.fd = -1}, {.fd = -1}};
	enum status status = open_roots(files->root, roots, err);
	for (size_t i = 0; !status && i < files->count; i++)
		status = learn_file(files->paths[i], roots, how, context, err);
	root_close(&roots[0]);
	root_close(&roots[1]);
	return status;
}

enum status layout_from_files(const char *const *paths, size_t count, const char *root,
	uint32_t version, struct layout **ret, struct error *err)
{
	AUTO(layout_destroyp) struct layout *layout = NULL;
	const struct files files = {paths, count, root};
	enum status status = create_empty(version, &layout, err);
	if (!status)
		status = learn_files(&files, learn_places, layout, err);
	if (!status)
		status = complete(layout, count ? paths[0] : "no file", err);
	if (status)
		return status;
	*ret = take_ptr(layout);
	return STATUS_OK;
}

enum status layout_count_mutexes(const char *const *paths, size_t count, const char *root,
	uint8_t ret[FIELD_COUNT], struct error *err)
{
	const struct files files = {paths, count, root};
	memset(ret, 0, FIELD_COUNT);
	return learn_files(&files, learn_mutexes, ret, err);
}

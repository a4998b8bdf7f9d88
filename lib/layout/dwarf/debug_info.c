// SPDX-License-Identifier: MIT
#include "layout/dwarf/debug_info.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/log.h"
#include "layout/dwarf/debug_file.h"
#include "layout/dwarf/debug_search.h"
#include "layout/dwarf/debug_server.h"
#include "target/root.h"

struct debug_info {
	struct debug_file *file, *shared;
	Dwarf *dwarf, *shared_dwarf;
	char *origin;
};

struct hunt {
	const struct debug_request *request;
	struct debug_search search;
	struct debug_info *info; // what was found
};

static enum status find_shared(
	struct hunt *hunt, const char *from, const char *path, const struct build_id *id)
{
	struct debug_search *search = &hunt->search;
	const struct debug_request *request = hunt->request;
	struct debug_file **ret = &hunt->info->shared;
	enum status status = STATUS_NOT_FOUND;
	for (size_t i = 0; i < request->root_count && status == STATUS_NOT_FOUND; i++) {
		const struct root *root = &request->roots[i];
		status = debug_search_by_path(search, root, from, path, id, ret);
		if (status == STATUS_NOT_FOUND)
			status = debug_search_by_id(search, root, id, ret);
	}
	return status == STATUS_NOT_FOUND ? debug_search_on_servers(search, id, ret) : status;
}

// libdw would look for the file by itself, at that path on this machine, and take any: it must never
// get to ask, so that a file whose other half is missing is not used at all.
static enum status add_shared(struct hunt *hunt, const char *from)
{
	struct debug_info *info = hunt->info;
	struct build_id id = {.size = 0};
	const char *path;
	enum status status = debug_file_read_alternate(info->file, &path, &id);
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (!status)
		status = find_shared(hunt, from, path, &id);
	if (!status)
		status = debug_file_read_dwarf(info->shared, &info->shared_dwarf, NULL);
	if (status)
		return status;
	log_trace(LOG_LAYOUT, "the debug information in %s shares what is in %s", info->origin,
		hunt->search.shown);
	dwarf_setalt(info->dwarf, info->shared_dwarf);
	return STATUS_OK;
}

static void drop(struct debug_info *info)
{
	debug_file_close(info->file);
	debug_file_close(info->shared);
	free(info->origin);
	*info = (struct debug_info){0};
}

// Completes what was found last. Where that cannot be, the file is passed over: STATUS_NOT_FOUND.
static enum status adopt(struct hunt *hunt, struct debug_file *take)
{
	char from[PATH_MAX];
	struct debug_search *search = &hunt->search;
	struct debug_info *info = hunt->info;
	struct error why = {"the file that it shares with others is missing"};
	info->file = take;
	info->origin = take_ptr(search->shown);
	memcpy(from, search->path, sizeof(from));
	enum status status = debug_file_read_dwarf(take, &info->dwarf, &why);
	if (!status)
		status = add_shared(hunt, from);
	if (status == STATUS_OK || status == STATUS_NO_MEMORY)
		return status;
	free(search->shown);
	search->shown = take_ptr(info->origin);
	debug_search_reject(search, &why);
	drop(info);
	return STATUS_NOT_FOUND;
}

static enum status find_own(struct hunt *hunt, struct debug_file *take)
{
	const struct debug_request *request = hunt->request;
	struct debug_search *search = &hunt->search;
	const char *path = request->root_count ? root_name(&request->roots[0], request->path)
					       : request->path;
	snprintf(search->path, sizeof(search->path), "%s", path);
	enum status status = debug_search_show(search, request->path, NULL, " itself");
	if (status) {
		debug_file_close(take);
		return status;
	}
	return adopt(hunt, take);
}

static enum status find_below(
	struct hunt *hunt, const struct debug_file *program, const struct root *root)
{
	struct debug_file *file = NULL;
	enum status status = debug_search_by_link(&hunt->search, root, program, &file);
	if (!status)
		status = adopt(hunt, file);
	if (status != STATUS_NOT_FOUND)
		return status;
	status = debug_search_by_id(&hunt->search, root, debug_file_id(program), &file);
	return status ? status : adopt(hunt, file);
}

static enum status find_separate(struct hunt *hunt, const struct debug_file *program)
{
	const struct debug_request *request = hunt->request;
	enum status status = STATUS_NOT_FOUND;
	for (size_t i = 0; i < request->root_count && status == STATUS_NOT_FOUND; i++)
		status = find_below(hunt, program, &request->roots[i]);
	if (status != STATUS_NOT_FOUND)
		return status;
	struct debug_file *file = NULL;
	status = debug_search_on_servers(&hunt->search, debug_file_id(program), &file);
	return status ? status : adopt(hunt, file);
}

static enum status find(struct hunt *hunt, struct error *err)
{
	AUTO(debug_file_closep) struct debug_file *program = NULL;
	const char *path = hunt->request->path, *reason = hunt->search.reason.message;
	struct error why;
	int fd = fcntl(hunt->request->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return error_set_errno(err, STATUS_FAILED, errno, "cannot open '%s' again", path);
	enum status status = debug_file_open(fd, &program, &why);
	if (status)
		return error_set(err, status, "cannot read '%s': %s", path, why.message);
	status = debug_file_has_dwarf(program) ? find_own(hunt, take_ptr(program))
					      : find_separate(hunt, program);
	if (status == STATUS_NO_MEMORY)
		return error_set(err, status, "cannot search for debug information");
	if (status)
		return error_set(err, STATUS_NOT_FOUND, "no debug information for '%s'%s%s%s", path,
			*reason ? ": " : "", reason,
			debug_server_is_wanted()
				? ""
				: " (install its debug symbols, or set DEBUGINFOD_URLS)");
	log_trace(LOG_LAYOUT, "debug information of '%s' is in %s", path, hunt->info->origin);
	return STATUS_OK;
}

enum status debug_info_open(
	const struct debug_request *request, struct debug_info **ret, struct error *err)
{
	AUTO(debug_info_closep) struct debug_info *info = calloc(1, sizeof(*info));
	if (!info)
		return error_set(err, STATUS_NO_MEMORY, "cannot search for debug information");
	struct hunt hunt = {
		.request = request, .search = {.program = request->path}, .info = info};
	enum status status = find(&hunt, err);
	debug_search_deinit(&hunt.search);
	if (status)
		return status;
	*ret = take_ptr(info);
	return STATUS_OK;
}

void debug_info_close(struct debug_info *info)
{
	if (!info)
		return;
	drop(info);
	free(info);
}

Dwarf *debug_info_main(const struct debug_info *info)
{
	return info->dwarf;
}

Dwarf *debug_info_shared(const struct debug_info *info)
{
	return info->shared_dwarf;
}

const char *debug_info_origin(const struct debug_info *info)
{
	return info->origin;
}

// SPDX-License-Identifier: MIT
#include "layout/debuginfo.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/log.h"
#include "layout/debugfile.h"
#include "layout/debugsearch.h"
#include "layout/debugserver.h"
#include "target/root.h"

struct debuginfo {
	struct debugfile *file, *shared;
	Dwarf *dwarf, *shared_dwarf;
	char *origin;
};

struct hunt {
	const struct debug_request *request;
	struct debugsearch search;
	struct debuginfo *info; // what was found
};

static enum status find_shared(
	struct hunt *hunt, const char *from, const char *path, const struct build_id *id)
{
	struct debugsearch *search = &hunt->search;
	const struct debug_request *request = hunt->request;
	struct debugfile **ret = &hunt->info->shared;
	enum status status = STATUS_NOT_FOUND;
	for (size_t i = 0; i < request->root_count && status == STATUS_NOT_FOUND; i++) {
		const struct root *root = &request->roots[i];
		status = debugsearch_by_path(search, root, from, path, id, ret);
		if (status == STATUS_NOT_FOUND)
			status = debugsearch_by_id(search, root, id, ret);
	}
	return status == STATUS_NOT_FOUND ? debugsearch_on_servers(search, id, ret) : status;
}

// libdw would look for the file by itself, at that path on this machine, and take any: it must never
// get to ask, so that a file whose other half is missing is not used at all.
static enum status add_shared(struct hunt *hunt, const char *from)
{
	struct debuginfo *info = hunt->info;
	struct build_id id = {.size = 0};
	const char *path;
	enum status status = debugfile_read_alternate(info->file, &path, &id);
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (!status)
		status = find_shared(hunt, from, path, &id);
	if (!status)
		status = debugfile_read_dwarf(info->shared, &info->shared_dwarf, NULL);
	if (status)
		return status;
	log_trace(LOG_LAYOUT, "the debug information in %s shares what is in %s", info->origin,
		hunt->search.shown);
	dwarf_setalt(info->dwarf, info->shared_dwarf);
	return STATUS_OK;
}

static void drop(struct debuginfo *info)
{
	debugfile_close(info->file);
	debugfile_close(info->shared);
	free(info->origin);
	*info = (struct debuginfo){0};
}

// Completes what was found last. Where that cannot be, the file is passed over: STATUS_NOT_FOUND.
static enum status adopt(struct hunt *hunt, struct debugfile *take)
{
	char from[PATH_MAX];
	struct debugsearch *search = &hunt->search;
	struct debuginfo *info = hunt->info;
	struct error why = {"the file that it shares with others is missing"};
	info->file = take;
	info->origin = take_ptr(search->shown);
	memcpy(from, search->path, sizeof(from));
	enum status status = debugfile_read_dwarf(take, &info->dwarf, &why);
	if (!status)
		status = add_shared(hunt, from);
	if (status == STATUS_OK || status == STATUS_NO_MEMORY)
		return status;
	free(search->shown);
	search->shown = take_ptr(info->origin);
	debugsearch_reject(search, &why);
	drop(info);
	return STATUS_NOT_FOUND;
}

static enum status find_own(struct hunt *hunt, struct debugfile *take)
{
	const struct debug_request *request = hunt->request;
	struct debugsearch *search = &hunt->search;
	const char *path = request->root_count ? root_name(&request->roots[0], request->path)
					       : request->path;
	snprintf(search->path, sizeof(search->path), "%s", path);
	enum status status = debugsearch_show(search, request->path, NULL, " itself");
	if (status) {
		debugfile_close(take);
		return status;
	}
	return adopt(hunt, take);
}

static enum status find_below(
	struct hunt *hunt, const struct debugfile *program, const struct root *root)
{
	struct debugfile *file = NULL;
	enum status status = debugsearch_by_link(&hunt->search, root, program, &file);
	if (!status)
		status = adopt(hunt, file);
	if (status != STATUS_NOT_FOUND)
		return status;
	status = debugsearch_by_id(&hunt->search, root, debugfile_id(program), &file);
	return status ? status : adopt(hunt, file);
}

static enum status find_separate(struct hunt *hunt, const struct debugfile *program)
{
	const struct debug_request *request = hunt->request;
	enum status status = STATUS_NOT_FOUND;
	for (size_t i = 0; i < request->root_count && status == STATUS_NOT_FOUND; i++)
		status = find_below(hunt, program, &request->roots[i]);
	if (status != STATUS_NOT_FOUND)
		return status;
	struct debugfile *file = NULL;
	status = debugsearch_on_servers(&hunt->search, debugfile_id(program), &file);
	return status ? status : adopt(hunt, file);
}

static enum status find(struct hunt *hunt, struct error *err)
{
	AUTO(debugfile_closep) struct debugfile *program = NULL;
	const char *path = hunt->request->path, *reason = hunt->search.reason.message;
	struct error why;
	int fd = fcntl(hunt->request->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return error_set_errno(err, STATUS_FAILED, errno, "cannot open '%s' again", path);
	enum status status = debugfile_open(fd, &program, &why);
	if (status)
		return error_set(err, status, "cannot read '%s': %s", path, why.message);
	status = debugfile_has_dwarf(program) ? find_own(hunt, take_ptr(program))
					      : find_separate(hunt, program);
	if (status == STATUS_NO_MEMORY)
		return error_set(err, status, "cannot search for debug information");
	if (status)
		return error_set(err, STATUS_NOT_FOUND, "no debug information for '%s'%s%s%s", path,
			*reason ? ": " : "", reason,
			debugserver_is_wanted()
				? ""
				: " (install its debug symbols, or set DEBUGINFOD_URLS)");
	log_trace(LOG_LAYOUT, "debug information of '%s' is in %s", path, hunt->info->origin);
	return STATUS_OK;
}

enum status debuginfo_open(
	const struct debug_request *request, struct debuginfo **ret, struct error *err)
{
	AUTO(debuginfo_closep) struct debuginfo *info = calloc(1, sizeof(*info));
	if (!info)
		return error_set(err, STATUS_NO_MEMORY, "cannot search for debug information");
	struct hunt hunt = {
		.request = request, .search = {.program = request->path}, .info = info};
	enum status status = find(&hunt, err);
	debugsearch_deinit(&hunt.search);
	if (status)
		return status;
	*ret = take_ptr(info);
	return STATUS_OK;
}

void debuginfo_close(struct debuginfo *info)
{
	if (!info)
		return;
	drop(info);
	free(info);
}

Dwarf *debuginfo_main(const struct debuginfo *info)
{
	return info->dwarf;
}

Dwarf *debuginfo_shared(const struct debuginfo *info)
{
	return info->shared_dwarf;
}

const char *debuginfo_origin(const struct debuginfo *info)
{
	return info->origin;
}

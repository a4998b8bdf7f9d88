// SPDX-License-Identifier: MIT
#include "layout/dwarf/debug_info.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "layout/dwarf/debug_file.h"
#include "layout/dwarf/debug_server.h"
#include "target/root.h"

static const char DEBUG_DIRECTORY[] = "/usr/lib/debug";

enum { SEEN_MAX = 32 };

struct debug_info {
	struct debug_file *file, *shared;
	Dwarf *dwarf, *shared_dwarf;
	char *origin;
};

// A search for the debug information of a program and for the file that it shares with others.
struct search {
	const struct debug_request *request;
	struct debug_info *info; // the result
	// The last file that was looked at:
	char path[PATH_MAX]; // below its root; "" if it came from a server
	char *shown;	     // its name in messages
	struct error reason; // why the last rejected file is not used; "" if none was rejected
	// Files that were looked at. Our root may be the target's root too.
	struct {
		dev_t device;
		ino_t inode;
	} seen[SEEN_MAX];
	size_t seen_count;
};

// What identifies the wanted file.
struct expected {
	const struct build_id *id;
	const uint32_t *checksum; // NULL: the build-id decides
};

// --- One file ------------------------------------------------------------------------------------

// Sets search->shown: the file's path, the root that it is below (NULL: ours), and a remark.
static enum status show(struct search *search, const char *path, const struct root *root,
	const char *remark)
{
	struct text text = {0};
	text_add(&text, "'");
	text_add_foreign(&text, path, strlen(path));
	text_add(&text, "'");
	if (root && root->pid)
		text_add_format(&text, " of process %d", (int)root->pid);
	text_add(&text, remark);
	free(search->shown);
	search->shown = text_take(&text);
	return search->shown ? STATUS_OK : STATUS_NO_MEMORY;
}

// Records why the last file is not used.
static void reject(struct search *search, const struct error *why)
{
	error_set(&search->reason, STATUS_INVALID, "%s is not used: %s", search->shown, why->message);
	log_trace(LOG_LAYOUT, "debug file %s", search->reason.message);
}

// Whether the file was looked at before, perhaps under another name; if not, remembers it.
static bool was_seen(struct search *search, int fd)
{
	struct stat stat;
	if (fstat(fd, &stat))
		return false;
	for (size_t i = 0; i < search->seen_count; i++)
		if (search->seen[i].device == stat.st_dev &&
			search->seen[i].inode == stat.st_ino)
			return true;
	if (search->seen_count < SEEN_MAX) {
		search->seen[search->seen_count].device = stat.st_dev;
		search->seen[search->seen_count++].inode = stat.st_ino;
	}
	return false;
}

static enum status verify_id(
	const struct debug_file *file, const struct expected *expected, struct error *err)
{
	char found[BUILD_ID_TEXT_SIZE], wanted[BUILD_ID_TEXT_SIZE];
	const struct build_id *id = debug_file_id(file);
	if (build_id_equals(id, expected->id) ||
		(expected->checksum && (!id->size || !expected->id->size)))
		return STATUS_OK;
	build_id_format(id, found);
	build_id_format(expected->id, wanted);
	return error_set(err, STATUS_INVALID, "its build-id is %s instead of %s",
		*found ? found : "absent", *wanted ? wanted : "absent");
}

static enum status verify(
	const struct debug_file *file, const struct expected *expected, struct error *err)
{
	uint32_t checksum = 0;
	enum status status = verify_id(file, expected, err);
	if (status || !expected->checksum)
		return status;
	status = debug_file_checksum(file, &checksum);
	if (status)
		return error_set(err, status, "it cannot be read");
	if (checksum != *expected->checksum)
		return error_set(err, STATUS_INVALID, "its checksum is %08x instead of %08x",
			checksum, *expected->checksum);
	return STATUS_OK;
}

// Accepts or rejects a file, which search->shown names. Takes over take_fd.
static enum status accept(struct search *search, int take_fd, const struct expected *expected,
	struct debug_file **ret)
{
	AUTO(debug_file_closep) struct debug_file *file = NULL;
	struct error why = {{0}};
	Dwarf *dwarf;
	if (was_seen(search, take_fd)) {
		close(take_fd);
		return STATUS_NOT_FOUND;
	}
	enum status status = debug_file_open(take_fd, &file, &why);
	if (!status)
		status = verify(file, expected, &why);
	if (!status)
		status = debug_file_read_dwarf(file, &dwarf, &why);
	if (status) {
		reject(search, &why);
		return STATUS_NOT_FOUND;
	}
	*ret = take_ptr(file);
	return STATUS_OK;
}

static enum status try_path(struct search *search, const struct root *root, const char *path,
	const struct expected *expected, struct debug_file **ret)
{
	int fd;
	enum status status = root_open_file(root, path, &fd, NULL);
	if (status)
		return STATUS_NOT_FOUND;
	snprintf(search->path, sizeof(search->path), "%s", path);
	status = show(search, path, root, "");
	if (status) {
		close(fd);
		return status;
	}
	return accept(search, fd, expected, ret);
}

// --- The places ----------------------------------------------------------------------------------
//
// Each function finds a file that has DWARF; the caller closes it. A file that is not the wanted
// one is traced and skipped: STATUS_NOT_FOUND. STATUS_NO_MEMORY.

// Looks below /usr/lib/debug/.build-id.
static enum status find_by_id(struct search *search, const struct root *root,
	const struct build_id *id, struct debug_file **ret)
{
	char text[BUILD_ID_TEXT_SIZE], path[sizeof(DEBUG_DIRECTORY) + sizeof(text) + 32];
	const struct expected expected = {.id = id};
	if (id->size < 2)
		return STATUS_NOT_FOUND;
	build_id_format(id, text);
	snprintf(path, sizeof(path), "%s/.build-id/%.2s/%s.debug", DEBUG_DIRECTORY, text, text + 2);
	return try_path(search, root, path, &expected, ret);
}

// Looks for the file that .gnu_debuglink of the program names.
static enum status find_by_link(struct search *search, const struct root *root,
	const struct debug_file *program, struct debug_file **ret)
{
	static const char *const places[][2] = {
		{"", ""},
		{"", "/.debug"},
		{DEBUG_DIRECTORY, ""},
	};
	const char *path = root_name(root, search->request->path), *name;
	uint32_t checksum;
	const struct expected expected = {debug_file_id(program), &checksum};
	if (debug_file_read_link(program, &name, &checksum))
		return STATUS_NOT_FOUND;
	enum status status = STATUS_NOT_FOUND;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && status == STATUS_NOT_FOUND; i++) {
		char file[PATH_MAX];
		int length = snprintf(file, sizeof(file), "%s%.*s%s/%s", places[i][0],
			(int)path_directory_length(path), path, places[i][1], name);
		if (length > 0 && (size_t)length < sizeof(file))
			status = try_path(search, root, file, &expected, ret);
	}
	return status;
}

// Looks at a path, which is absolute or relative to the directory of the file from.
static enum status find_by_path(struct search *search, const struct root *root,
	const char *from, const char *path, const struct build_id *id, struct debug_file **ret)
{
	char joined[PATH_MAX];
	const struct expected expected = {.id = id};
	int length = *path == '/' ? snprintf(joined, sizeof(joined), "%s", path)
				  : snprintf(joined, sizeof(joined), "%.*s/%s",
					    (int)path_directory_length(from), from, path);
	if (length < 0 || (size_t)length >= sizeof(joined))
		return STATUS_NOT_FOUND;
	return try_path(search, root, joined, &expected, ret);
}

static enum status find_on_servers(
	struct search *search, const struct build_id *id, struct debug_file **ret)
{
	if (!id->size || !debug_server_is_wanted())
		return STATUS_NOT_FOUND;
	int fd;
	AUTO(freep) char *path = NULL;
	const struct expected expected = {.id = id};
	enum status status = debug_server_fetch(id, &fd, &path, &search->reason);
	if (status) {
		log_trace(LOG_LAYOUT, "%s", search->reason.message);
		return status;
	}
	*search->path = '\0';
	status = show(search, path, NULL, " by DEBUGINFOD_URLS");
	if (status) {
		close(fd);
		return status;
	}
	return accept(search, fd, &expected, ret);
}

// --- The search ----------------------------------------------------------------------------------

static enum status find_shared(
	struct search *search, const char *from, const char *path, const struct build_id *id)
{
	const struct debug_request *request = search->request;
	struct debug_file **ret = &search->info->shared;
	enum status status = STATUS_NOT_FOUND;
	for (size_t i = 0; i < request->root_count && status == STATUS_NOT_FOUND; i++) {
		const struct root *root = &request->roots[i];
		status = find_by_path(search, root, from, path, id, ret);
		if (status == STATUS_NOT_FOUND)
			status = find_by_id(search, root, id, ret);
	}
	return status == STATUS_NOT_FOUND ? find_on_servers(search, id, ret) : status;
}

// Opens the shared file. If it cannot be found the debug information is not used at all: libdw
// would look for the shared file by itself, at that path on this machine, and accept any file.
static enum status add_shared(struct search *search, const char *from)
{
	struct debug_info *info = search->info;
	struct build_id id = {.size = 0};
	const char *path;
	enum status status = debug_file_read_alternate(info->file, &path, &id);
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (!status)
		status = find_shared(search, from, path, &id);
	if (!status)
		status = debug_file_read_dwarf(info->shared, &info->shared_dwarf, NULL);
	if (status)
		return status;
	log_trace(LOG_LAYOUT, "the debug information in %s shares what is in %s", info->origin,
		search->shown);
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

// Completes the file that was found. If that fails, the file is skipped: STATUS_NOT_FOUND.
static enum status adopt(struct search *search, struct debug_file *take)
{
	char from[PATH_MAX];
	struct debug_info *info = search->info;
	struct error why = {"the file that it shares with others is missing"};
	info->file = take;
	info->origin = take_ptr(search->shown);
	memcpy(from, search->path, sizeof(from));
	enum status status = debug_file_read_dwarf(take, &info->dwarf, &why);
	if (!status)
		status = add_shared(search, from);
	if (status == STATUS_OK || status == STATUS_NO_MEMORY)
		return status;
	free(search->shown);
	search->shown = take_ptr(info->origin);
	reject(search, &why);
	drop(info);
	return STATUS_NOT_FOUND;
}

static enum status find_own(struct search *search, struct debug_file *take)
{
	const struct debug_request *request = search->request;
	const char *path = request->root_count ? root_name(&request->roots[0], request->path)
					       : request->path;
	snprintf(search->path, sizeof(search->path), "%s", path);
	enum status status = show(search, request->path, NULL, " itself");
	if (status) {
		debug_file_close(take);
		return status;
	}
	return adopt(search, take);
}

static enum status find_below(
	struct search *search, const struct debug_file *program, const struct root *root)
{
	struct debug_file *file = NULL;
	enum status status = find_by_link(search, root, program, &file);
	if (!status)
		status = adopt(search, file);
	if (status != STATUS_NOT_FOUND)
		return status;
	status = find_by_id(search, root, debug_file_id(program), &file);
	return status ? status : adopt(search, file);
}

static enum status find_separate(struct search *search, const struct debug_file *program)
{
	const struct debug_request *request = search->request;
	enum status status = STATUS_NOT_FOUND;
	for (size_t i = 0; i < request->root_count && status == STATUS_NOT_FOUND; i++)
		status = find_below(search, program, &request->roots[i]);
	if (status != STATUS_NOT_FOUND)
		return status;
	struct debug_file *file = NULL;
	status = find_on_servers(search, debug_file_id(program), &file);
	return status ? status : adopt(search, file);
}

static enum status find(struct search *search, struct error *err)
{
	AUTO(debug_file_closep) struct debug_file *program = NULL;
	const char *path = search->request->path, *reason = search->reason.message;
	struct error why;
	int fd = fcntl(search->request->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return error_set_errno(err, STATUS_FAILED, errno, "cannot open '%s' again", path);
	enum status status = debug_file_open(fd, &program, &why);
	if (status)
		return error_set(err, status, "cannot read '%s': %s", path, why.message);
	status = debug_file_has_dwarf(program) ? find_own(search, take_ptr(program))
					      : find_separate(search, program);
	if (status == STATUS_NO_MEMORY)
		return error_set(err, status, "cannot search for debug information");
	if (status)
		return error_set(err, STATUS_NOT_FOUND, "no debug information for '%s'%s%s%s", path,
			*reason ? ": " : "", reason,
			debug_server_is_wanted()
				? ""
				: " (install its debug symbols, or set DEBUGINFOD_URLS)");
	log_trace(LOG_LAYOUT, "debug information of '%s' is in %s", path, search->info->origin);
	return STATUS_OK;
}

enum status debug_info_open(
	const struct debug_request *request, struct debug_info **ret, struct error *err)
{
	AUTO(debug_info_closep) struct debug_info *info = calloc(1, sizeof(*info));
	if (!info)
		return error_set(err, STATUS_NO_MEMORY, "cannot search for debug information");
	struct search search = {.request = request, .info = info};
	enum status status = find(&search, err);
	free(search.shown);
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

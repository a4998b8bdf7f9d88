// SPDX-License-Identifier: MIT
#include "layout/dwarf/debug_search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "layout/dwarf/debug_server.h"
#include "target/root.h"

static const char DEBUG_DIRECTORY[] = "/usr/lib/debug";

// What a file must be to be the wanted one.
struct expected {
	const struct build_id *id;
	const uint32_t *checksum; // NULL: the build-id decides
};

void debug_search_deinit(struct debug_search *search)
{
	free(search->shown);
}

// --- One file --------------------------------------------------------------------------------------

enum status debug_search_show(struct debug_search *search, const char *path,
	const struct root *root, const char *remark)
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

void debug_search_reject(struct debug_search *search, const struct error *why)
{
	error_set(&search->reason, STATUS_INVALID, "%s is not used: %s", search->shown, why->message);
	log_trace(LOG_LAYOUT, "debug file %s", search->reason.message);
}

// Whether the file was looked at before, under another name; notes it otherwise.
static bool was_seen(struct debug_search *search, int fd)
{
	struct stat stat;
	if (fstat(fd, &stat))
		return false;
	for (size_t i = 0; i < search->seen_count; i++)
		if (search->seen[i].device == stat.st_dev &&
			search->seen[i].inode == stat.st_ino)
			return true;
	if (search->seen_count < DEBUG_SEARCH_SEEN_MAX) {
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

// Takes over fd. search->shown is what the file is called.
static enum status accept(struct debug_search *search, int take_fd, const struct expected *expected,
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
		debug_search_reject(search, &why);
		return STATUS_NOT_FOUND;
	}
	*ret = take_ptr(file);
	return STATUS_OK;
}

static enum status try_path(struct debug_search *search, const struct root *root, const char *path,
	const struct expected *expected, struct debug_file **ret)
{
	int fd;
	enum status status = root_open_file(root, path, &fd, NULL);
	if (status)
		return STATUS_NOT_FOUND;
	snprintf(search->path, sizeof(search->path), "%s", path);
	status = debug_search_show(search, path, root, "");
	if (status) {
		close(fd);
		return status;
	}
	return accept(search, fd, expected, ret);
}

// --- The places ------------------------------------------------------------------------------------

enum status debug_search_by_id(struct debug_search *search, const struct root *root,
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

enum status debug_search_by_link(struct debug_search *search, const struct root *root,
	const struct debug_file *program, struct debug_file **ret)
{
	static const char *const places[][2] = {
		{"", ""},
		{"", "/.debug"},
		{DEBUG_DIRECTORY, ""},
	};
	const char *path = root_name(root, search->program), *name;
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

enum status debug_search_by_path(struct debug_search *search, const struct root *root,
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

enum status debug_search_on_servers(
	struct debug_search *search, const struct build_id *id, struct debug_file **ret)
{
	int fd;
	AUTO(freep) char *path = NULL;
	const struct expected expected = {.id = id};
	if (!id->size || !debug_server_is_wanted())
		return STATUS_NOT_FOUND;
	enum status status = debug_server_fetch(id, &fd, &path, &search->reason);
	if (status) {
		log_trace(LOG_LAYOUT, "%s", search->reason.message);
		return status;
	}
	*search->path = '\0';
	status = debug_search_show(search, path, NULL, " by DEBUGINFOD_URLS");
	if (status) {
		close(fd);
		return status;
	}
	return accept(search, fd, &expected, ret);
}

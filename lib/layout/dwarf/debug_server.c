// SPDX-License-Identifier: MIT
#include "layout/dwarf/debug_server.h"

#include "base/log.h"
#include "base/time.h"
#include "layout/dwarf/debug_file.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double SILENT_SECONDS = 1;	   // before the user is told what takes so long
static const double ANSWER_SECONDS_MAX = 10;	   // before the download begins
static const double DOWNLOAD_SECONDS_MAX = 120; // in total

static const char LIBRARY[] = "libdebuginfod.so.1";

// Declared in elfutils/debuginfod.h since 0.180.
struct debuginfod_client;
struct library {
	struct debuginfod_client *(*begin)(void);
	void (*end)(struct debuginfod_client *client);
	int (*find)(struct debuginfod_client *client, const unsigned char *id, int size, char **path);
	void (*set_progress)(struct debuginfod_client *client,
		int (*progress)(struct debuginfod_client *client, long done, long all));
	void (*set_data)(struct debuginfod_client *client, void *data);
	void *(*get_data)(struct debuginfod_client *client);
};

struct wait {
	double begun;
	bool was_told;
	bool is_over; // the time limit was reached
};

bool debug_server_is_wanted(void)
{
	const char *urls = getenv("DEBUGINFOD_URLS");
	return urls && urls[strspn(urls, " \t\n")];
}

// The library stays loaded, since libraries that it loads itself cannot be unloaded safely.
static enum status load(struct library *ret, struct error *err)
{
	const struct {
		const char *name;
		void *function;
	} wanted[] = {
		{"debuginfod_begin", &ret->begin},
		{"debuginfod_end", &ret->end},
		{"debuginfod_find_debuginfo", &ret->find},
		{"debuginfod_set_progressfn", &ret->set_progress},
		{"debuginfod_set_user_data", &ret->set_data},
		{"debuginfod_get_user_data", &ret->get_data},
	};
	void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		return error_set(err, STATUS_NOT_FOUND, "DEBUGINFOD_URLS needs %s: %s", LIBRARY,
			dlerror());
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		void *address = dlsym(handle, wanted[i].name);
		if (!address)
			return error_set(err, STATUS_NOT_FOUND, "%s is too old: it has no %s",
				LIBRARY, wanted[i].name);
		memcpy(wanted[i].function, &address, sizeof(address));
	}
	return STATUS_OK;
}

// The library calls this about once a second. length is 0 or negative until a server begins to
// send. Any result but 0 ends the attempt.
static int note_progress(struct debuginfod_client *client, long done, long length)
{
	struct library library = {0}; // it is loaded already: this only looks up its functions
	if (load(&library, NULL))
		return 1;
	struct wait *wait = library.get_data(client);
	double waited = time_boot_seconds() - wait->begun;
	(void)done;
	if (!wait->was_told && waited >= SILENT_SECONDS) {
		wait->was_told = true;
		log_notice("asking the servers in DEBUGINFOD_URLS for debug information");
	}
	wait->is_over = waited >= (length > 0 ? DOWNLOAD_SECONDS_MAX : ANSWER_SECONDS_MAX);
	return wait->is_over;
}

static enum status explain(const struct wait *wait, int number, struct error *err)
{
	if (wait->is_over)
		return error_set(err, STATUS_NOT_FOUND,
			"the servers in DEBUGINFOD_URLS were given up after %.0f seconds",
			time_boot_seconds() - wait->begun);
	return error_set_errno(err, STATUS_NOT_FOUND, number,
		"the servers in DEBUGINFOD_URLS sent no debug information");
}

enum status debug_server_fetch(
	const struct build_id *id, int *ret_fd, char **ret_path, struct error *err)
{
	struct library library = {0};
	struct wait wait = {.begun = time_boot_seconds()};
	char *path = NULL;
	enum status status = load(&library, err);
	if (status)
		return status;
	struct debuginfod_client *client = library.begin();
	if (!client)
		return error_set(err, STATUS_NOT_FOUND, "%s cannot be used", LIBRARY);
	library.set_data(client, &wait);
	library.set_progress(client, note_progress);
	int fd = library.find(client, id->bytes, (int)id->size, &path);
	library.end(client);
	if (fd < 0)
		return explain(&wait, -fd, err);
	if (!path) {
		close(fd);
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a file name");
	}
	*ret_fd = fd;
	*ret_path = path;
	return STATUS_OK;
}

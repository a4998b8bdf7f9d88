// SPDX-License-Identifier: MIT
// Where a file lies: ordinary files only, and never through a symbolic link where we write.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The path with its directory resolved, so that what is left to guard is the last name. The caller
// frees *ret. STATUS_NOT_FOUND, STATUS_PERMISSION, STATUS_FAILED.
must_check enum status place_resolve(const char *path, char **ret, struct error *err);

// Whether there is an ordinary file (*ret_exists), and of which size, or nothing; path is for messages.
// STATUS_USAGE: something else is there.
must_check enum status place_check(const char *place, const char *path, bool *ret_exists,
	uint64_t *ret_size, struct error *err);

// Makes an empty file of a new name beside place, with mode 0600. The caller frees *ret.
must_check enum status place_make_temporary(
	const char *place, const char *path, char **ret, struct error *err);

// Reads the first bytes of an ordinary file, at most size of them, and tells its size in all. With
// follow a symbolic link is followed. STATUS_NOT_FOUND, as place_check().
must_check enum status place_read_header(const char *place, const char *path, bool follow,
	unsigned char *buffer, size_t size, uint64_t *ret_size, struct error *err);

// What may be there already when a file is given its name.
enum place_over {
	PLACE_OVER_NOTHING,
	PLACE_OVER_EMPTY, // a file of no bytes, or nothing
	PLACE_OVER_FILE,
};

// Brings the file to the disk and gives it the name of place. STATUS_BUSY: there is something else by
// now. STATUS_FAILED.
must_check enum status place_publish(const char *temporary, const char *place, const char *path,
	enum place_over over, struct error *err);

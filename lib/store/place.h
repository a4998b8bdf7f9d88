// SPDX-License-Identifier: MIT
// Where a file is stored: only ordinary files, and never through a symbolic link when writing.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Resolves the directory of path, so that only the last component must be checked. The caller frees
// *ret. STATUS_NOT_FOUND, STATUS_PERMISSION, STATUS_FAILED.
must_check enum status place_resolve(const char *path, char **ret, struct error *err);

// Checks that there is an ordinary file (*ret_exists; *ret_size is its size), or nothing. path is
// for messages. STATUS_USAGE: there is something else.
must_check enum status place_check(const char *place, const char *path, bool *ret_exists,
	uint64_t *ret_size, struct error *err);

// Creates an empty file with a new name beside place, with mode 0600. The caller frees *ret.
must_check enum status place_make_temporary(
	const char *place, const char *path, char **ret, struct error *err);

// Reads the first bytes of an ordinary file, at most size, and returns its total size. follow:
// follows a symbolic link. STATUS_NOT_FOUND, as place_check().
must_check enum status place_read_header(const char *place, const char *path, bool follow,
	unsigned char *buffer, size_t size, uint64_t *ret_size, struct error *err);

// What a new file may replace.
enum place_over {
	PLACE_OVER_NOTHING,
	PLACE_OVER_EMPTY, // an empty file, or nothing
	PLACE_OVER_FILE,
};

// Syncs the file to the disk and renames it to place. STATUS_BUSY: something else is there by now.
// STATUS_FAILED.
must_check enum status place_publish(const char *temporary, const char *place, const char *path,
	enum place_over over, struct error *err);

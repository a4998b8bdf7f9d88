// SPDX-License-Identifier: MIT
// A file that appears under its name when it is whole: it is written under another one beside it,
// and renamed. A reader sees what was there before, or all of the new one.
#pragma once

#include "base/error.h"

#include <stdio.h>
#include <sys/types.h>

// {0} is closed. stream is meant to be written to.
struct new_file {
	FILE *stream;
	char *path, *temporary;
};

// Begins a file. What is there under its name must be a regular file: STATUS_USAGE for a directory,
// a device, a pipe and a symbolic link, which would be replaced or followed to who knows where.
// STATUS_PERMISSION, STATUS_FAILED.
must_check enum status new_file_open(const char *path, struct new_file *ret, struct error *err);

// Gives the file its mode and its name. STATUS_FAILED: the disk is full, say, and nothing changed.
must_check enum status new_file_finish(struct new_file *file, mode_t mode, struct error *err);

// Removes what was not finished. NULL is fine.
void new_file_close(struct new_file *file);

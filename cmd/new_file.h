// SPDX-License-Identifier: MIT
// A file that appears under its name when it is whole: it is written under a temporary name in the
// same directory, and renamed. A reader sees either the old file or the whole new one.
#pragma once

#include "base/error.h"

#include <stdio.h>
#include <sys/types.h>

// {0} is closed. stream is meant to be written to.
struct new_file {
	FILE *stream;
	char *path, *temporary;
};

// Begins a file. If there is a file of its name, it must be a regular one: STATUS_USAGE for a
// directory, a device or a pipe, which would be replaced, and for a symbolic link, which could lead
// anywhere. STATUS_PERMISSION, STATUS_FAILED.
must_check enum status new_file_open(const char *path, struct new_file *ret, struct error *err);

// Gives the file its mode and its name. STATUS_FAILED, for example if the disk is full: nothing has
// changed then.
must_check enum status new_file_finish(struct new_file *file, mode_t mode, struct error *err);

// Removes a file that was not finished. NULL is fine.
void new_file_close(struct new_file *file);

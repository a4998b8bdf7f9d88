// SPDX-License-Identifier: MIT
// Writing the sample on the screen to a file.
#pragma once

#include "base/error.h"

struct history;

enum { SAVE_PATH_SIZE = 64 };

// Writes the current sample to a new file in the working directory, named after process and time. path
// of SAVE_PATH_SIZE. As recorder_open() and recorder_add().
must_check enum status save_sample(const struct history *history, char *path, struct error *err);

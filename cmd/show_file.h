// SPDX-License-Identifier: MIT
// leaktop FILE: recorded samples on the screen, or as text.
#pragma once

#include "base/error.h"

struct settings;

// Shows the file that is the argument in settings; as text if that is asked for or if standard output
// is no terminal. As recording_open() and recording_show().
must_check enum status show_file_run(const struct settings *settings, struct error *err);

// SPDX-License-Identifier: MIT
// leaktop FILE: recorded samples on the screen, or as text.
#pragma once

#include "base/error.h"

struct settings;

// Shows the file that settings name as their argument; as text where it is asked for, or standard
// output is no terminal. As recording_open() and recording_show().
must_check enum status show_file_run(const struct settings *settings, struct error *err);

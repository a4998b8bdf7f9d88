// SPDX-License-Identifier: MIT
// Standard output, with its errors noticed; and what it can show.
#pragma once

#include "base/error.h"

#include <stdbool.h>

struct settings;

// Writes a string. STATUS_FAILED: err says what is wrong with the output, except for a reader that
// went away, which calls for no sentence.
must_check enum status output_write(const char *string, struct error *err);

// Makes the reader see what was written so far. As output_write().
must_check enum status output_flush(struct error *err);

// Ends the output: what the system refuses late shows here. As output_write().
must_check enum status output_close(struct error *err);

// Columns of the terminal that is written to; 0 where it is none.
unsigned output_width(void);

// Whether only ASCII may be written: asked for, or the locale knows no more.
bool output_is_ascii(const struct settings *settings);

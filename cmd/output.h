// SPDX-License-Identifier: MIT
// Standard output, with its errors noticed; and what it can show.
#pragma once

#include "base/error.h"

#include <stdbool.h>

struct settings;

// Writes a string. STATUS_FAILED: err says what is wrong with the output; it stays empty if the reader
// went away.
must_check enum status output_write(const char *string, struct error *err);

// Passes on to the reader what was written so far. As output_write().
must_check enum status output_flush(struct error *err);

// Ends the output; an error that the system reports late shows here. As output_write().
must_check enum status output_close(struct error *err);

// Columns of the terminal that is written to; 0 if the output is no terminal.
unsigned output_width(void);

// Whether only ASCII may be written: the person asked for it, or the locale has nothing else.
bool output_is_ascii(const struct settings *settings);

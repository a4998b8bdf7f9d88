// SPDX-License-Identifier: MIT
// Reads what a running process does not write to, for a capture: mapped files of which a part is
// executable, that is programs and libraries, and read-only memory that is of no file.
//
// Only pages that the page table of the process has are read, and the first one of each file, with
// the headers. Any other would have to come from its file system, which grows the process, takes
// time, and for one in user space may take forever; so it is read in another thread, for which
// nobody waits longer than two seconds. What was read stays good as long as the same part of the
// same file is mapped at the same place: the next sample reads only what is new.
//
// Code is left out where it lies in a mapping of its own. As a linker's -z separate-code has it
// (the default on x86-64 since binutils 2.31) constants are in another one; where a file begins
// with an executable mapping, as on aarch64, both share it.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct constants;
struct maps;
struct live;

// Whether they are of the same mappings already, though not of all pages that are in memory by now.
bool constants_are_of(const struct constants *constants, const struct maps *maps);

// Brings constants to what maps say is mapped, of which at most limit_bytes are kept: what is more
// is counted in left_out_bytes. pagemap_fd is /proc/PID/pagemap, or negative. That something cannot be
// read is no failure. STATUS_NO_MEMORY.
must_check enum status read_constants(struct constants *constants, const struct live *live,
	const struct maps *maps, int pagemap_fd, uint64_t limit_bytes);

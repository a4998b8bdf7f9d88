// SPDX-License-Identifier: MIT
// Which containers of a census go into the file.
#pragma once

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct census;
struct run;

// Positions in census->containers, ascending: those with a path, the longest, and those that the run
// holds already, so that what is stored once is followed. All that are longer than *ret_least are
// there. The caller frees *ret. STATUS_NO_MEMORY.
must_check enum status choose_containers(const struct census *census, const struct run *run,
	size_t **ret, size_t *ret_count, uint64_t *ret_least);

// SPDX-License-Identifier: MIT
// The writable data of the program and of every library in a target, which contain the static
// variables of C code and of the interpreter.
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>

struct capture;

struct static_range {
	addr_t start, end;
	char *name; // of the file, without directories; escaped, valid UTF-8
};

// Sorted by address.
struct static_data {
	struct static_range *ranges;
	size_t count;
};

// Finds .data and .bss of the mapped ELF files by their program headers in memory. Skips files
// whose program headers cannot be read. STATUS_NO_MEMORY.
must_check enum status static_data_read(const struct capture *capture, struct static_data *ret);
void static_data_deinit(struct static_data *data);

bool static_data_has(const struct static_data *data, addr_t address);

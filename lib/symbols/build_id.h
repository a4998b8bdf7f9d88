// SPDX-License-Identifier: MIT
// The build-id that linkers put into a note of an ELF file. It is the same in a program and in its
// separate debug information.
#pragma once

#include <libelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
	BUILD_ID_SIZE_MAX = 64,
	BUILD_ID_TEXT_SIZE = 2 * BUILD_ID_SIZE_MAX + 1,
};

struct build_id {
	unsigned char bytes[BUILD_ID_SIZE_MAX];
	size_t size; // 0: none
};

// A file without one, or with one of no sensible size, has the id of size 0.
void build_id_read(Elf *elf, struct build_id *ret);

// Sets the id to size bytes that were read elsewhere. False if the size makes no sense; the id then has
// size 0.
bool build_id_set(struct build_id *id, const void *bytes, ssize_t size);

// Lower-case hex into buffer, which holds BUILD_ID_TEXT_SIZE bytes; "" for none.
void build_id_format(const struct build_id *id, char *buffer);
bool build_id_equals(const struct build_id *a, const struct build_id *b);

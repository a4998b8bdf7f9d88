// SPDX-License-Identifier: MIT
#include "symbols/build_id.h"

#include <elfutils/libdwelf.h>
#include <stdio.h>
#include <string.h>

void build_id_read(Elf *elf, struct build_id *ret)
{
	const void *bytes = NULL;
	ssize_t size = dwelf_elf_gnu_build_id(elf, &bytes);
	build_id_set(ret, bytes, size);
}

bool build_id_set(struct build_id *id, const void *bytes, ssize_t size)
{
	id->size = 0;
	if (size <= 0 || size > BUILD_ID_SIZE_MAX)
		return false;
	memcpy(id->bytes, bytes, (size_t)size);
	id->size = (size_t)size;
	return true;
}

void build_id_format(const struct build_id *id, char *buffer)
{
	*buffer = '\0';
	for (size_t i = 0; i < id->size; i++)
		snprintf(buffer + 2 * i, 3, "%02x", id->bytes[i]);
}

bool build_id_equals(const struct build_id *a, const struct build_id *b)
{
	return a->size == b->size && !memcmp(a->bytes, b->bytes, a->size);
}

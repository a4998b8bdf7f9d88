// SPDX-License-Identifier: MIT
// str owns no objects, but up to three blocks of memory (Objects/unicodeobject.c,
// unicode_sizeof()): the object, the characters (in instances of subclasses), and copies in other
// encodings.
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "python/str.h"

static enum status str_object_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return str_size(&heap->python, object->address, ret);
}

static enum status str_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return struct_read_length(heap, object->address, FIELD_str_length, ret);
}

const struct kind kind_str = {
	.name = "str",
	.types = (const enum well_known[]){WELL_KNOWN_str, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.size = str_object_size,
	.length = str_length,
};

// SPDX-License-Identifier: MIT
// Matches of regular expressions, and compiled replacement texts.
#include "heap/kind/kind.h"
#include "heap/scan.h"
#include "heap/struct.h"
#include "heap/type.h"

// The items are the positions of groups. There is room for one more group than exists, and that
// part is uninitialized (Modules/_sre.c, pattern_new_match()).
static enum status match_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	return scan_object(heap, object, heap_field(heap, FIELD_object_size),
		object->type->base_size, visitor);
}

const struct kind kind_match = {
	.name = "match",
	.type_names = (const char *const[]){"re.Match", NULL},
	.size_field = FIELD_COUNT,
	.edges = match_edges,
};

// Each item is the number of a group and the text after it (Modules/_sre/sre.h, TemplateObject).
static enum status template_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	uint64_t count, size = 0;
	enum status status = struct_read_length(heap, object->address, FIELD_var_size, &count);
	if (status)
		return status;
	if (__builtin_mul_overflow(count, object->type->itemsize, &size) ||
		__builtin_add_overflow(size, object->type->base_size, &size))
		return STATUS_INVALID;
	return scan_object(heap, object, heap_field(heap, FIELD_object_size), size, visitor);
}

const struct kind kind_template = {
	.name = "template",
	.type_names = (const char *const[]){"_sre.SRE_Template", NULL},
	.size_field = FIELD_COUNT,
	.edges = template_edges,
};

// SPDX-License-Identifier: MIT
// Matches of regular expressions.
#include "heap/kind.h"
#include "heap/scan.h"
#include "heap/type.h"

// The items are the places of groups, the last of them never written to (Modules/_sre.c,
// pattern_new_match(): room for one more than there are).
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

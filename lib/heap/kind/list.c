// SPDX-License-Identifier: MIT
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

// While list.sort() works it hides the items: ob_item is NULL, ob_size is 0 and allocated is -1,
// which sys.getsizeof() uses like any other number (list___sizeof___impl(), Objects/listobject.c).
static enum status list_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t allocated;
	enum status status = list_allocated(&heap->python, object->address, &allocated);
	if (!status)
		*ret = object->type->basicsize + WORD_SIZE * allocated;
	return status;
}

static enum status list_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	struct items items;
	enum status status = list_items(&heap->python, object->address, &items);
	return status ? status
		      : struct_visit_array(
				heap, items.address, (int64_t)items.count, EDGE_INDEX, visitor);
}

static enum status list_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return struct_read_length(heap, object->address, FIELD_var_size, ret);
}

const struct kind kind_list = {
	.name = "list",
	.types = (const enum well_known[]){WELL_KNOWN_list, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.size = list_size,
	.edges = list_edges,
	.length = list_length,
	.is_container = true,
};

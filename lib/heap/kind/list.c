// SPDX-License-Identifier: MIT
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

// list.sort() hides the items while it works: ob_item is NULL, ob_size 0 and allocated -1, which
// sys.getsizeof() takes for a number like any other (list___sizeof___impl(), Objects/listobject.c).
static enum status list_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t allocated;
	enum status status = struct_read(heap, object->address, FIELD_list_allocated, &allocated);
	if (status)
		return status;
	if (allocated != UINT64_MAX && allocated >> IMAGE_ADDRESS_BITS)
		return STATUS_INVALID;
	*ret = object->type->basicsize + WORD_SIZE * allocated;
	return STATUS_OK;
}

static enum status list_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	uint64_t length, allocated, items;
	enum status status = struct_read(heap, object->address, FIELD_var_size, &length);
	if (!status)
		status = struct_read(heap, object->address, FIELD_list_allocated, &allocated);
	if (!status)
		status = struct_read(heap, object->address, FIELD_list_items, &items);
	if (status)
		return status;
	if (length && (int64_t)length > (int64_t)allocated)
		return STATUS_INVALID;
	return struct_visit_array(heap, items, (int64_t)length, EDGE_INDEX, visitor);
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

// SPDX-License-Identifier: MIT
// The two structs of itertools in which not every word is a reference that it looks like
// (Modules/itertoolsmodule.c). The others are scanned: kind_scanned.c.
#include "heap/kind.h"
#include "heap/struct.h"

#include <stddef.h>

enum { TEE_VALUES_MAX = 57 }; // LINKCELLS

// Of the slots only those that were read in are initialized.
static enum status tee_data_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	uint32_t count;
	enum status status =
		struct_read_u32(heap, object->address, FIELD_tee_data_count, &count);
	if (status)
		return status;
	if (count > TEE_VALUES_MAX)
		return STATUS_INVALID;
	addr_t values = object->address + heap_field(heap, FIELD_tee_data_values);
	return struct_visit_array(heap, values, count, EDGE_INDEX, visitor);
}

const struct kind kind_tee_data = {
	.name = "tee_data",
	.type_names = (const char *const[]){
		"itertools._tee_dataobject", "itertools.tee_dataobject", NULL},
	.size_field = FIELD_tee_data_size,
	.fields = (const struct kind_field[]){
		{FIELD_tee_data_iterator, "iterator"},
		{FIELD_tee_data_next, "next"},
		{FIELD_COUNT, NULL},
	},
	.edges = tee_data_edges,
};

// currgrouper is borrowed.
const struct kind kind_groupby = {
	.name = "groupby",
	.type_names = (const char *const[]){"itertools.groupby", NULL},
	.size_field = FIELD_groupby_size,
	.fields = (const struct kind_field[]){
		{FIELD_groupby_iterator, "iterator"},
		{FIELD_groupby_key_function, "key"},
		{FIELD_groupby_target_key, "tgtkey"},
		{FIELD_groupby_current_key, "currkey"},
		{FIELD_groupby_current_value, "currvalue"},
		{FIELD_COUNT, NULL},
	},
};

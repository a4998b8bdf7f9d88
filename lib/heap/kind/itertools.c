// SPDX-License-Identifier: MIT
// The structs of itertools that a scan would misread, because they have borrowed or uninitialized
// words, or whose size includes other memory (Modules/itertoolsmodule.c). The others are scanned
// (opaque.c).
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

#include <stddef.h>

enum { TEE_VALUES_MAX = 57 }; // LINKCELLS

// Only the slots that were read in are initialized.
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
		{FIELD_tee_data_iterator, NAME_iterator},
		{FIELD_tee_data_next, NAME_next},
		{FIELD_COUNT, 0},
	},
	.edges = tee_data_edges,
};

// currgrouper is borrowed.
const struct kind kind_groupby = {
	.name = "groupby",
	.type_names = (const char *const[]){"itertools.groupby", NULL},
	.size_field = FIELD_groupby_size,
	.fields = (const struct kind_field[]){
		{FIELD_groupby_iterator, NAME_iterator},
		{FIELD_groupby_key_function, NAME_key},
		{FIELD_groupby_target_key, NAME_tgtkey},
		{FIELD_groupby_current_key, NAME_currkey},
		{FIELD_groupby_current_value, NAME_currvalue},
		{FIELD_COUNT, 0},
	},
};

// product, combinations and permutations allocate one index for each pool, or for each item that
// they draw.
static enum status indices_size(const struct object *object, uint64_t count, uint64_t *ret)
{
	*ret = object->type->basicsize + WORD_SIZE * count;
	return STATUS_OK;
}

static enum status pool_length(const struct heap *heap, const struct object *object,
	enum layout_field field, uint64_t *ret)
{
	addr_t pool;
	enum status status = struct_read(heap, object->address, field, &pool);
	return status ? status : struct_read_length(heap, pool, FIELD_var_size, ret);
}

static enum status product_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t pools;
	enum status status = pool_length(heap, object, FIELD_product_pools, &pools);
	return status ? status : indices_size(object, pools, ret);
}

static enum status combinations_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t length;
	enum status status = struct_read_length(
		heap, object->address, FIELD_combinations_length, &length);
	return status ? status : indices_size(object, length, ret);
}

static enum status permutations_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t pool, length;
	enum status status = pool_length(heap, object, FIELD_permutations_pool, &pool);
	if (!status)
		status = struct_read_length(
			heap, object->address, FIELD_permutations_length, &length);
	return status ? status : indices_size(object, pool + length, ret);
}

const struct kind kind_product = {
	.name = "product",
	.type_names = (const char *const[]){"itertools.product", NULL},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_product_pools, NAME_pools},
		{FIELD_product_result, NAME_result},
		{FIELD_COUNT, 0},
	},
	.size = product_size,
};

const struct kind kind_combinations = {
	.name = "combinations",
	.type_names = (const char *const[]){
		"itertools.combinations", "itertools.combinations_with_replacement", NULL},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_combinations_pool, NAME_pool},
		{FIELD_combinations_result, NAME_result},
		{FIELD_COUNT, 0},
	},
	.size = combinations_size,
};

const struct kind kind_permutations = {
	.name = "permutations",
	.type_names = (const char *const[]){"itertools.permutations", NULL},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_permutations_pool, NAME_pool},
		{FIELD_permutations_result, NAME_result},
		{FIELD_COUNT, 0},
	},
	.size = permutations_size,
};

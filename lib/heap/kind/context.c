// SPDX-License-Identifier: MIT
// contextvars: contexts and the hash trees that hold their values (Python/context.c, hamt.c).
#include "heap/kind/kind.h"
#include "heap/struct.h"

#include <stddef.h>

enum { HAMT_ARRAY_SIZE = 32 };

const struct kind kind_context = {
	.name = "context",
	.types = (const enum well_known[]){WELL_KNOWN_context, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_context_previous, NAME_ctx_prev},
		{FIELD_context_vars, NAME_ctx_vars},
		{FIELD_COUNT, 0},
	},
};

// The value that is cached in a variable is borrowed from the context.
const struct kind kind_context_var = {
	.name = "context_var",
	.types = (const enum well_known[]){WELL_KNOWN_context_var, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_context_var_name, NAME_name},
		{FIELD_context_var_default, NAME_default},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_context_token = {
	.name = "context_token",
	.types = (const enum well_known[]){WELL_KNOWN_context_token, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_context_token_context, NAME_tok_ctx},
		{FIELD_context_token_var, NAME_var},
		{FIELD_context_token_old, NAME_old_value},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_hamt = {
	.name = "hamt",
	.type_names = (const char *const[]){"hamt", NULL},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_hamt_root, NAME_h_root},
		{FIELD_COUNT, 0},
	},
};

// Keys and values alternate; if the key is NULL, the value is a node.
static enum status pairs_edges(const struct heap *heap, const struct object *object,
	enum layout_field array, struct visitor *visitor)
{
	uint64_t count;
	enum status status = struct_read_length(heap, object->address, FIELD_var_size, &count);
	if (status)
		return status;
	return struct_visit_array(heap, object->address + heap_field(heap, array),
		(int64_t)count, EDGE_INDEX, visitor);
}

static enum status hamt_bitmap_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	return pairs_edges(heap, object, FIELD_hamt_bitmap_array, visitor);
}

static enum status hamt_collision_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	return pairs_edges(heap, object, FIELD_hamt_collision_array, visitor);
}

static enum status hamt_array_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	addr_t array = object->address + heap_field(heap, FIELD_hamt_array_array);
	return struct_visit_array(heap, array, HAMT_ARRAY_SIZE, EDGE_INDEX, visitor);
}

const struct kind kind_hamt_bitmap = {
	.name = "hamt_bitmap",
	.type_names = (const char *const[]){"hamt_bitmap_node", NULL},
	.size_field = FIELD_COUNT,
	.edges = hamt_bitmap_edges,
};

const struct kind kind_hamt_collision = {
	.name = "hamt_collision",
	.type_names = (const char *const[]){"hamt_collision_node", NULL},
	.size_field = FIELD_COUNT,
	.edges = hamt_collision_edges,
};

const struct kind kind_hamt_array = {
	.name = "hamt_array",
	.type_names = (const char *const[]){"hamt_array_node", NULL},
	.size_field = FIELD_COUNT,
	.edges = hamt_array_edges,
};

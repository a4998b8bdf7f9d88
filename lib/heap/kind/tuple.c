// SPDX-License-Identifier: MIT
// Tuples, and the struct sequences that are tuples with more items than they show.
#include "heap/dict_reader.h"
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

static enum status tuple_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return struct_read_length(heap, object->address, FIELD_var_size, ret);
}

static enum status items_edges(const struct heap *heap, const struct object *object,
	uint64_t count, struct visitor *visitor)
{
	addr_t items = object->address + heap_field(heap, FIELD_tuple_items);
	return struct_visit_array(heap, items, (int64_t)count, EDGE_INDEX, visitor);
}

// Later versions count the hidden items of a struct sequence into its tp_basicsize
// (Objects/structseq.c, _PyStructSequence_InitBuiltinWithFlags()).
static enum status tuple_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	uint64_t count;
	uint64_t hidden = (object->type->c_size - object->type->base_size) / WORD_SIZE;
	enum status status = tuple_length(heap, object, &count);
	return status ? status : items_edges(heap, object, count + hidden, visitor);
}

// ob_size counts the items that indexing shows; the struct has as many as the type's dict says
// under "n_fields" (Objects/structseq.c). Without that number those shown are taken for all.
static uint64_t struct_sequence_count(
	const struct heap *heap, const struct object *object, uint64_t shown)
{
	static const uint64_t fields_max = 1000;
	addr_t dict, number;
	uint32_t digit;
	if (struct_read(heap, object->type->address, FIELD_type_dict, &dict) || !dict)
		return shown;
	if (dict_find(heap, dict, "n_fields", &number))
		return shown;
	if (struct_read_u32(heap, number, FIELD_int_digits, &digit))
		return shown;
	return digit > shown && digit <= fields_max ? digit : shown;
}

static enum status struct_sequence_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	uint64_t shown;
	enum status status = tuple_length(heap, object, &shown);
	if (status)
		return status;
	uint64_t count = struct_sequence_count(heap, object, shown);
	return items_edges(heap, object, count, visitor);
}

const struct kind kind_tuple = {
	.name = "tuple",
	.types = (const enum well_known[]){WELL_KNOWN_tuple, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.edges = tuple_edges,
	.length = tuple_length,
	.extends_with_items = true,
};

const struct kind kind_struct_sequence = {
	.name = "struct_sequence",
	.type_names = (const char *const[]){
		"grp.struct_group", "os.stat_result", "os.statvfs_result", "pwd.struct_passwd",
		"resource.struct_rusage", "signal.struct_siginfo", "time.struct_time", NULL},
	.size_field = FIELD_COUNT,
	.edges = struct_sequence_edges,
	.length = tuple_length,
};

// SPDX-License-Identifier: MIT
// Tuples, and struct sequences, which are tuples that may have hidden items.
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"
#include "python/dict.h"
#include "python/int.h"

static enum status tuple_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return struct_read_length(heap, object->address, FIELD_var_size, ret);
}

// Reports the items that indexing shows and the hidden ones after them.
static enum status items_edges(const struct heap *heap, const struct object *object,
	uint64_t hidden, struct visitor *visitor)
{
	struct items items;
	enum status status = tuple_items(&heap->python, object->address, &items);
	return status ? status
		      : struct_visit_array(heap, items.address, (int64_t)(items.count + hidden),
				EDGE_INDEX, visitor);
}

// Later versions include the hidden items of a struct sequence in its tp_basicsize
// (Objects/structseq.c, _PyStructSequence_InitBuiltinWithFlags()).
static enum status tuple_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	return items_edges(heap, object,
		(object->type->c_size - object->type->base_size) / WORD_SIZE, visitor);
}

// ob_size counts the items that indexing shows; the type's dict has the number of all items as
// "n_fields" (Objects/structseq.c). Without that number there are no hidden items.
static uint64_t struct_sequence_hidden(
	const struct heap *heap, const struct object *object, uint64_t shown)
{
	static const uint64_t fields_max = 1000;
	addr_t dict, number;
	int64_t count;
	if (struct_read(heap, object->type->address, FIELD_type_dict, &dict) || !dict)
		return 0;
	if (dict_find(&heap->python, dict, "n_fields", &number))
		return 0;
	if (int_read_value(&heap->python, number, &count))
		return 0;
	return count > 0 && (uint64_t)count > shown && (uint64_t)count <= fields_max
		? (uint64_t)count - shown : 0;
}

static enum status struct_sequence_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	uint64_t shown;
	enum status status = tuple_length(heap, object, &shown);
	if (status)
		return status;
	return items_edges(
		heap, object, struct_sequence_hidden(heap, object, shown), visitor);
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

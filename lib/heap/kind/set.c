// SPDX-License-Identifier: MIT
// set and frozenset: an open-addressing hash table of {key, hash}; a small table is inside the
// object (Objects/setobject.c).
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

struct set_table {
	addr_t address;
	uint64_t slots;
};

static enum status set_table_read(
	const struct heap *heap, const struct object *object, struct set_table *ret)
{
	uint64_t mask;
	enum status status = struct_read(heap, object->address, FIELD_set_mask, &mask);
	if (!status)
		status = struct_read(heap, object->address, FIELD_set_table, &ret->address);
	if (status)
		return status;
	if (mask & (mask + 1) || mask >> IMAGE_ADDRESS_BITS)
		return STATUS_INVALID;
	ret->slots = mask + 1;
	return STATUS_OK;
}

static enum status set_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	struct set_table table;
	enum status status = set_table_read(heap, object, &table);
	if (status)
		return status;
	*ret = object->type->basicsize;
	if (table.address != object->address + heap_field(heap, FIELD_set_small_table))
		*ret += table.slots * heap_field(heap, FIELD_set_entry_size);
	return STATUS_OK;
}

static enum status set_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	static const int64_t hash_of_deleted = -1; // its key is a static dummy
	struct set_table table;
	enum status status = set_table_read(heap, object, &table);
	if (status)
		return status;
	uint64_t entry_size = heap_field(heap, FIELD_set_entry_size);
	const uint8_t *entry = image_at(heap->image, table.address, table.slots * entry_size);
	if (!entry)
		return STATUS_UNREADABLE;
	uint64_t position = 0;
	for (uint64_t i = 0; i < table.slots; i++, entry += entry_size) {
		addr_t key = bytes_u64(entry, 0);
		if (key && bytes_i64(entry, WORD_SIZE) != hash_of_deleted)
			visit(visitor, key, EDGE_ELEMENT, position++);
	}
	return STATUS_OK;
}

static enum status set_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return struct_read_length(heap, object->address, FIELD_set_used, ret);
}

const struct kind kind_set = {
	.name = "set",
	.types = (const enum well_known[]){WELL_KNOWN_set, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.size = set_size,
	.edges = set_edges,
	.length = set_length,
	.is_container = true,
};

const struct kind kind_frozenset = {
	.name = "frozenset",
	.types = (const enum well_known[]){WELL_KNOWN_frozenset, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.size = set_size,
	.edges = set_edges,
	.length = set_length,
};

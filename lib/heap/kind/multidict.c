// SPDX-License-Identifier: MIT
// The dicts of the package multidict, in which aiohttp keeps headers. The struct
// (multidict/_multilib/dict.h) contains a list of pairs up to 6.4 and refers to a table from 6.5
// on. It begins with the list of weak references, unless these are managed, and from 6.2 on with
// the state of the module:
//
//	up to 6.4   [weaklist] [state] capacity size version calc pairs {identity key value hash}[n]
//	from 6.5    [weaklist] state used version is_ci keys
//
// The size of the struct tells which form it is. Without the list of weak references it is 40
// bytes, or 48 with a state, plus a multiple of 32, the size of a pair; with a table it is exactly
// 40 bytes.
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

enum {
	PAIR_SIZE = 32,
	TABLE_ALONE = 40,
	TABLE_KEYS = 32, // offset, without the list of weak references
	TABLE_USABLE = 8,
	TABLE_ENTRIES = 16,
	TABLE_INDICES = 24,
	LOG2_MAX = 48,
};

// Where a dict has its pairs.
struct pairs {
	addr_t first;
	uint64_t used;	     // pairs, or entries of a table, deleted ones included
	uint64_t length;     // pairs
	uint64_t size_bytes; // of a separate block; 0: there is none
	uint32_t skip;	     // bytes before the references of a pair
};

static enum status read_table(const struct heap *heap, addr_t fields, struct pairs *ret)
{
	addr_t keys;
	if (!image_read_u64(heap->image, fields + TABLE_KEYS, &keys) ||
		!image_read_u64(heap->image, fields + WORD_SIZE, &ret->length))
		return STATUS_UNREADABLE;
	const uint8_t *table = image_at(heap->image, keys, TABLE_INDICES);
	if (!table)
		return STATUS_UNREADABLE;
	uint64_t log2_size = bytes_u8(table, 0), log2_index_bytes = bytes_u8(table, 1);
	if (log2_size > LOG2_MAX || log2_index_bytes > LOG2_MAX)
		return STATUS_INVALID;
	uint64_t head = TABLE_INDICES + (UINT64_C(1) << log2_index_bytes);
	ret->first = keys + head;
	ret->used = bytes_u64(table, TABLE_ENTRIES);
	ret->skip = WORD_SIZE;
	// All empty dicts share one constant table.
	if (ret->used || bytes_u64(table, TABLE_USABLE))
		ret->size_bytes = head + PAIR_SIZE * ((UINT64_C(2) << log2_size) / 3);
	return STATUS_OK;
}

static enum status read_list(const struct heap *heap, addr_t fields, struct pairs *ret)
{
	const uint8_t *bytes = image_at(heap->image, fields, 5 * WORD_SIZE);
	if (!bytes)
		return STATUS_UNREADABLE;
	uint64_t capacity = bytes_u64(bytes, 0);
	ret->length = ret->used = bytes_u64(bytes, WORD_SIZE);
	ret->first = bytes_u64(bytes, 4 * WORD_SIZE);
	if (capacity >> IMAGE_ADDRESS_BITS || ret->used > capacity)
		return STATUS_INVALID;
	if (ret->first != fields + 5 * WORD_SIZE)
		ret->size_bytes = capacity * PAIR_SIZE;
	return STATUS_OK;
}

static enum status read_pairs(
	const struct heap *heap, const struct object *object, struct pairs *ret)
{
	const struct type *type = object->type;
	uint64_t start = heap_field(heap, FIELD_object_size);
	if (type->weaklistoffset == (int64_t)start)
		start += WORD_SIZE;
	uint64_t size = type->base_size - start;
	addr_t fields = object->address + start;
	struct pairs pairs = {0};
	enum status status = STATUS_INVALID;
	if (type->base_size < start + TABLE_ALONE)
		return status;
	if (size == TABLE_ALONE)
		status = read_table(heap, fields, &pairs);
	else if (size % PAIR_SIZE == TABLE_ALONE % PAIR_SIZE)
		status = read_list(heap, fields, &pairs);
	else if (size % PAIR_SIZE == (TABLE_ALONE + WORD_SIZE) % PAIR_SIZE)
		status = read_list(heap, fields + WORD_SIZE, &pairs);
	if (status)
		return status;
	if (pairs.used >> IMAGE_ADDRESS_BITS || pairs.length > pairs.used)
		return STATUS_INVALID;
	*ret = pairs;
	return STATUS_OK;
}

static enum status multidict_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	struct pairs pairs;
	enum status status = read_pairs(heap, object, &pairs);
	if (!status)
		*ret = object->type->base_size + pairs.size_bytes;
	return status;
}

static enum status multidict_length(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	struct pairs pairs;
	enum status status = read_pairs(heap, object, &pairs);
	if (!status)
		*ret = pairs.length;
	return status;
}

// The identity of a key is the str by which keys are compared.
static enum status multidict_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	struct pairs pairs;
	enum status status = read_pairs(heap, object, &pairs);
	if (status || !pairs.used)
		return status;
	const uint8_t *bytes = image_at(heap->image, pairs.first, pairs.used * PAIR_SIZE);
	if (!bytes)
		return STATUS_UNREADABLE;
	for (uint64_t i = 0; i < pairs.used; i++) {
		const uint8_t *pair = bytes + i * PAIR_SIZE + pairs.skip;
		addr_t key = bytes_u64(pair, WORD_SIZE);
		if (!bytes_u64(pair, 0))
			continue;
		visit(visitor, bytes_u64(pair, 0), EDGE_KEY, i);
		visit(visitor, key, EDGE_KEY, i);
		visit(visitor, bytes_u64(pair, 2 * WORD_SIZE), EDGE_VALUE, key);
	}
	return STATUS_OK;
}

const struct kind kind_multidict = {
	.name = "multidict",
	.type_names = (const char *const[]){"multidict._multidict.CIMultiDict",
		"multidict._multidict.MultiDict", NULL},
	.size_field = FIELD_COUNT,
	.size = multidict_size,
	.edges = multidict_edges,
	.length = multidict_length,
	.is_container = true,
};

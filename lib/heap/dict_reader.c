// SPDX-License-Identifier: MIT
#include "heap/dict_reader.h"

#include <string.h>

enum {
	ENTRY_UNICODE_SIZE = 16, // {key, value}
	ENTRY_GENERAL_SIZE = 24, // {hash, key, value}
	WORD = 8,
	KEYS_LOG2_MAX = 40, // a table of 2^40 entries is none
	KEYS_KIND_GENERAL = 0,
};

// Bytes of the index table in front of the entries.
struct shape {
	uint64_t slots; // a power of 2
	uint64_t index_bytes;
	uint32_t entry_size;
};

// 3.8 to 3.10 (Objects/dict-common.h): dk_size counts slots; how wide an index is follows from it.
static bool shape_read_by_size(const struct layout *layout, const void *header, struct shape *ret)
{
	uint64_t slots = bytes_u64(header, layout->field[FIELD_keys_table_size]);
	if (slots == 0 || slots >> KEYS_LOG2_MAX || (slots & (slots - 1)) != 0)
		return false;
	uint64_t width = slots <= 0xff ? 1 : slots <= 0xffff ? 2 : slots <= 0xffffffff ? 4 : 8;
	*ret = (struct shape){slots, slots * width, ENTRY_GENERAL_SIZE};
	return true;
}

// 3.11 on (Include/internal/pycore_dict.h): both sizes are stated as logarithms. The index is 1 to
// 8 times as large as the number of slots; the static empty table states 8 bytes for its one slot.
static bool shape_read_by_log2(const struct layout *layout, const void *header, struct shape *ret)
{
	unsigned log2_size = bytes_u8(header, layout->field[FIELD_keys_log2_size]);
	unsigned log2_index = bytes_u8(header, layout->field[FIELD_keys_log2_index_bytes]);
	unsigned kind = bytes_u8(header, layout->field[FIELD_keys_kind]);
	if (log2_size > KEYS_LOG2_MAX || log2_index < log2_size || log2_index > log2_size + 3)
		return false;
	bool is_general = kind == KEYS_KIND_GENERAL || !layout->traits.has_unicode_entries;
	*ret = (struct shape){
		UINT64_C(1) << log2_size,
		UINT64_C(1) << log2_index,
		is_general ? ENTRY_GENERAL_SIZE : ENTRY_UNICODE_SIZE,
	};
	return true;
}

enum status dict_keys_read(const struct heap *heap, addr_t address, struct dict_keys *ret)
{
	const struct layout *layout = heap->layout;
	uint32_t header_size = layout->field[FIELD_keys_indices];
	const void *header = image_at(heap->image, address, header_size);
	if (!header)
		return STATUS_UNREADABLE;
	struct shape shape;
	bool good = layout_has(layout, FIELD_keys_log2_size)
			    ? shape_read_by_log2(layout, header, &shape)
			    : shape_read_by_size(layout, header, &shape);
	if (!good)
		return STATUS_INVALID;

	uint64_t capacity = 2 * shape.slots / 3; // USABLE_FRACTION, Objects/dictobject.c
	uint64_t used = bytes_u64(header, layout->field[FIELD_keys_nentries]);
	uint64_t usable = bytes_u64(header, layout->field[FIELD_keys_usable]);
	if (used > capacity || usable > capacity)
		return STATUS_INVALID;

	addr_t entries = address + header_size + shape.index_bytes;
	const uint8_t *bytes = header; // where there are no entries
	if (used) {
		bytes = image_at(heap->image, entries, used * shape.entry_size);
		if (!bytes)
			return STATUS_UNREADABLE;
	}
	*ret = (struct dict_keys){
		.address = address,
		.refcnt = bytes_i64(header, layout->field[FIELD_keys_refcnt]),
		.capacity = capacity,
		.used = used,
		.usable = usable,
		.size_bytes = header_size + shape.index_bytes + capacity * shape.entry_size,
		.entry_size = shape.entry_size,
		.entries = bytes,
	};
	return STATUS_OK;
}

static void reader_set_keys(struct dict_reader *reader, const struct dict_keys *keys)
{
	*reader = (struct dict_reader){
		.key = keys->entries + keys->entry_size - 2 * WORD,
		.left = keys->used,
		.key_stride = keys->entry_size,
	};
}

// The values of a split table are in an array of their own. From 3.13 on it has a header with its
// capacity, which differs between instances of one class.
static enum status reader_set_values(
	struct dict_reader *reader, const struct heap *heap, addr_t address)
{
	const struct layout *layout = heap->layout;
	addr_t array = address;
	if (layout_has(layout, FIELD_values_capacity)) {
		const void *header =
			image_at(heap->image, address, layout->field[FIELD_values_values]);
		if (!header)
			return STATUS_UNREADABLE;
		uint64_t capacity = bytes_u8(header, layout->field[FIELD_values_capacity]);
		if (reader->left > capacity)
			reader->left = capacity;
		array += layout->field[FIELD_values_values];
	}
	if (!reader->left)
		return STATUS_OK;
	reader->value = image_at(heap->image, array, reader->left * WORD);
	reader->value_stride = WORD;
	return reader->value ? STATUS_OK : STATUS_UNREADABLE;
}

enum status dict_reader_init_keys(
	const struct heap *heap, addr_t keys_address, struct dict_reader *ret)
{
	*ret = (struct dict_reader){0};
	struct dict_keys keys;
	enum status status = dict_keys_read(heap, keys_address, &keys);
	if (status)
		return status;
	reader_set_keys(ret, &keys);
	return STATUS_OK;
}

enum status dict_reader_init_values(
	const struct heap *heap, addr_t keys, addr_t values, struct dict_reader *ret)
{
	enum status status = dict_reader_init_keys(heap, keys, ret);
	if (!status)
		status = reader_set_values(ret, heap, values);
	if (status)
		ret->left = 0;
	return status;
}

enum status dict_reader_init(const struct heap *heap, addr_t dict, struct dict_reader *ret)
{
	*ret = (struct dict_reader){0};
	const void *bytes = image_at(heap->image, dict, heap_field(heap, FIELD_dict_size));
	if (!bytes)
		return STATUS_UNREADABLE;
	addr_t keys = bytes_u64(bytes, heap_field(heap, FIELD_dict_keys));
	addr_t values = bytes_u64(bytes, heap_field(heap, FIELD_dict_values));
	if (values)
		return dict_reader_init_values(heap, keys, values, ret);

	enum status status = dict_reader_init_keys(heap, keys, ret);
	if (status)
		return status;
	ret->value = ret->key + WORD;
	ret->value_stride = ret->key_stride;
	return STATUS_OK;
}

bool str_equals(const struct heap *heap, addr_t address, const char *ascii)
{
	uint64_t length = strlen(ascii);
	uint64_t header_size = heap_field(heap, FIELD_str_ascii_size);
	const char *bytes = image_at(heap->image, address, header_size + length);
	if (!bytes)
		return false;
	if (bytes_u64(bytes, heap_field(heap, FIELD_object_type)) !=
		heap->runtime->well_known[WELL_KNOWN_str])
		return false;
	// Bits 5 and 6 of the state: compact, ascii (Include/cpython/unicodeobject.h).
	uint32_t state = bytes_u32(bytes, heap_field(heap, FIELD_str_state));
	if ((state >> 5 & 3) != 3 || bytes_u64(bytes, heap_field(heap, FIELD_str_length)) != length)
		return false;
	return memcmp(bytes + header_size, ascii, length) == 0;
}

enum status dict_find(const struct heap *heap, addr_t dict, const char *key, addr_t *ret)
{
	struct dict_reader reader;
	enum status status = dict_reader_init(heap, dict, &reader);
	if (status)
		return status;
	struct dict_entry entry;
	while (dict_reader_next(&reader, &entry)) {
		if (entry.value && str_equals(heap, entry.key, key)) {
			*ret = entry.value;
			return STATUS_OK;
		}
	}
	return STATUS_NOT_FOUND;
}

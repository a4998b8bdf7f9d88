// SPDX-License-Identifier: MIT
#include "python/dict.h"

#include "python/field.h"
#include "python/str.h"

enum {
	ENTRY_UNICODE_SIZE = 16, // {key, value}
	ENTRY_GENERAL_SIZE = 24, // {hash, key, value}
	WORD = 8,
	KEYS_LOG2_MAX = 40, // a larger table is not plausible
	KEYS_KIND_GENERAL = 0, // DICT_KEYS_GENERAL, _UNICODE, _SPLIT
	KEYS_KIND_MAX = 2,
};

static enum status misfit_set(
	struct dict_misfit *misfit, enum layout_field field, const char *what)
{
	if (misfit)
		*misfit = (struct dict_misfit){field, what};
	return STATUS_INVALID;
}

// The sizes of a hash table and of what follows it.
struct shape {
	uint64_t slots, index_bytes;
	uint32_t entry_size;
};

// 3.8 to 3.10 (Objects/dict-common.h): dk_size counts slots; the width of an index follows from it.
static inline enum status read_shape_by_size(
	const struct record *header, struct shape *ret, struct dict_misfit *misfit)
{
	uint64_t slots = record_u64(header, FIELD_keys_table_size);
	if (slots == 0 || slots >> KEYS_LOG2_MAX || (slots & (slots - 1)) != 0)
		return misfit_set(misfit, FIELD_keys_table_size, "makes no sense");
	uint64_t width = slots <= 0xff ? 1 : slots <= 0xffff ? 2 : slots <= 0xffffffff ? 4 : 8;
	*ret = (struct shape){slots, slots * width, ENTRY_GENERAL_SIZE};
	return STATUS_OK;
}

// 3.11 on (Include/internal/pycore_dict.h): both sizes are logarithms. The index has 1 to 8 bytes
// for each slot; the static empty table has 8 bytes for its only slot.
static inline enum status read_shape_by_log2(
	const struct record *header, struct shape *ret, struct dict_misfit *misfit)
{
	unsigned log2_size = record_u8(header, FIELD_keys_log2_size);
	unsigned log2_index = record_u8(header, FIELD_keys_log2_index_bytes);
	unsigned kind = record_u8(header, FIELD_keys_kind);
	if (log2_size > KEYS_LOG2_MAX)
		return misfit_set(misfit, FIELD_keys_log2_size, "makes no sense");
	if (log2_index < log2_size || log2_index > log2_size + 3)
		return misfit_set(misfit, FIELD_keys_log2_index_bytes, "contradicts the size");
	if (kind > KEYS_KIND_MAX)
		return misfit_set(misfit, FIELD_keys_kind, "is none that is known");
	bool is_general = kind == KEYS_KIND_GENERAL || !header->layout->traits.has_unicode_entries;
	*ret = (struct shape){UINT64_C(1) << log2_size, UINT64_C(1) << log2_index,
		is_general ? ENTRY_GENERAL_SIZE : ENTRY_UNICODE_SIZE};
	return STATUS_OK;
}

// Called for every dict and most instances. Writes the result once, at the end: copying a struct
// that was just filled field by field would stall the processor.
enum status dict_keys_read(const struct python *python, addr_t address, struct dict_keys *ret,
	struct dict_misfit *misfit)
{
	uint8_t buffer[RECORD_SIZE_MAX];
	struct record header;
	struct shape shape = {0};
	enum status status = record_read(python, address, FIELD_keys_indices, buffer, &header);
	if (status)
		return status;
	status = layout_has(header.layout, FIELD_keys_log2_size)
		? read_shape_by_log2(&header, &shape, misfit)
		: read_shape_by_size(&header, &shape, misfit);
	if (status)
		return status;
	uint64_t capacity = 2 * shape.slots / 3; // USABLE_FRACTION, Objects/dictobject.c
	uint64_t used = record_u64(&header, FIELD_keys_nentries);
	uint64_t usable = record_u64(&header, FIELD_keys_usable);
	if (used > capacity)
		return misfit_set(misfit, FIELD_keys_nentries, "makes no sense");
	if (usable > capacity)
		return misfit_set(misfit, FIELD_keys_usable, "makes no sense");

	addr_t entries_address = address + header.size + shape.index_bytes;
	const uint8_t *entries = python->memory.image ? header.bytes : NULL; // if there are none
	if (used && python->memory.image) {
		entries = image_at(
			python->memory.image, entries_address, used * shape.entry_size);
		if (!entries)
			return STATUS_UNREADABLE;
	}
	*ret = (struct dict_keys){
		.address = address,
		.entries_address = entries_address,
		.refcnt = (int64_t)record_u64(&header, FIELD_keys_refcnt),
		.slots = shape.slots,
		.index_bytes = shape.index_bytes,
		.capacity = capacity,
		.used = used,
		.usable = usable,
		.size_bytes = header.size + shape.index_bytes + capacity * shape.entry_size,
		.entry_size = shape.entry_size,
		.entries = entries,
	};
	return STATUS_OK;
}

// --- Entries -------------------------------------------------------------------------------------

// Does not clear the large buffers, which are windows.
static void reader_clear(struct dict_reader *reader)
{
	reader->key = reader->value = NULL;
	reader->left = reader->position = reader->beyond = 0;
	reader->key_stride = reader->value_stride = 0;
	reader->python = NULL;
	reader->key_address = reader->value_address = 0;
	reader->status = STATUS_OK;
}

static void reader_set_keys(
	struct dict_reader *reader, const struct python *python, const struct dict_keys *keys)
{
	uint32_t key_at = keys->entry_size - 2 * WORD;
	reader_clear(reader);
	reader->key_stride = keys->entry_size;
	if (keys->entries) {
		reader->key = keys->entries + key_at;
		reader->left = keys->used;
	} else {
		reader->python = python;
		reader->key_address = keys->entries_address + key_at;
		reader->beyond = keys->used;
	}
}

// The values of a split table are in a separate array. From 3.13 on it has a header with its
// capacity, which differs between instances of a class.
static enum status reader_set_values(
	struct dict_reader *reader, const struct python *python, addr_t address)
{
	uint64_t count = reader->left + reader->beyond; // one of them is 0
	if (field_is_known(python, FIELD_values_capacity)) {
		uint8_t buffer[RECORD_SIZE_MAX];
		struct record header;
		enum status status =
			record_read(python, address, FIELD_values_values, buffer, &header);
		if (status)
			return status;
		uint64_t capacity = record_u8(&header, FIELD_values_capacity);
		if (count > capacity)
			count = capacity;
		address += header.size;
	}
	reader->value_stride = WORD;
	if (python->memory.image) {
		reader->left = count;
		if (count)
			reader->value = image_at(python->memory.image, address, count * WORD);
		return count && !reader->value ? STATUS_UNREADABLE : STATUS_OK;
	}
	reader->beyond = count;
	reader->value_address = address;
	return STATUS_OK;
}

bool dict_reader_refill(struct dict_reader *reader)
{
	const struct memory *memory = &reader->python->memory;
	uint64_t count = reader->beyond < DICT_WINDOW_ENTRIES ? reader->beyond : DICT_WINDOW_ENTRIES;
	bool has_values = reader->value_address;
	bool is_combined = has_values && reader->value_stride == reader->key_stride;
	uint64_t last = is_combined ? 2 * WORD : WORD;
	reader->status = memory_read_bytes(memory, reader->key_address, reader->keys,
		(count - 1) * reader->key_stride + last);
	if (!reader->status && has_values && !is_combined)
		reader->status = memory_read_bytes(
			memory, reader->value_address, reader->values, count * WORD);
	if (reader->status) {
		reader->beyond = 0;
		return false;
	}
	reader->key = reader->keys;
	reader->value = is_combined ? reader->keys + WORD : has_values ? reader->values : NULL;
	reader->left = count;
	reader->beyond -= count;
	reader->key_address += count * reader->key_stride;
	reader->value_address += has_values ? count * reader->value_stride : 0;
	return true;
}

enum status dict_reader_init_keys(
	const struct python *python, addr_t keys_address, struct dict_reader *ret)
{
	struct dict_keys keys = {0};
	enum status status = dict_keys_read(python, keys_address, &keys, NULL);
	if (status)
		reader_clear(ret);
	else
		reader_set_keys(ret, python, &keys);
	return status;
}

enum status dict_reader_init_values(
	const struct python *python, addr_t keys, addr_t values, struct dict_reader *ret)
{
	enum status status = dict_reader_init_keys(python, keys, ret);
	if (!status)
		status = reader_set_values(ret, python, values);
	if (status)
		ret->left = ret->beyond = 0;
	return status;
}

enum status dict_reader_init(const struct python *python, addr_t dict, struct dict_reader *ret)
{
	uint8_t buffer[RECORD_SIZE_MAX];
	struct record record;
	reader_clear(ret);
	enum status status = record_read(python, dict, FIELD_dict_size, buffer, &record);
	if (status)
		return status;
	addr_t keys = record_u64(&record, FIELD_dict_keys);
	addr_t values = record_u64(&record, FIELD_dict_values);
	if (values)
		return dict_reader_init_values(python, keys, values, ret);
	status = dict_reader_init_keys(python, keys, ret);
	if (status)
		return status;
	ret->value_stride = ret->key_stride;
	if (ret->key)
		ret->value = ret->key + WORD;
	else
		ret->value_address = ret->key_address + WORD;
	return STATUS_OK;
}

enum status dict_find(const struct python *python, addr_t dict, const char *key, addr_t *ret)
{
	struct dict_reader reader;
	enum status status = dict_reader_init(python, dict, &reader);
	if (status)
		return status;
	struct dict_entry entry;
	while (dict_reader_next(&reader, &entry)) {
		if (entry.value && str_equals(python, entry.key, key)) {
			*ret = entry.value;
			return STATUS_OK;
		}
	}
	return reader.status ? reader.status : STATUS_NOT_FOUND;
}

// --- Sizes ---------------------------------------------------------------------------------------

enum status dict_length(const struct python *python, addr_t dict, uint64_t *ret)
{
	return field_length(python, dict, FIELD_dict_used, ret);
}

// Up to 3.10 a split table has room for as many values as keys; later for as many as were requested
// when the table was made.
static uint64_t values_size(const struct python *python, const struct dict_keys *keys)
{
	bool has_usable_values = field_is_known(python, FIELD_keys_log2_size);
	return WORD * (has_usable_values ? keys->usable + keys->used : keys->capacity);
}

enum status dict_tables_size(const struct python *python, addr_t dict, uint64_t *ret)
{
	uint8_t buffer[RECORD_SIZE_MAX];
	struct record record;
	struct dict_keys keys;
	enum status status = record_read(python, dict, FIELD_dict_size, buffer, &record);
	if (!status)
		status = dict_keys_read(python, record_u64(&record, FIELD_dict_keys), &keys, NULL);
	if (status)
		return status;
	uint64_t size = keys.refcnt == 1 ? keys.size_bytes : 0; // otherwise the table is shared
	if (record_u64(&record, FIELD_dict_values))
		size += values_size(python, &keys);
	*ret = size;
	return STATUS_OK;
}

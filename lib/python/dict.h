// SPDX-License-Identifier: MIT
// The tables of dicts and instance attributes, in all their forms (Objects/dictobject.c,
// Objects/dict-common.h, Include/internal/pycore_dict.h):
//
//	combined	keys: header | index | {hash, key, value} ...
//	unicode		keys: header | index | {key, value} ...			(3.11+)
//	split		keys: header | index | {..., key, ...} ...   values: value ...
//	inline		like split; the object has the values, after a header of their own (3.13+)
#pragma once

#include "base/error.h"
#include "layout/layout.h"
#include "python/python.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A PyDictKeysObject. All numbers are checked: used <= capacity, and if it is in a copy, the copy
// has all entries.
struct dict_keys {
	addr_t address;
	addr_t entries_address;
	int64_t refcnt;		// > 1 if instances of a class share the table
	uint64_t slots;		// of the hash table, a power of 2
	uint64_t index_bytes;	// of the index in front of the entries
	uint64_t capacity;	// entries it has room for
	uint64_t used;		// dk_nentries: entries in use, including deleted ones
	uint64_t usable;	// dk_usable: entries still free
	uint64_t size_bytes;	// of the memory block
	uint32_t entry_size;	// 16: {key, value}; 24: {hash, key, value}
	const uint8_t *entries; // in the copy; NULL for a live process
};

// Why a table is not plausible: the wrong field, and a few words such as "makes no sense".
struct dict_misfit {
	enum layout_field field;
	const char *what;
};

// Reads the header of the table at address. STATUS_INVALID, and *misfit if misfit is not NULL;
// STATUS_UNSUPPORTED; otherwise as memory_view().
must_check enum status dict_keys_read(const struct python *python, addr_t address,
	struct dict_keys *ret, struct dict_misfit *misfit);

enum { DICT_WINDOW_ENTRIES = 16 };

// Reads entries one after the other. Valid as long as the copy. Entries of a live process are read
// in windows of several entries.
struct dict_reader {
	const uint8_t *key; // of the next entry, in the table
	const uint8_t
		*value; // of the next entry, in the table or the values array; NULL: keys only
	uint64_t left;	// entries left in the copy, or in the window
	uint64_t position;
	uint32_t key_stride, value_stride;

	// Only for a live process:
	const struct python *python;
	uint64_t beyond; // entries after the window
	addr_t key_address, value_address; // of the first of these; value_address 0: keys only
	enum status status; // why the reader stopped before the last entry
	uint8_t keys[DICT_WINDOW_ENTRIES * 24], values[DICT_WINDOW_ENTRIES * 8];
};

struct dict_entry {
	uint64_t position; // in the table
	addr_t key, value;
};

// Starts with the first entry of the dict (or subclass instance) at address. python must outlive
// the reader. Statuses as dict_keys_read(); on failure the reader is empty.
must_check enum status dict_reader_init(
	const struct python *python, addr_t dict, struct dict_reader *ret);

// The same for attribute values that an instance itself owns: a pointer to PyDictValues, and the
// keys that its class shares.
must_check enum status dict_reader_init_values(
	const struct python *python, addr_t keys, addr_t values, struct dict_reader *ret);

// The same for a table of keys only; every value is 0.
must_check enum status dict_reader_init_keys(
	const struct python *python, addr_t keys, struct dict_reader *ret);

// Reads the next window of a live process. False at the end, or after a failure (reader->status).
bool dict_reader_refill(struct dict_reader *reader);

// The next entry that is in use; false at the end.
static inline bool dict_reader_next(struct dict_reader *reader, struct dict_entry *ret)
{
	while (reader->left || (reader->beyond && dict_reader_refill(reader))) {
		addr_t key = bytes_u64(reader->key, 0);
		addr_t value = reader->value ? bytes_u64(reader->value, 0) : 0;
		uint64_t position = reader->position++;
		reader->left--;
		reader->key += reader->key_stride;
		bool used = reader->value ? value : key;
		if (reader->value)
			reader->value += reader->value_stride;
		if (!used)
			continue;
		*ret = (struct dict_entry){position, key, value};
		return true;
	}
	return false;
}

// Finds the value for an ASCII str key in the dict at address, by looking at every entry.
// STATUS_NOT_FOUND; otherwise as dict_keys_read().
must_check enum status dict_find(
	const struct python *python, addr_t dict, const char *key, addr_t *ret);

// len() of the dict at address. STATUS_INVALID; otherwise as memory_view().
must_check enum status dict_length(const struct python *python, addr_t dict, uint64_t *ret);

// The size of what the dict at address (or subclass instance) owns outside of its object: the
// table, if it is not shared, and separate values (dict_sizeof(), _PyDict_SizeOf()). Statuses as
// dict_keys_read().
must_check enum status dict_tables_size(
	const struct python *python, addr_t dict, uint64_t *ret);

// SPDX-License-Identifier: MIT
// Reads the tables behind dicts and instance attributes, in each of their layouts: combined or
// split tables, 24- or 16-byte entries, values with a prefix, with a header, or inside the
// instance.
#pragma once

#include "base/error.h"
#include "heap/heap.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A PyDictKeysObject. All figures were checked: the table lies in the image, used <= capacity.
struct dict_keys {
	addr_t address;
	int64_t refcnt;		// > 1 where instances of a class share the table
	uint64_t capacity;	// entries it has room for
	uint64_t used;		// dk_nentries: entries taken, deleted ones included
	uint64_t usable;	// dk_usable: entries left
	uint64_t size_bytes;	// of the memory block
	uint32_t entry_size;	// 16: {key, value}; 24: {hash, key, value}
	const uint8_t *entries; // in the image
};

// Reads the header of the table at address. STATUS_UNREADABLE, STATUS_INVALID.
must_check enum status dict_keys_read(
	const struct heap *heap, addr_t address, struct dict_keys *ret);

// Entries that follow one another. Good as long as the image.
struct dict_reader {
	const uint8_t *key; // of the next entry, in the table
	const uint8_t
		*value; // of the next entry, in the table or the values array; NULL: keys only
	uint64_t left;
	uint64_t position;
	uint32_t key_stride, value_stride;
};

struct dict_entry {
	uint64_t position; // in the table
	addr_t key, value;
};

// Begins with the first entry of the dict (or subclass instance) at address. STATUS_UNREADABLE,
// STATUS_INVALID; the reader is empty then.
must_check enum status dict_reader_init(
	const struct heap *heap, addr_t dict, struct dict_reader *ret);

// The same for attribute values that belong to an instance itself: a pointer to PyDictValues and
// the keys that its class shares (type->cached_keys).
must_check enum status dict_reader_init_values(
	const struct heap *heap, addr_t keys, addr_t values, struct dict_reader *ret);

// The same for a table of keys alone; every value is given as 0.
must_check enum status dict_reader_init_keys(
	const struct heap *heap, addr_t keys, struct dict_reader *ret);

// The next entry that is in use; false at the end.
static inline bool dict_reader_next(struct dict_reader *reader, struct dict_entry *ret)
{
	while (reader->left) {
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

// Whether the object at address is a str (no subclass) of exactly these ASCII characters.
bool str_equals(const struct heap *heap, addr_t address, const char *ascii);

// The value under an ASCII str key of the dict at address, by looking at every entry.
// STATUS_NOT_FOUND, STATUS_UNREADABLE, STATUS_INVALID.
must_check enum status dict_find(
	const struct heap *heap, addr_t dict, const char *key, addr_t *ret);

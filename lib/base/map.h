// SPDX-License-Identifier: MIT
// A hash map from numbers (addresses, ids) or from strings to one type of value, made by a macro:
//
//	MAP_U64(sizes, uint64_t)			// in a header or a .c, once
//
//	static enum status measure(struct sizes *sizes, addr_t address)
//	{
//		uint64_t *size = sizes_find(sizes, address);
//		if (!size && !(size = sizes_add(sizes, address)))
//			return STATUS_NO_MEMORY;	// otherwise there is one, of 0 at first
//		*size += 16;
//		vector_for_each(entry, sizes)
//			printf("%#" PRIx64 ": %" PRIu64 "\n", entry->key, entry->value);
//		return STATUS_OK;
//	}
//
// Entries stand in an array in the order in which they were added, and beside it is an open-addressing
// index of (32 bits of the hash, number of the entry). So what is made from a map by going through it
// is the same in every run, although the hashes are not: they are keyed with bytes that the kernel
// gives each process, so that nobody can choose keys that all fall together. Keys are not removed.
//
// items and count are meant to be read, values to be changed, keys not. {0} is empty. Pointers to
// values are good until the next call that can add a key. At most 3 * 2^30 keys.
#pragma once

#include "base/vector.h"

#include <stdint.h>

// The index, of which only the macros speak. A slot is 0 where it is free, else the upper half is the
// hash and the lower the number of the entry + 1.
struct map_index {
	uint64_t *slots;
	size_t mask;	    // slots - 1: a power of two, at most three quarters of which are taken
	size_t count;	    // of slots taken
	uint64_t secret[2]; // of the hashes; set with the first slots
};

// A product's halves, one over the other: each bit of both factors changes about half of its bits.
static inline uint64_t map_fold(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint32_t map_hash_u64(const struct map_index *index, uint64_t key)
{
	// Twice: one product of keys at equal distances is not even with every factor.
	uint64_t hash = map_fold(key ^ index->secret[0], index->secret[1]);
	return (uint32_t)map_fold(hash ^ index->secret[1], index->secret[0]);
}

uint32_t map_hash_bytes(const struct map_index *index, const void *bytes, size_t length);

// Makes room for count entries in all. STATUS_NO_MEMORY.
must_check enum status map_index_reserve(struct map_index *index, size_t count);

// Adds the next entry, number index->count, for which there is room.
void map_index_add(struct map_index *index, uint32_t hash);

// Looks through the entries of equal hash: *slot is where to begin (the hash itself), and where to go
// on from. The number of the next such entry; SIZE_MAX where there is none left.
static inline size_t map_index_next(const struct map_index *index, uint32_t hash, size_t *slot)
{
	while (index->slots) {
		uint64_t taken = index->slots[(*slot)++ & index->mask];
		if (!taken)
			break;
		if (taken >> 32 == hash)
			return (size_t)(uint32_t)taken - 1;
	}
	return SIZE_MAX;
}

// A map with keys of type uint64_t: struct NAME of struct NAME_entry {key, value}, and
//
//	void NAME_deinit(map)		frees its memory; the map is empty again. NULL is fine
//	status NAME_reserve(map, n)	makes room for n keys in all, so that adding up to n cannot fail
//	type *NAME_find(map, key)	the value of key, or NULL
//	type *NAME_add(map, key)	the value of key, zeroed where the key is new; NULL: no memory
#define MAP_U64(name, type)                                                                        \
	struct name##_entry {                                                                      \
		uint64_t key;                                                                      \
		type value;                                                                        \
	};                                                                                         \
	MAP_COMMON(name)                                                                           \
                                                                                                   \
	VECTOR_INLINE type *name##_find_hashed(const struct name *map, uint64_t key, uint32_t hash)\
	{                                                                                          \
		size_t slot = hash, i;                                                             \
		while (map->items && (i = map_index_next(&map->index, hash, &slot)) != SIZE_MAX)   \
			if (map->items[i].key == key)                                              \
				return &map->items[i].value;                                       \
		return NULL;                                                                       \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE type *name##_find(const struct name *map, uint64_t key)                      \
	{                                                                                          \
		return name##_find_hashed(map, key, map_hash_u64(&map->index, key));               \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE type *name##_add(struct name *map, uint64_t key)                             \
	{                                                                                          \
		if (name##_reserve(map, map->count + 1))                                           \
			return NULL;                                                               \
		uint32_t hash = map_hash_u64(&map->index, key);                                    \
		type *value = name##_find_hashed(map, key, hash);                                  \
		if (value)                                                                         \
			return value;                                                              \
		struct name##_entry *entry = name##_append(map, hash);                             \
		entry->key = key;                                                                  \
		return &entry->value;                                                              \
	}

// A map whose keys are strings: struct NAME of struct NAME_entry {key, length, value}. It keeps the
// pointers it is given and no copies: the strings must stay where they are for as long as the map is
// used (a value may own its key). Functions are as above, and for keys that do not end in a zero byte
//
//	type *NAME_find_bytes(map, key, length)
//	type *NAME_add_bytes(map, key, length)
#define MAP_STRING(name, type)                                                                     \
	struct name##_entry {                                                                      \
		const char *key;                                                                   \
		size_t length;                                                                     \
		type value;                                                                        \
	};                                                                                         \
	MAP_COMMON(name)                                                                           \
                                                                                                   \
	VECTOR_INLINE type *name##_find_hashed(                                                    \
		const struct name *map, const char *key, size_t length, uint32_t hash)             \
	{                                                                                          \
		size_t slot = hash, i;                                                             \
		while (map->items && (i = map_index_next(&map->index, hash, &slot)) != SIZE_MAX)   \
			if (map->items[i].length == length &&                                      \
				!memcmp(map->items[i].key, key, length))                           \
				return &map->items[i].value;                                       \
		return NULL;                                                                       \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE type *name##_find_bytes(                                                     \
		const struct name *map, const char *key, size_t length)                            \
	{                                                                                          \
		return name##_find_hashed(                                                         \
			map, key, length, map_hash_bytes(&map->index, key, length));               \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE type *name##_add_bytes(struct name *map, const char *key, size_t length)     \
	{                                                                                          \
		if (name##_reserve(map, map->count + 1))                                           \
			return NULL;                                                               \
		uint32_t hash = map_hash_bytes(&map->index, key, length);                          \
		type *value = name##_find_hashed(map, key, length, hash);                          \
		if (value)                                                                         \
			return value;                                                              \
		struct name##_entry *entry = name##_append(map, hash);                             \
		entry->key = key;                                                                  \
		entry->length = length;                                                            \
		return &entry->value;                                                              \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE type *name##_find(const struct name *map, const char *key)                   \
	{                                                                                          \
		return name##_find_bytes(map, key, strlen(key));                                   \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE type *name##_add(struct name *map, const char *key)                          \
	{                                                                                          \
		return name##_add_bytes(map, key, strlen(key));                                    \
	}

// What both have. Room for what is appended has been reserved.
#define MAP_COMMON(name)                                                                           \
	struct name {                                                                              \
		struct name##_entry *items;                                                        \
		size_t count;                                                                      \
		size_t capacity;                                                                   \
		struct map_index index;                                                            \
	};                                                                                         \
                                                                                                   \
	VECTOR_INLINE void name##_deinit(struct name *map)                                         \
	{                                                                                          \
		if (!map)                                                                          \
			return;                                                                    \
		free(map->items);                                                                  \
		free(map->index.slots);                                                            \
		*map = (struct name){0};                                                           \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE must_check enum status name##_reserve(struct name *map, size_t count)        \
	{                                                                                          \
		if (count > map->capacity) {                                                       \
			void *grown = vector_grow(                                                 \
				map->items, sizeof(*map->items), count, &map->capacity);           \
			if (!grown)                                                                \
				return STATUS_NO_MEMORY;                                           \
			map->items = grown;                                                        \
		}                                                                                  \
		return map_index_reserve(&map->index, count);                                      \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE struct name##_entry *name##_append(struct name *map, uint32_t hash)          \
	{                                                                                          \
		map_index_add(&map->index, hash);                                                  \
		struct name##_entry *entry = &map->items[map->count++];                            \
		memset(entry, 0, sizeof(*entry));                                                  \
		return entry;                                                                      \
	}

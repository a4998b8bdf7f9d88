// SPDX-License-Identifier: MIT
// A growable array of one element type, made by a macro, so that elements are read and added without
// casts:
//
//	VECTOR(ranges, struct range)			// in a header or a .c, once
//
//	static enum status collect(struct ranges *ret)
//	{
//		AUTO(ranges_deinit) struct ranges ranges = {0};
//		if (ranges_add(&ranges, (struct range){.start = 1, .end = 2}))
//			return STATUS_NO_MEMORY;
//		struct range *last = ranges_add_zeroed(&ranges);
//		if (!last)
//			return STATUS_NO_MEMORY;
//		last->end = 3;
//		vector_for_each(range, &ranges)
//			printf("%d\n", range->end);
//		*ret = ranges_take(&ranges);
//		return STATUS_OK;
//	}
//
// The struct is meant to be read: items points to count elements, in order; code may sort, move and
// overwrite them and may lower count (what elements own is the caller's). {0} is empty. Pointers to
// elements are good until the next call that can grow the vector. All that grows it answers
// STATUS_NO_MEMORY (or NULL) where memory or size_t runs out; then the vector is as it was.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// Moves items, with room for *capacity elements of item_size bytes, to where at least needed elements
// fit. Returns the new place and sets *capacity, or NULL: then nothing has changed. For the macro.
void *vector_grow(void *items, size_t item_size, size_t needed, size_t *capacity);

// Runs the statement that follows for each element, a pointer called item.
#define vector_for_each(item, vector)                                                              \
	for (__typeof__(*(vector)->items) *item = (vector)->items,                                 \
		     *item##_end = (item) ? (item) + (vector)->count : NULL;                       \
		(item) != item##_end; (item)++)

// The struct alone, for a header that has no use for the functions.
#define VECTOR_STRUCT(name, type)                                                                  \
	struct name {                                                                              \
		type *items;                                                                       \
		size_t count;                                                                      \
		size_t capacity;                                                                   \
	};

// struct NAME and its functions:
//
//	void NAME_deinit(v)		frees the elements' memory; v is empty again. NULL is fine
//	status NAME_reserve(v, n)	makes room for n elements in all, so that adding up to n cannot fail
//	status NAME_add(v, item)	appends a copy of item
//	type *NAME_add_zeroed(v)	appends an element of zeroes and returns it; NULL: no memory
//	type *NAME_next(v)		the place behind the last element, which the caller fills and then
//					counts (v->count++); NULL: no memory
//	status NAME_resize(v, n)	cuts to n elements, or appends zeroes up to n
//	status NAME_insert(v, i, item)	puts a copy of item before element i <= count
//	void NAME_remove(v, i)		closes the gap of element i < count
//	type *NAME_last(v)		NULL where there is none
//	struct NAME NAME_take(v)	hands all over; v is empty again
//	type *NAME_take_items(v, &n)	hands over the elements alone (NULL where there were none), for
//					free(); v is empty again
//	void NAME_sort(v, compare)	qsort(), which must not be called for no elements
//	type *NAME_find(v, key, compare)	bsearch(), likewise; NULL where there is none
#define VECTOR(name, type)                                                                         \
	VECTOR_STRUCT(name, type)                                                                  \
	VECTOR_FUNCTIONS(name, type)

#define VECTOR_INLINE static inline __attribute__((unused))

#define VECTOR_FUNCTIONS(name, type)                                                               \
	VECTOR_INLINE void name##_deinit(struct name *vector)                                      \
	{                                                                                          \
		if (!vector)                                                                       \
			return;                                                                    \
		free(vector->items);                                                               \
		*vector = (struct name){0};                                                        \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE must_check enum status name##_reserve(struct name *vector, size_t capacity)  \
	{                                                                                          \
		if (capacity <= vector->capacity)                                                  \
			return STATUS_OK;                                                          \
		void *grown = vector_grow(                                                         \
			vector->items, sizeof(type), capacity, &vector->capacity);                 \
		if (!grown)                                                                        \
			return STATUS_NO_MEMORY;                                                   \
		vector->items = grown;                                                             \
		return STATUS_OK;                                                                  \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE type *name##_next(struct name *vector)                                       \
	{                                                                                          \
		if (__builtin_expect(vector->count == vector->capacity, 0) &&                      \
			name##_reserve(vector, vector->count + 1))                                 \
			return NULL;                                                               \
		return vector->items + vector->count;                                              \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE must_check enum status name##_add(struct name *vector, type item)            \
	{                                                                                          \
		type *place = name##_next(vector);                                                 \
		if (!place)                                                                        \
			return STATUS_NO_MEMORY;                                                   \
		*place = item;                                                                     \
		vector->count++;                                                                   \
		return STATUS_OK;                                                                  \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE must_check enum status name##_resize(struct name *vector, size_t count)      \
	{                                                                                          \
		if (name##_reserve(vector, count))                                                 \
			return STATUS_NO_MEMORY;                                                   \
		if (count > vector->count)                                                         \
			memset(vector->items + vector->count, 0,                                   \
				(count - vector->count) * sizeof(type));                           \
		vector->count = count;                                                             \
		return STATUS_OK;                                                                  \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE type *name##_add_zeroed(struct name *vector)                                 \
	{                                                                                          \
		if (name##_resize(vector, vector->count + 1))                                      \
			return NULL;                                                               \
		return vector->items + vector->count - 1;                                          \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE must_check enum status name##_insert(                                        \
		struct name *vector, size_t index, type item)                                      \
	{                                                                                          \
		if (!name##_next(vector))                                                          \
			return STATUS_NO_MEMORY;                                                   \
		type *place = vector->items + index;                                               \
		memmove(place + 1, place, (vector->count - index) * sizeof(type));                 \
		*place = item;                                                                     \
		vector->count++;                                                                   \
		return STATUS_OK;                                                                  \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE void name##_remove(struct name *vector, size_t index)                        \
	{                                                                                          \
		type *place = vector->items + index;                                               \
		vector->count--;                                                                   \
		memmove(place, place + 1, (vector->count - index) * sizeof(type));                 \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE type *name##_last(const struct name *vector)                                 \
	{                                                                                          \
		return vector->count ? vector->items + vector->count - 1 : NULL;                   \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE struct name name##_take(struct name *vector)                                 \
	{                                                                                          \
		struct name taken = *vector;                                                       \
		*vector = (struct name){0};                                                        \
		return taken;                                                                      \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE type *name##_take_items(struct name *vector, size_t *ret_count)              \
	{                                                                                          \
		struct name taken = name##_take(vector);                                           \
		*ret_count = taken.count;                                                          \
		return taken.items;                                                                \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE void name##_sort(                                                            \
		struct name *vector, int (*compare)(const void *, const void *))                   \
	{                                                                                          \
		if (vector->count)                                                                 \
			qsort(vector->items, vector->count, sizeof(type), compare);                \
	}                                                                                          \
                                                                                                   \
	VECTOR_INLINE type *name##_find(const struct name *vector, const void *key,                \
		int (*compare)(const void *, const void *))                                        \
	{                                                                                          \
		if (!vector->count)                                                                \
			return NULL;                                                               \
		return bsearch(key, vector->items, vector->count, sizeof(type), compare);          \
	}

// SPDX-License-Identifier: MIT
#include "heap/collector.h"

#include "base/guard.h"
#include "heap/type.h"
#include "interp/runtime.h"
#include "python/gc_link.h"

#include <stdlib.h>

// The size of the smallest container with its PyGC_Head: it bounds how long a list can be in
// memory.
enum { CONTAINER_SIZE_MIN = 32 };

static const struct generation *cursor_list(const struct collector_cursor *cursor)
{
	return &cursor->interpreters[cursor->interpreter].generations[cursor->generation];
}

// Goes to the list at the cursor's position, or to the first list after it that exists.
static bool cursor_begin_list(struct collector_cursor *cursor)
{
	for (; cursor->interpreter < cursor->interpreter_count; cursor->interpreter++) {
		const struct interpreter *interpreter = &cursor->interpreters[cursor->interpreter];
		unsigned count = interpreter->generation_count;
		if (cursor->generation < count && cursor->generation < GENERATIONS_MAX) {
			cursor->at = cursor_list(cursor)->head;
			cursor->checks_back_links = !interpreter->gc_collecting;
			return true;
		}
		cursor->generation = 0;
	}
	return false;
}

void collector_cursor_init(struct collector_cursor *cursor, const struct heap *heap,
	const struct interpreter *interpreters, size_t interpreter_count)
{
	*cursor = (struct collector_cursor){
		.heap = heap,
		.interpreters = interpreters,
		.interpreter_count = interpreter_count,
		.left = image_held_bytes(heap->image) / CONTAINER_SIZE_MIN,
	};
	cursor_begin_list(cursor);
}

enum link { LINK_OBJECT, LINK_END, LINK_BROKEN };

// Follows one link of the current list.
static enum link cursor_follow(struct collector_cursor *cursor)
{
	const struct python *python = &cursor->heap->python;
	addr_t head = cursor_list(cursor)->head, next, back;
	if (gc_link_next(python, cursor->at, &next))
		return LINK_BROKEN;
	if (next == head)
		return LINK_END;
	if (!cursor->left)
		return LINK_BROKEN;
	cursor->left--;
	if (gc_link_previous(python, next, &back))
		return LINK_BROKEN;
	if (cursor->checks_back_links && back != cursor->at)
		return LINK_BROKEN;
	cursor->at = next;
	return LINK_OBJECT;
}

static void cursor_count(struct collector_cursor *cursor, uint64_t objects)
{
	if (cursor->counts)
		cursor->counts[cursor->interpreter][cursor->generation] += objects;
}

// How many objects forward links alone reach after a break. Heads do not overlap, so a list that is
// longer than memory allows is a cycle.
static uint64_t cursor_behind_break(const struct collector_cursor *cursor)
{
	const struct python *python = &cursor->heap->python;
	addr_t head = cursor_list(cursor)->head, at = cursor->at;
	uint64_t count = 0, most = image_held_bytes(cursor->heap->image) /
		field_offset(python, FIELD_gc_head_size);
	while (count < most && !gc_link_next(python, at, &at) && at != head)
		count++;
	return count;
}

bool collector_next(struct collector_cursor *cursor, addr_t *ret)
{
	while (cursor->interpreter < cursor->interpreter_count) {
		enum link link = cursor_follow(cursor);
		if (link == LINK_OBJECT) {
			cursor_count(cursor, 1);
			*ret = gc_link_object(&cursor->heap->python, cursor->at);
			return true;
		}
		if (link == LINK_BROKEN) {
			cursor->is_broken = true;
			cursor_count(cursor, cursor->counts ? cursor_behind_break(cursor) : 0);
		}
		cursor->generation++;
		if (!cursor_begin_list(cursor))
			return false;
	}
	return false;
}

struct counter {
	uint64_t *counts; // by type id
	size_t length;
	addr_t recent_address; // objects of one type often follow one another
	uint32_t recent_id;
};

static enum status counter_make_room(struct counter *counter, const struct types *types)
{
	size_t length = types_count(types) + 64;
	uint64_t *counts = realloc(counter->counts, length * sizeof(*counts));
	if (!counts)
		return STATUS_NO_MEMORY;
	for (size_t i = counter->length; i < length; i++)
		counts[i] = 0;
	counter->counts = counts;
	counter->length = length;
	return STATUS_OK;
}

static enum status counter_add(struct counter *counter, const struct heap *heap, addr_t object)
{
	uint64_t type_address;
	if (header_type(&heap->python, object, &type_address))
		return STATUS_INVALID;
	// A broken object may have a type of zero, which recent_address is at first.
	if (type_address != counter->recent_address || !counter->counts) {
		const struct type *type = types_get(heap, type_address);
		if (!type)
			return types_ran_out_of_memory(heap->types) ? STATUS_NO_MEMORY
								    : STATUS_INVALID;
		if (type->id >= counter->length) {
			enum status status = counter_make_room(counter, heap->types);
			if (status)
				return status;
		}
		counter->recent_address = type_address;
		counter->recent_id = type->id;
	}
	counter->counts[counter->recent_id]++;
	return STATUS_OK;
}

enum status collector_count(const struct heap *heap, const struct interpreter *interpreters,
	size_t interpreter_count, uint64_t **ret_counts, size_t *ret_length, uint64_t *ret_total,
	struct error *err)
{
	struct collector_cursor cursor;
	collector_cursor_init(&cursor, heap, interpreters, interpreter_count);
	struct counter counter = {0};
	uint64_t total = 0;
	enum status status = STATUS_OK;
	addr_t object;
	while (!status && collector_next(&cursor, &object)) {
		status = counter_add(&counter, heap, object);
		total++;
	}
	if (!status && cursor.is_broken)
		status = STATUS_INVALID;
	if (status) {
		free(counter.counts);
		if (status == STATUS_NO_MEMORY)
			return error_set(err, status, "cannot count the collector's objects: %s",
				status_text(status));
		return error_set(err, status,
			"a list of the collector is broken after %llu objects",
			(unsigned long long)total);
	}
	*ret_counts = counter.counts;
	*ret_length = counter.length;
	*ret_total = total;
	return STATUS_OK;
}

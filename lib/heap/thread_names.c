// SPDX-License-Identifier: MIT
#include "heap/thread_names.h"

#include "base/guard.h"
#include "base/text.h"
#include "heap/instance.h"
#include "interp/runtime.h"
#include "python/dict.h"
#include "python/int.h"
#include "python/str.h"

#include <stdlib.h>
#include <string.h>

enum {
	NAME_MAX_CHARACTERS = 40,
	THREADS_MAX = 1 << 16,
};

void thread_names_deinit(struct thread_names *names)
{
	if (!names)
		return;
	vector_for_each(entry, &names->by_tid)
		free(entry->value);
	thread_name_map_deinit(&names->by_tid);
}

const char *thread_names_find(const struct thread_names *names, uint64_t tid)
{
	char *const *name = thread_name_map_find(&names->by_tid, tid);
	return name ? *name : NULL;
}

// Looks for two attributes of an instance, in whatever place this version of CPython keeps them.
struct attributes {
	struct visitor base; // first
	const struct heap *heap;
	addr_t name, native_id;
};

static void attributes_take(struct attributes *attributes, addr_t key, addr_t value)
{
	if (str_equals(&attributes->heap->python, key, "_name"))
		attributes->name = value;
	else if (str_equals(&attributes->heap->python, key, "_native_id"))
		attributes->native_id = value;
}

static void attributes_edge(struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	struct attributes *attributes = (struct attributes *)visitor;
	if (edge == EDGE_ATTRIBUTE)
		attributes_take(attributes, detail, to);
	if (edge != EDGE_FIELD || detail != NAME___dict__)
		return;
	struct dict_reader reader;
	struct dict_entry entry;
	if (dict_reader_init(&attributes->heap->python, to, &reader) != STATUS_OK)
		return;
	while (dict_reader_next(&reader, &entry))
		attributes_take(attributes, entry.key, entry.value);
}

// False where the object does not look like a Thread.
static bool read_thread(
	const struct heap *heap, addr_t address, struct text *name, int64_t *ret_tid)
{
	struct object thread, native_id;
	struct attributes attributes = {.base = {.edge = attributes_edge}, .heap = heap};
	if (!object_read(heap, address, &thread) ||
		object_edges(heap, &thread, &attributes.base) != STATUS_OK)
		return false;
	return object_read(heap, attributes.native_id, &native_id) &&
	       !int_read_value(&heap->python, native_id.address, ret_tid) &&
	       str_add(&heap->python, attributes.name, NAME_MAX_CHARACTERS, name) ==
		       STATUS_OK;
}

static enum status add_thread(struct thread_names *names, const struct heap *heap, addr_t address)
{
	AUTO(text_deinit) struct text name = {0};
	int64_t tid;
	if (!read_thread(heap, address, &name, &tid))
		return STATUS_OK;
	AUTO(freep) char *string = text_take(&name);
	char **place = string ? thread_name_map_add(&names->by_tid, (uint64_t)tid) : NULL;
	if (!place)
		return STATUS_NO_MEMORY;
	if (!*place)
		*place = take_ptr(string);
	return STATUS_OK;
}

enum status thread_names_add(
	struct thread_names *names, const struct heap *heap, const struct interpreter *interpreter)
{
	addr_t module, dict, active;
	struct dict_reader reader;
	if (dict_find(&heap->python, interpreter->modules, "threading", &module) != STATUS_OK ||
		!image_read_u64(heap->image, module + heap_field(heap, FIELD_module_dict), &dict) ||
		dict_find(&heap->python, dict, "_active", &active) != STATUS_OK ||
		dict_reader_init(&heap->python, active, &reader) != STATUS_OK)
		return STATUS_OK;
	struct dict_entry entry;
	enum status status = STATUS_OK;
	for (unsigned i = 0; !status && i < THREADS_MAX && dict_reader_next(&reader, &entry); i++)
		status = add_thread(names, heap, entry.value);
	return status;
}

// SPDX-License-Identifier: MIT
// A heap of literals for tests: an image that objects are written into one by one, with a built-in
// layout. Whatever does not fit ends the test.
#pragma once

#include "heap/heap.h"
#include "heap/type.h"
#include "interp/runtime.h"
#include "layout/layout.h"
#include "target/image.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAKE_START = 0x10000000, FAKE_SIZE = 2 << 20 };

struct fake {
	struct layout layout; // a copy: a test may change fields and traits
	struct runtime runtime;
	struct image *image;
	struct heap heap;
	struct interpreter interpreter;
	addr_t next;				      // where the next allocation goes
	addr_t type, object, str, dict, list, module; // well-known types
	addr_t list_head;			      // of generation 0
};

static inline void fake_die(const char *what)
{
	printf("Bail out! %s\n", what);
	exit(1);
}

static inline addr_t fake_allocate(struct fake *fake, uint64_t size)
{
	addr_t address = fake->next;
	fake->next = (address + size + 15) & ~UINT64_C(15);
	if (fake->next > FAKE_START + FAKE_SIZE)
		fake_die("the fake heap is full");
	return address;
}

static inline void fake_poke(struct fake *fake, addr_t address, uint64_t value)
{
	memcpy(image_destination(fake->image, address), &value, sizeof(value));
}

static inline void fake_set(
	struct fake *fake, addr_t object, enum layout_field field, uint64_t value)
{
	fake_poke(fake, object + fake->layout.field[field], value);
}

static inline uint64_t fake_get(struct fake *fake, addr_t address)
{
	uint64_t value = 0;
	if (!image_read_u64(fake->image, address, &value))
		fake_die("a test reads outside its heap");
	return value;
}

static inline addr_t fake_c_string(struct fake *fake, const char *string)
{
	addr_t address = fake_allocate(fake, strlen(string) + 1);
	memcpy(image_destination(fake->image, address), string, strlen(string) + 1);
	return address;
}

// An object of size bytes with room for PyGC_Head in front (untracked).
static inline addr_t fake_object(struct fake *fake, addr_t type, uint64_t size)
{
	addr_t object = fake_allocate(fake, size + 16) + 16;
	fake_set(fake, object, FIELD_object_refcnt, 1);
	fake_set(fake, object, FIELD_object_type, type);
	return object;
}

static inline addr_t fake_str(struct fake *fake, const char *ascii)
{
	uint32_t header = fake->layout.field[FIELD_str_ascii_size];
	addr_t str = fake_object(fake, fake->str, header + strlen(ascii) + 1);
	fake_set(fake, str, FIELD_str_length, strlen(ascii));
	// kind 1, compact, ascii
	fake_set(fake, str, FIELD_str_state, 1 << 2 | 1 << 5 | 1 << 6);
	memcpy(image_destination(fake->image, str + header), ascii, strlen(ascii) + 1);
	return str;
}

// Makes the object at address a type with the fields that leaktop looks at.
static inline void fake_fill_type(struct fake *fake, addr_t type, const char *name,
	uint64_t basicsize, uint64_t itemsize, uint64_t flags, addr_t base)
{
	fake_set(fake, type, FIELD_object_refcnt, 1);
	fake_set(fake, type, FIELD_object_type, fake->type);
	fake_set(fake, type, FIELD_type_name, fake_c_string(fake, name));
	fake_set(fake, type, FIELD_type_basicsize, basicsize);
	fake_set(fake, type, FIELD_type_itemsize, itemsize);
	fake_set(fake, type, FIELD_type_flags, flags | TYPE_FLAG_READY);
	fake_set(fake, type, FIELD_type_base, base);
	fake_set(fake, type, FIELD_type_mro, type); // not NULL: no more is asked
}

// A static type, as C code defines it.
static inline addr_t fake_static_type(struct fake *fake, const char *name, uint64_t basicsize,
	uint64_t itemsize, uint64_t flags, addr_t base)
{
	addr_t type = fake_allocate(fake, fake->layout.field[FIELD_type_size]);
	fake_fill_type(fake, type, name, basicsize, itemsize, flags, base);
	return type;
}

// The table behind a dict: combined, for str keys (from 3.11 on) or for any. values may be NULL.
static inline addr_t fake_keys(
	struct fake *fake, unsigned kind, const addr_t *keys, const addr_t *values, unsigned count)
{
	unsigned log2_size = 3;
	while ((2u << log2_size) / 3 < count)
		log2_size++;
	unsigned entry_size = kind && fake->layout.traits.has_unicode_entries ? 16 : 24;
	uint32_t header = fake->layout.field[FIELD_keys_indices];
	unsigned index_bytes = 1u << log2_size;
	unsigned capacity = (2u << log2_size) / 3;
	addr_t table = fake_allocate(fake, header + index_bytes + capacity * entry_size);
	fake_set(fake, table, FIELD_keys_refcnt, 1);
	if (layout_has(&fake->layout, FIELD_keys_log2_size))
		fake_set(
			fake, table, FIELD_keys_log2_size, log2_size | log2_size << 8 | kind << 16);
	else
		fake_set(fake, table, FIELD_keys_table_size, 1u << log2_size);
	fake_set(fake, table, FIELD_keys_usable, capacity - count);
	fake_set(fake, table, FIELD_keys_nentries, count);
	for (unsigned i = 0; i < count; i++) {
		addr_t entry = table + header + index_bytes + i * entry_size + entry_size - 16;
		fake_poke(fake, entry, keys[i]);
		fake_poke(fake, entry + 8, values ? values[i] : 0);
	}
	return table;
}

static inline addr_t fake_dict(
	struct fake *fake, const addr_t *keys, const addr_t *values, unsigned count)
{
	addr_t dict = fake_object(fake, fake->dict, fake->layout.field[FIELD_dict_size]);
	fake_set(fake, dict, FIELD_dict_used, count);
	fake_set(fake, dict, FIELD_dict_keys, fake_keys(fake, 1, keys, values, count));
	return dict;
}

static inline addr_t fake_list(struct fake *fake, const addr_t *items, unsigned count)
{
	addr_t list = fake_object(fake, fake->list, 40);
	addr_t array = fake_allocate(fake, 8 * count + 8);
	fake_set(fake, list, FIELD_var_size, count);
	fake_set(fake, list, FIELD_list_items, array);
	fake_set(fake, list, FIELD_list_allocated, count);
	for (unsigned i = 0; i < count; i++)
		fake_poke(fake, array + 8 * i, items[i]);
	return list;
}

static inline addr_t fake_module(
	struct fake *fake, const addr_t *keys, const addr_t *values, unsigned count)
{
	addr_t module = fake_object(fake, fake->module, 72);
	fake_set(fake, module, FIELD_module_dict, fake_dict(fake, keys, values, count));
	return module;
}

// A class as a class statement makes it: tp_name is the text of its own __name__.
static inline addr_t fake_class(struct fake *fake, const char *module, const char *name,
	uint64_t basicsize, uint64_t flags, addr_t base, unsigned slots)
{
	const struct layout *layout = &fake->layout;
	addr_t class = fake_object(fake, fake->type,
		layout->field[FIELD_heap_type_size] + slots * layout->field[FIELD_member_size]);
	fake_fill_type(fake, class, "", basicsize, 0, flags | TYPE_FLAG_HEAP | TYPE_FLAG_GC, base);
	addr_t str = fake_str(fake, name);
	fake_set(fake, class, FIELD_type_name, str + layout->field[FIELD_str_ascii_size]);
	fake_set(fake, class, FIELD_heap_type_name, str);
	fake_set(fake, class, FIELD_heap_type_qualname, str);
	fake_set(fake, class, FIELD_var_size, slots);
	addr_t key = fake_str(fake, "__module__"), value = fake_str(fake, module);
	fake_set(fake, class, FIELD_type_dict, fake_dict(fake, &key, &value, 1));
	return class;
}

// Appends an object to the collector's list.
static inline void fake_track(struct fake *fake, addr_t object)
{
	addr_t head = object - 16, last = fake_get(fake, fake->list_head + 8);
	fake_poke(fake, last, head);
	fake_poke(fake, head, fake->list_head);
	fake_poke(fake, head + 8, last);
	fake_poke(fake, fake->list_head + 8, head);
}

static inline void fake_well_known(struct fake *fake)
{
	const struct layout *layout = &fake->layout;
	uint32_t type_size = layout->field[FIELD_type_size];
	fake->type = fake_allocate(fake, type_size);
	fake->object = fake_static_type(fake, "object", 16, 0, 0, 0);
	fake_fill_type(fake, fake->type, "type", layout->field[FIELD_heap_type_size],
		layout->field[FIELD_member_size], TYPE_FLAG_TYPE | TYPE_FLAG_GC, fake->object);
	fake->str = fake_static_type(
		fake, "str", layout->field[FIELD_str_size], 0, TYPE_FLAG_STR, fake->object);
	fake->dict = fake_static_type(fake, "dict", layout->field[FIELD_dict_size], 0,
		TYPE_FLAG_DICT | TYPE_FLAG_GC, fake->object);
	fake->list =
		fake_static_type(fake, "list", 40, 0, TYPE_FLAG_LIST | TYPE_FLAG_GC, fake->object);
	fake->module = fake_static_type(fake, "module", 72, 0, TYPE_FLAG_GC, fake->object);
	fake_set(fake, fake->module, FIELD_type_dictoffset, layout->field[FIELD_module_dict]);
	fake->runtime.well_known[WELL_KNOWN_type] = fake->type;
	fake->runtime.well_known[WELL_KNOWN_object] = fake->object;
	fake->runtime.well_known[WELL_KNOWN_str] = fake->str;
	fake->runtime.well_known[WELL_KNOWN_dict] = fake->dict;
	fake->runtime.well_known[WELL_KNOWN_list] = fake->list;
	fake->runtime.well_known[WELL_KNOWN_module] = fake->module;
}

// A heap with nothing but a few types, laid out as in version (0x030b02). In place: fake must stay
// where it is.
static inline void fake_init(struct fake *fake, uint32_t version)
{
	memset(fake, 0, sizeof(*fake));
	const struct layout *table = layout_find(version, 0, NULL);
	if (!table)
		for (const struct layout *const *any = layout_tables(); *any; any++)
			if ((*any)->first_version >> 8 == version >> 8)
				table = *any;
	if (!table)
		fake_die("no such layout");
	fake->layout = *table;
	if (image_create(&fake->image, NULL) ||
		image_reserve(fake->image, FAKE_START, FAKE_START + FAKE_SIZE, false, NULL) ||
		image_mark(fake->image, FAKE_START, FAKE_START + FAKE_SIZE))
		fake_die("cannot make an image");
	fake->next = FAKE_START + 64;
	fake->runtime.layout = &fake->layout;
	fake->heap = (struct heap){
		.python = runtime_python_copy(&fake->runtime, fake->image, NULL),
		.runtime = &fake->runtime,
		.layout = &fake->layout,
		.image = fake->image,
	};
	if (types_create(&fake->heap.types))
		fake_die("cannot make a table of types");
	fake_well_known(fake);
	fake->list_head = fake_allocate(fake, 16);
	fake_poke(fake, fake->list_head, fake->list_head);
	fake_poke(fake, fake->list_head + 8, fake->list_head);
	// All zero: no threads, no roots but those that a test sets.
	fake->interpreter.address = fake_allocate(fake, fake->layout.field[FIELD_interp_size]);
	fake->interpreter.generations[0].head = fake->list_head;
	fake->interpreter.generation_count = 1;
}

static inline void fake_deinit(struct fake *fake)
{
	types_destroy(fake->heap.types);
	image_destroy(fake->image);
}

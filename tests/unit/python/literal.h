// SPDX-License-Identifier: MIT
// A tiny interpreter made of literals, laid out as any version that there is a table of.
#pragma once

#include "interp/runtime.h"
#include "layout/layout.h"
#include "layout/linked.h"
#include "target/image.h"
#include "target/target.h"

#include "../test.h"

#include <stdlib.h>
#include <string.h>

enum { LITERAL_BYTES = 8 << 20, LITERAL_TYPE_BYTES = 1024 };
static const addr_t LITERAL_BASE = 0x7f0000000000;

struct literal {
	struct layout layout;
	struct runtime runtime;
	struct image *image;
	struct target *target; // the same bytes, to be read live; NULL: they are read from the image
	addr_t next; // free memory; behind the end nothing is held
};

static inline void *literal_bytes(const struct literal *literal, addr_t addr)
{
	return image_destination(literal->image, addr);
}

// Zeroed memory.
static inline addr_t literal_allocate(struct literal *literal, uint64_t size)
{
	addr_t addr = literal->next;
	literal->next = (addr + size + 63) & ~(addr_t)63;
	if (literal->next > LITERAL_BASE + LITERAL_BYTES)
		abort();
	memset(literal_bytes(literal, addr), 0, size);
	return addr;
}

static inline void put_u64(const struct literal *literal, addr_t addr, uint64_t value)
{
	memcpy(literal_bytes(literal, addr), &value, sizeof(value));
}

// Fields that a version does not have are passed over.
static inline void put_field(
	const struct literal *literal, addr_t base, enum layout_field field, uint64_t value)
{
	if (layout_has(&literal->layout, field))
		put_u64(literal, base + literal->layout.field[field], value);
}

static inline __attribute__((unused)) void put_int(
	const struct literal *literal, addr_t base, enum layout_field field, int32_t value)
{
	if (layout_has(&literal->layout, field))
		memcpy(literal_bytes(literal, base + literal->layout.field[field]), &value,
			sizeof(value));
}

static inline __attribute__((unused)) void put_byte(
	const struct literal *literal, addr_t base, enum layout_field field, uint8_t value)
{
	if (layout_has(&literal->layout, field))
		memcpy(literal_bytes(literal, base + literal->layout.field[field]), &value, 1);
}

static inline addr_t literal_object(struct literal *literal, enum well_known type, uint64_t size)
{
	addr_t addr = literal_allocate(literal, size);
	put_field(literal, addr, FIELD_object_type, literal->runtime.well_known[type]);
	return addr;
}

// An interpreter with types and nothing else.
static inline void literal_init(struct literal *literal, const struct layout *layout)
{
	*literal = (struct literal){.layout = *layout, .next = LITERAL_BASE};
	addr_t end = LITERAL_BASE + LITERAL_BYTES;
	if (image_create(&literal->image, NULL) ||
		image_reserve(literal->image, LITERAL_BASE, end, false, NULL) ||
		image_mark(literal->image, LITERAL_BASE, end))
		abort();
	literal->runtime.layout = &literal->layout;
	for (unsigned i = 0; i < WELL_KNOWN_COUNT; i++)
		literal->runtime.well_known[i] = literal_allocate(literal, LITERAL_TYPE_BYTES);
	for (unsigned i = 0; i < WELL_KNOWN_COUNT; i++)
		put_field(literal, literal->runtime.well_known[i], FIELD_object_type,
			literal->runtime.well_known[WELL_KNOWN_type]);
}

// From now on literal_python() reads the bytes as those of a process.
static inline void literal_make_live(struct literal *literal)
{
	if (target_from_image(literal->image, &literal->target, NULL))
		abort();
}

static inline __attribute__((unused)) struct python literal_python(const struct literal *literal)
{
	return literal->target ? runtime_python_live(&literal->runtime, literal->target)
			       : runtime_python_copy(&literal->runtime, literal->image, NULL);
}

static inline void literal_deinit(struct literal *literal)
{
	if (literal->target) // which took over the image
		target_close(literal->target);
	else
		image_destroy(literal->image);
}

// A compact ASCII str.
static inline __attribute__((unused)) addr_t literal_str(struct literal *literal, const char *string)
{
	uint64_t header = literal->layout.field[FIELD_str_ascii_size];
	addr_t addr = literal_object(literal, WELL_KNOWN_str, header + strlen(string) + 1);
	put_field(literal, addr, FIELD_str_length, strlen(string));
	put_int(literal, addr, FIELD_str_state, 1 << 2 | 1 << 5 | 1 << 6);
	memcpy(literal_bytes(literal, addr + header), string, strlen(string) + 1);
	return addr;
}

static inline __attribute__((unused)) addr_t literal_data(
	struct literal *literal, const void *data, size_t size)
{
	uint64_t header = literal->layout.field[FIELD_bytes_data];
	addr_t addr = literal_object(literal, WELL_KNOWN_bytes, header + size + 1);
	put_field(literal, addr, FIELD_var_size, size);
	memcpy(literal_bytes(literal, addr + header), data, size);
	return addr;
}

static inline __attribute__((unused)) addr_t literal_tuple(
	struct literal *literal, const addr_t *items, size_t count)
{
	uint64_t header = literal->layout.field[FIELD_tuple_items];
	addr_t addr = literal_object(literal, WELL_KNOWN_tuple, header + 8 * count);
	put_field(literal, addr, FIELD_var_size, count);
	for (size_t i = 0; i < count; i++)
		put_u64(literal, addr + header + 8 * i, items[i]);
	return addr;
}

static inline __attribute__((unused)) void literal_run(
	void (*test)(struct literal *literal), const struct layout *layout, bool is_live)
{
	struct literal literal;
	printf("# %s %s%s\n", layout->name, layout->variant, is_live ? ", live" : "");
	literal_init(&literal, layout);
	if (is_live)
		literal_make_live(&literal);
	test(&literal);
	literal_deinit(&literal);
}

static inline void literal_run_all(void (*test)(struct literal *literal), bool is_live)
{
	const struct layout *const *const lists[] = {layout_tables(), layout_candidates()};
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (const struct layout *const *layout = lists[i]; *layout; layout++) {
			struct layout *linked;
			literal_run(test, *layout, is_live);
			if (!linked_is_possible((*layout)->first_version))
				continue;
			if (linked_create(*layout, &linked, NULL))
				abort();
			literal_run(test, linked, is_live);
			layout_destroy(linked);
		}
	}
}

// Runs test with every table, also of versions that are not supported yet, and where objects are
// linked; of a copy.
static inline __attribute__((unused)) void literal_each(void (*test)(struct literal *literal))
{
	literal_run_all(test, false);
}

// The same, of a copy and then of a live process: for tests that read through literal_python().
static inline __attribute__((unused)) void literal_each_memory(
	void (*test)(struct literal *literal))
{
	literal_run_all(test, false);
	literal_run_all(test, true);
}

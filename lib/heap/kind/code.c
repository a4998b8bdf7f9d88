// SPDX-License-Identifier: MIT
// Code objects. They are no containers: no tp_traverse reports what they own.
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

static enum status extra_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t extra;
	uint64_t count;
	*ret = 0;
	enum status status = struct_read(heap, object->address, FIELD_code_extra, &extra);
	if (status || !extra)
		return status;
	status = struct_read_length(heap, extra, FIELD_code_extra_count, &count);
	if (!status)
		*ret = heap_field(heap, FIELD_code_extra_slots) + WORD_SIZE * count;
	return status;
}

// Up to 3.10: one index byte for each instruction, and the inline caches themselves.
static enum status opcache_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t cache, code;
	uint64_t code_bytes;
	*ret = 0;
	enum status status = struct_read(heap, object->address, FIELD_code_opcache, &cache);
	if (status || !cache)
		return status;
	const void *entries = image_at(heap->image,
		object->address + heap_field(heap, FIELD_code_opcache_size), 1);
	if (!entries)
		return STATUS_UNREADABLE;
	status = struct_read(heap, object->address, FIELD_code_code, &code);
	if (!status)
		status = struct_read_length(heap, code, FIELD_var_size, &code_bytes);
	if (status)
		return status;
	*ret = code_bytes / 2 + (uint64_t)bytes_u8(entries, 0) *
					heap_field(heap, FIELD_code_opcache_entry_size);
	return STATUS_OK;
}

static enum status cell2arg_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t map = 0, cells = 0;
	uint64_t count;
	*ret = 0;
	enum status status = struct_read(heap, object->address, FIELD_code_cell2arg, &map);
	if (!status)
		status = struct_read(heap, object->address, FIELD_code_cellvars, &cells);
	if (status || !map || !cells)
		return status;
	status = struct_read_length(heap, cells, FIELD_var_size, &count);
	if (!status)
		*ret = WORD_SIZE * count;
	return status;
}

// From 3.11 on the bytecode is in the object: code_sizeof(), Objects/codeobject.c.
static enum status bytecode_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t units;
	enum status status =
		struct_read_length(heap, object->address, FIELD_var_size, &units);
	if (status)
		return status;
	uint64_t size = object->type->basicsize + 2 * units;
	*ret = (size + WORD_SIZE - 1) & ~(uint64_t)(WORD_SIZE - 1);
	return STATUS_OK;
}

static enum status code_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t size = object->type->basicsize, extra, cache = 0, cells = 0;
	enum status status = extra_size(heap, object, &extra);
	if (status)
		return status;
	if (layout_has(heap->layout, FIELD_code_bytecode)) {
		status = bytecode_size(heap, object, &size);
	} else {
		status = opcache_size(heap, object, &cache);
		if (!status)
			status = cell2arg_size(heap, object, &cells);
	}
	if (!status)
		*ret = size + extra + cache + cells;
	return status;
}

// _co_cached, 3.12 on: pointers to the objects that co_code, co_varnames, co_cellvars and
// co_freevars made.
static enum status code_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	addr_t cached;
	enum status status = struct_read(heap, object->address, FIELD_code_cached, &cached);
	if (status == STATUS_UNSUPPORTED)
		return STATUS_OK;
	if (status || !cached)
		return status;
	uint32_t size = heap_field(heap, FIELD_code_cached_size);
	const uint8_t *bytes = image_at(heap->image, cached, size);
	if (!bytes)
		return STATUS_UNREADABLE;
	for (uint32_t offset = 0; offset + WORD_SIZE <= size; offset += WORD_SIZE)
		visit_field(visitor, bytes_u64(bytes, offset), NAME__co_cached);
	return STATUS_OK;
}

const struct kind kind_code = {
	.name = "code",
	.types = (const enum well_known[]){WELL_KNOWN_code, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_code_consts, NAME_co_consts},
		{FIELD_code_names, NAME_co_names},
		{FIELD_code_varnames, NAME_co_varnames},
		{FIELD_code_freevars, NAME_co_freevars},
		{FIELD_code_cellvars, NAME_co_cellvars},
		{FIELD_code_localsplusnames, NAME_co_localsplusnames},
		{FIELD_code_localspluskinds, NAME_co_localspluskinds},
		{FIELD_code_filename, NAME_co_filename},
		{FIELD_code_name, NAME_co_name},
		{FIELD_code_qualname, NAME_co_qualname},
		{FIELD_code_linetable, NAME_co_linetable},
		{FIELD_code_exceptiontable, NAME_co_exceptiontable},
		{FIELD_code_code, NAME_co_code},
		{FIELD_code_cached_code, NAME_co_code},
		{FIELD_COUNT, 0},
	},
	.size = code_size,
	.edges = code_edges,
};

// SPDX-License-Identifier: MIT
// Generators, coroutines and async generators share a struct (Include/cpython/genobject.h). From
// 3.11 on it ends with the frame itself.
#include "heap/kind/frame.h"
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"
#include "python/code.h"
#include "python/frame.h"

// gi_frame_state of a generator that has finished: its frame is cleared (pycore_frame.h).
static int8_t state_cleared(const struct heap *heap)
{
	return heap->layout->traits.frame_state_created_is_zero ? 5 : 4;
}

static enum status generator_code(
	const struct heap *heap, const struct object *object, addr_t *ret)
{
	addr_t frame = object->address + heap_field(heap, FIELD_generator_frame);
	if (layout_has(heap->layout, FIELD_generator_code))
		return struct_read(heap, object->address, FIELD_generator_code, ret);
	return frame_code(&heap->python, frame, ret);
}

// gen_sizeof(), Objects/genobject.c, for versions with the frame inside.
static enum status generator_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t code;
	uint64_t size;
	if (!layout_has(heap->layout, FIELD_generator_frame)) {
		*ret = object->type->basicsize;
		return STATUS_OK;
	}
	enum status status = generator_code(heap, object, &code);
	if (!status)
		status = code_frame_size(&heap->python, code, &size);
	if (status)
		return status;
	*ret = heap_field(heap, FIELD_generator_frame) + size;
	return STATUS_OK;
}

// A cleared frame keeps its code, unless the generator has a field for it.
static enum status inner_frame_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	addr_t code;
	uint32_t state_offset = heap_field(heap, FIELD_generator_frame_state);
	const uint8_t *bytes =
		image_at(heap->image, object->address, object->type->base_size);
	if (!bytes)
		return STATUS_UNREADABLE;
	if (state_offset >= object->type->base_size)
		return STATUS_INVALID;
	if ((int8_t)bytes[state_offset] != state_cleared(heap))
		return frame_edges(heap,
			object->address + heap_field(heap, FIELD_generator_frame), visitor);
	if (layout_has(heap->layout, FIELD_generator_code))
		return STATUS_OK;
	enum status status = generator_code(heap, object, &code);
	if (!status)
		visit_field(visitor, code, NAME_gi_code);
	return status;
}

// The exception that is handled while the generator is suspended, in an embedded _PyErr_StackItem.
static enum status exception_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	static const enum layout_field fields[] = {
		FIELD_exc_item_value, FIELD_exc_item_type, FIELD_exc_item_traceback};
	addr_t item = object->address + heap_field(heap, FIELD_generator_exc_state);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		addr_t word;
		enum status status = struct_read(heap, item, fields[i], &word);
		if (status == STATUS_UNSUPPORTED)
			continue;
		if (status)
			return status;
		visit_field(visitor, word, NAME_gi_exc_state);
	}
	return STATUS_OK;
}

// Plain generators have the field too, but gen_new_with_qualname() leaves it uninitialized.
static enum status origin_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	addr_t origin;
	if (object->type->address == heap->runtime->well_known[WELL_KNOWN_generator])
		return STATUS_OK;
	enum status status = struct_read(heap, object->address, FIELD_generator_origin, &origin);
	if (status == STATUS_UNSUPPORTED)
		return STATUS_OK;
	if (!status)
		visit_field(visitor, origin, NAME_origin_or_finalizer);
	return status;
}

static enum status generator_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	enum status status = exception_edges(heap, object, visitor);
	status = status_first(status, origin_edges(heap, object, visitor));
	if (layout_has(heap->layout, FIELD_generator_frame))
		status = status_first(status, inner_frame_edges(heap, object, visitor));
	return status;
}

const struct kind kind_generator = {
	.name = "generator",
	.types = (const enum well_known[]){
		WELL_KNOWN_generator, WELL_KNOWN_coroutine, WELL_KNOWN_async_generator,
		WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_generator_frame_object, NAME_gi_frame},
		{FIELD_generator_code, NAME_gi_code},
		{FIELD_generator_name, NAME___name__},
		{FIELD_generator_qualname, NAME___qualname__},
		{FIELD_COUNT, 0},
	},
	.size = generator_size,
	.edges = generator_edges,
};

const struct kind kind_coroutine_wrapper = {
	.name = "coroutine_wrapper",
	.types = (const enum well_known[]){WELL_KNOWN_coroutine_wrapper, WELL_KNOWN_COUNT},
	.type_names = (const char *const[]){"coroutine_wrapper", NULL},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_coroutine_wrapper_coroutine, NAME_cw_coroutine},
		{FIELD_COUNT, 0},
	},
};

// SPDX-License-Identifier: MIT
// Greenlets; gevent and eventlet run thousands of them. A suspended one keeps its frames on a data
// stack of its own, to which nothing else refers. Its part of the C stack is copied to the C heap,
// including the frames that CPython puts on the C stack between two others (3.12 on).
//
// Since 2.0 the object has only a pointer to a C++ object (greenlet/TGreenlet.hpp, UserGreenlet).
// Its fields are found by their values, since their offsets depend on the releases of both:
//
//	words 1 to 15    exceptions, arguments of the switch, C stack, context, frame object
//	words 13 to 18   from 3.11 on: one of them is the innermost _PyInterpreterFrame
//	up to word 24    the last three are the main greenlet, the function to run, and the parent
//
// Before 2.0 all of this was in the object itself. Objects that only C variables hold, such as the
// arguments with which the function of a greenlet was called, are not found.
#include "heap/kind/frame.h"
#include "heap/kind/kind.h"
#include "heap/scan.h"
#include "heap/struct.h"
#include "heap/type.h"
#include "python/chain.h"
#include "python/frame.h"

enum {
	IMPLEMENTATION = 2 * WORD_SIZE, // offset of the pointer, after the header
	WORDS = 25,
	STATE_END = 16, // words
	FRAME_FIRST = 13,
	FRAME_END = 19,
	MAIN_FIRST = 12,
	MAIN_LAST = 22,
	OWNER_GENERATOR = 1, // FRAME_OWNED_BY_GENERATOR (pycore_frame.h)
};

// A part of the C stack that was copied to the C heap.
struct saved_stack {
	addr_t start, copy;
	uint64_t size;
};

struct greenlet {
	const struct object *object;
	uint64_t words[WORDS];
	unsigned main; // number of the word; WORDS: not found
	struct saved_stack saved;
};

static bool is_object_of(const struct heap *heap, addr_t address, enum well_known type)
{
	struct object object;
	return scan_is_object(heap, address) && object_read(heap, address, &object) &&
	       object.type->address == heap->runtime->well_known[type];
}

// Finds stack_start, stack_stop, stack_copy and the size of the copy.
static void find_saved_stack(const struct heap *heap, struct greenlet *greenlet)
{
	const uint64_t *words = greenlet->words;
	for (unsigned i = 1; i + 3 < STATE_END; i++) {
		uint64_t size = words[i + 3];
		if (words[i] && words[i] < words[i + 1] && size &&
			size <= words[i + 1] - words[i] &&
			image_at(heap->image, words[i + 2], size))
			greenlet->saved = (struct saved_stack){words[i], words[i + 2], size};
	}
}

static bool is_greenlet(const struct heap *heap, const struct greenlet *greenlet, addr_t address)
{
	struct object object;
	return scan_is_object(heap, address) && object_read(heap, address, &object) &&
	       object.type->kind == greenlet->object->type->kind;
}

// Whether the words at this position are the main greenlet, the function to run, and the parent.
// The first two may be NULL before the greenlet was started and after it has finished. The
// greenlet's own address occurs only in front of them.
static bool is_main(const struct heap *heap, const struct greenlet *greenlet, unsigned at)
{
	addr_t main = greenlet->words[at], run = greenlet->words[at + 1];
	if (main == greenlet->object->address || (main && !is_greenlet(heap, greenlet, main)))
		return false;
	if (run && (!scan_is_object(heap, run) || is_greenlet(heap, greenlet, run)))
		return false;
	return is_greenlet(heap, greenlet, greenlet->words[at + 2]);
}

static void find_main(const struct heap *heap, struct greenlet *greenlet)
{
	greenlet->main = WORDS;
	for (unsigned at = MAIN_LAST; at >= MAIN_FIRST && greenlet->main == WORDS; at--)
		if (is_main(heap, greenlet, at))
			greenlet->main = at;
}

static bool greenlet_read(
	const struct heap *heap, const struct object *object, addr_t place, struct greenlet *ret)
{
	const uint8_t *bytes = image_at(heap->image, place, sizeof(ret->words));
	if (!bytes)
		return false;
	*ret = (struct greenlet){.object = object};
	for (unsigned i = 0; i < WORDS; i++)
		ret->words[i] = bytes_u64(bytes, i * WORD_SIZE);
	find_saved_stack(heap, ret);
	find_main(heap, ret);
	return true;
}

// The address of a frame's bytes: in the copy if the frame was on the C stack.
static addr_t frame_place(const struct greenlet *greenlet, addr_t frame)
{
	uint64_t offset = frame - greenlet->saved.start;
	return offset < greenlet->saved.size ? greenlet->saved.copy + offset : frame;
}

static bool is_frame_with_code(const struct heap *heap, addr_t frame)
{
	addr_t code;
	return !frame_code(&heap->python, frame, &code) && is_object_of(heap, code, WELL_KNOWN_code);
}

// Reports the references of all frames, from the innermost to the first one of the greenlet. Frames
// of generators are left to the generators.
static enum status frames_edges(const struct heap *heap, const struct greenlet *greenlet,
	addr_t frame, struct visitor *visitor)
{
	struct chain chain = {0};
	enum status status = STATUS_OK;
	while (frame && !chain_closes(&chain, frame)) {
		addr_t place = frame_place(greenlet, frame);
		const uint8_t *bytes =
			image_at(heap->image, place, heap_field(heap, FIELD_frame_localsplus));
		if (!bytes)
			return STATUS_UNREADABLE;
		if (bytes_u8(bytes, heap_field(heap, FIELD_frame_owner)) != OWNER_GENERATOR)
			status = status_first(status, frame_edges(heap, place, visitor));
		frame = bytes_u64(bytes, heap_field(heap, FIELD_frame_previous));
	}
	return status;
}

// Only a suspended greenlet has a frame object; in a running one the other words are out of date.
static enum status state_edges(
	const struct heap *heap, const struct greenlet *greenlet, struct visitor *visitor)
{
	bool waits = false;
	for (unsigned i = 1; i < STATE_END && i < greenlet->main; i++) {
		addr_t word = greenlet->words[i];
		if (word == greenlet->object->address || !scan_is_object(heap, word))
			continue;
		visit(visitor, word, EDGE_OPAQUE, i * WORD_SIZE);
		waits |= is_object_of(heap, word, WELL_KNOWN_frame);
	}
	for (unsigned i = FRAME_FIRST; waits && i < FRAME_END; i++)
		if (layout_has(heap->layout, FIELD_frame_code) &&
			is_frame_with_code(heap, greenlet->words[i]))
			return frames_edges(heap, greenlet, greenlet->words[i], visitor);
	return STATUS_OK;
}

static void relatives_edges(const struct greenlet *greenlet, struct visitor *visitor)
{
	static const enum field_name names[] = {NAME_main, NAME_run, NAME_parent};
	for (unsigned i = 0; i < 3 && greenlet->main < WORDS; i++)
		visit_field(visitor, greenlet->words[greenlet->main + i], names[i]);
}

static enum status greenlet_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	struct greenlet greenlet;
	uint64_t place = heap_field(heap, FIELD_object_size) + IMPLEMENTATION;
	if (object->type->base_size != place + WORD_SIZE)
		return scan_struct(heap, object, visitor);
	addr_t implementation;
	if (!image_read_u64(heap->image, object->address + place, &implementation))
		return STATUS_UNREADABLE;
	if (!implementation)
		return STATUS_OK;
	if (!greenlet_read(heap, object, implementation, &greenlet))
		return STATUS_UNREADABLE;
	relatives_edges(&greenlet, visitor);
	return state_edges(heap, &greenlet, visitor);
}

const struct kind kind_greenlet = {
	.name = "greenlet",
	.type_names = (const char *const[]){"greenlet.greenlet", NULL},
	.size_field = FIELD_COUNT,
	.edges = greenlet_edges,
};

// SPDX-License-Identifier: MIT
#include "heap/certain.h"

// An address would be larger; the mark of immortal objects of 3.12 and 3.13 (0xffffffff, and more
// where an extension for an older version counted on) is not.
enum { REFCNT_BITS_MAX = 33 };

static bool refcnt_is_plausible(const struct heap *heap, const struct object *object)
{
	uint32_t offset = heap_field(heap, FIELD_object_refcnt);
	if (heap->layout->traits.has_32bit_refcnt)
		return bytes_u32(object->bytes, offset) != 0;
	uint64_t refcnt = bytes_u64(object->bytes, offset);
	return refcnt && !(refcnt >> REFCNT_BITS_MAX);
}

// An object in a list of the collector is what its successor points back to.
static bool links_are_plausible(const struct heap *heap, const struct object *object)
{
	if (!object_is_tracked(heap, object))
		return true;
	addr_t head = object->address - heap_field(heap, FIELD_gc_head_size);
	uint64_t next, back;
	if (!image_read_u64(heap->image, head + heap_field(heap, FIELD_gc_head_next), &next))
		return false;
	next &= ~UINT64_C(3);
	return image_read_u64(heap->image, next + heap_field(heap, FIELD_gc_head_prev), &back) &&
	       (back & ~UINT64_C(3)) == head;
}

bool object_is_certain(const struct heap *heap, addr_t address, bool has_back_links)
{
	struct object object;
	return object_read(heap, address, &object) && refcnt_is_plausible(heap, &object) &&
	       (!has_back_links || links_are_plausible(heap, &object));
}

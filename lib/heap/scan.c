// SPDX-License-Identifier: MIT
#include "heap/scan.h"

#include "heap/struct.h"
#include "heap/type.h"
#include "python/gc_link.h"

// Larger structs are not plausible: the largest in CPython, the state of a module, is a few KiB.
static const uint64_t SCAN_SIZE_MAX = 1 << 20;

// The reference count at which static objects start in some versions (_PyObject_IMMORTAL_REFCNT,
// Include/internal/pycore_object.h, 3.11), and how far references may move it.
static const uint64_t STATIC_REFCNT = 999999999, STATIC_REFCNT_RANGE = 1 << 20;

static bool is_static_refcnt(uint64_t word)
{
	return word > STATIC_REFCNT - STATIC_REFCNT_RANGE &&
	       word < STATIC_REFCNT + STATIC_REFCNT_RANGE;
}

// Structs that begin with two pointers, the second one to a type, look like objects; the state of
// itertools is one. If the target's heap is at low addresses, only the image tells a pointer from a
// count. If it is around the count of static objects, a word is taken for that count.
static bool is_pointer(const struct heap *heap, uint64_t word)
{
	static const uint64_t address_min = 1 << 20;
	return word >= address_min && word % WORD_SIZE == 0 && !is_static_refcnt(word) &&
	       image_holds_page(heap->image, word);
}

static bool has_refcnt(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return !struct_read(heap, object->address, FIELD_object_refcnt, ret) &&
	       header_is_refcnt(&heap->python, *ret);
}

bool scan_is_object(const struct heap *heap, addr_t address)
{
	struct object object;
	uint64_t refcnt;
	return address % OBJECT_ALIGNMENT == 0 && object_read(heap, address, &object) &&
	       has_refcnt(heap, &object, &refcnt) && !is_pointer(heap, refcnt);
}

// The successor of an object in a collector's list points back to it.
static bool has_good_links(const struct heap *heap, const struct object *object)
{
	addr_t next;
	return !object_is_tracked(heap, object) ||
	       !gc_link_check(&heap->python, gc_link_head(&heap->python, object->address), &next);
}

bool object_is_certain(const struct heap *heap, addr_t address, bool has_back_links)
{
	struct object object;
	uint64_t refcnt;
	return object_read(heap, address, &object) && has_refcnt(heap, &object, &refcnt) &&
	       (!has_back_links || has_good_links(heap, &object));
}

// Whether other code reads the word at this offset.
static bool is_read_elsewhere(const struct type *type, uint64_t offset)
{
	if ((int64_t)offset == type->dictoffset || (int64_t)offset == type->weaklistoffset)
		return true;
	for (uint32_t i = 0; i < type->slot_count; i++) {
		if (type->slots[i].offset == offset)
			return true;
	}
	return false;
}

enum status scan_object(const struct heap *heap, const struct object *object, uint64_t from,
	uint64_t to, struct visitor *visitor)
{
	from = (from + WORD_SIZE - 1) & ~(uint64_t)(WORD_SIZE - 1);
	if (from >= to)
		return STATUS_OK;
	if (to > SCAN_SIZE_MAX)
		return STATUS_INVALID;
	const uint8_t *bytes = image_at(heap->image, object->address, to);
	if (!bytes)
		return STATUS_UNREADABLE;
	for (uint64_t offset = from; offset + WORD_SIZE <= to; offset += WORD_SIZE) {
		addr_t word = bytes_u64(bytes, offset);
		if (scan_is_object(heap, word) && !is_read_elsewhere(object->type, offset))
			visit(visitor, word, EDGE_OPAQUE, offset);
	}
	return STATUS_OK;
}

enum status scan_struct(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	const struct type *type = object->type;
	uint64_t end = type->base_size, count;
	enum status found = STATUS_OK;
	if (type->itemsize == WORD_SIZE) {
		found = struct_read_length(heap, object->address, FIELD_var_size, &count);
		if (!found && type->base_size == type->basicsize)
			end += WORD_SIZE * count;
	}
	uint64_t header = heap_field(heap, FIELD_object_size);
	return status_first(found, scan_object(heap, object, header, end, visitor));
}

enum status scan_memory(
	const struct heap *heap, addr_t address, uint64_t size, struct visitor *visitor)
{
	if (size > SCAN_SIZE_MAX)
		return STATUS_INVALID;
	const uint8_t *bytes = image_at(heap->image, address, size);
	if (!bytes)
		return STATUS_UNREADABLE;
	for (uint64_t offset = 0; offset + WORD_SIZE <= size; offset += WORD_SIZE) {
		addr_t word = bytes_u64(bytes, offset);
		if (scan_is_object(heap, word))
			visit(visitor, word, EDGE_OPAQUE, offset);
	}
	return STATUS_OK;
}

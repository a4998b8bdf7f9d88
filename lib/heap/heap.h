// SPDX-License-Identifier: MIT
// What code that reads objects needs; and how to look at one object.
#pragma once

#include "interp/runtime.h"
#include "layout/layout.h"
#include "python/field.h"
#include "python/header.h"
#include "python/python.h"
#include "result/address.h"
#include "target/image.h"

#include <stdbool.h>
#include <stdint.h>

struct type;
struct types;

// Borrowed pointers that live at least as long as the heap is used. Meant to be read.
struct heap {
	struct python python; // runtime_python_copy(): for the readers of CPython's primitives
	const struct runtime *runtime;
	const struct layout *layout; // == runtime->layout
	const struct image *image;   // == python.memory.image
	struct types *types;	     // every type met so far
};

// An object of the image. bytes points to its header (at least object_size bytes; use image_at()
// for what follows). Valid until the image is cleared.
struct object {
	addr_t address;
	const uint8_t *bytes;
	const struct type *type;
};

// Looks at the object at address: its header must be readable, and its ob_type must be a plausible
// type (types_get()). False: the address is no object, or an object that we cannot read.
bool object_read(const struct heap *heap, addr_t address, struct object *ret);

// field_offset(): if this CPython lacks the field, an offset that leads to no valid address.
static inline uint64_t heap_field(const struct heap *heap, enum layout_field field)
{
	return field_offset(&heap->python, field);
}

// ob_size of an object whose type is variable-sized (not for an int from 3.12 on); 0 if it cannot
// be read.
static inline int64_t object_var_size(const struct heap *heap, const struct object *object)
{
	int64_t size = 0;
	return header_var_size(&heap->python, object->address, &size) ? 0 : size;
}

// Whether the object is a type defined in C: the only objects whose type says GC but which have no
// PyGC_Head (type_is_gc, Objects/typeobject.c).
bool object_is_static_type(const struct heap *heap, const struct object *object);

// Whether the object is in one of the collector's lists: _gc_next != 0 for a container
// (Include/internal/pycore_gc.h, _PyObject_GC_IS_TRACKED). False for objects without PyGC_Head,
// which includes static types.
bool object_is_tracked(const struct heap *heap, const struct object *object);

// sys.getsizeof(): kind->size() plus the pre-header. STATUS_UNREADABLE, STATUS_INVALID.
must_check enum status object_size(
	const struct heap *heap, const struct object *object, uint64_t *ret);

// SPDX-License-Identifier: MIT
// What reading objects needs, in one place; and how an object is looked at.
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
	struct python python; // runtime_python_copy(): what reads CPython's primitives takes this
	const struct runtime *runtime;
	const struct layout *layout; // == runtime->layout
	const struct image *image;     // == python.memory.image
	struct types *types; // every type met so far
};

// An object of the image. bytes points to its header (object_size or more bytes are there; ask
// image_at() for what lies behind). Good until the image is cleared.
struct object {
	addr_t address;
	const uint8_t *bytes;
	const struct type *type;
};

// Looks at the object at address: its header must be readable, and its ob_type a type that makes
// sense (types_get()). False where not: the address is no object, or one that we cannot read.
bool object_read(const struct heap *heap, addr_t address, struct object *ret);

// field_offset(): where this CPython lacks the field, no address that memory could have.
static inline uint64_t heap_field(const struct heap *heap, enum layout_field field)
{
	return field_offset(&heap->python, field);
}

// ob_size of an object whose type is variable-sized (never ask for an int from 3.12 on); 0 where it
// cannot be read.
static inline int64_t object_var_size(const struct heap *heap, const struct object *object)
{
	int64_t size = 0;
	return header_var_size(&heap->python, object->address, &size) ? 0 : size;
}

// Whether the object is a type that C code defines: the one case of objects whose type says GC and which
// have no PyGC_Head (type_is_gc, Objects/typeobject.c).
bool object_is_static_type(const struct heap *heap, const struct object *object);

// Whether the object is in one of the collector's lists: _gc_next != 0 for a container
// (Include/internal/pycore_gc.h, _PyObject_GC_IS_TRACKED). False for objects without PyGC_Head,
// static type objects among them.
bool object_is_tracked(const struct heap *heap, const struct object *object);

// sys.getsizeof(): kind->size() plus the pre-header. STATUS_UNREADABLE, STATUS_INVALID.
must_check enum status object_size(
	const struct heap *heap, const struct object *object, uint64_t *ret);

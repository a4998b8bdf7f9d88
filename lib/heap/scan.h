// SPDX-License-Identifier: MIT
// Whether an arbitrary word is the address of an object; and the conservative scan of C structs
// that nobody described: every word that is the address of an object counts as a reference.
#pragma once

#include "base/error.h"
#include "heap/edge.h"
#include "heap/heap.h"

#include <stdbool.h>

// Whether address holds an object with a plausible reference count. Freed blocks keep their
// ob_type, but the allocator's link overwrites their count.
bool scan_is_object(const struct heap *heap, addr_t address);

// Stricter than object_read(), since freed memory keeps the type of its last object: the reference
// count must be plausible, and if the object is in a collector's list, its successor must point
// back to it. While a collection is in progress there are no back links (has_back_links: false).
bool object_is_certain(const struct heap *heap, addr_t address, bool has_back_links);

// Reports as EDGE_OPAQUE every address of an object among the words of an object from offset from
// to offset to. Skips the words that other code reads (__dict__ and slots) and the head of the list
// of weak references, which is borrowed. STATUS_UNREADABLE, STATUS_INVALID.
must_check enum status scan_object(const struct heap *heap, const struct object *object,
	uint64_t from, uint64_t to, struct visitor *visitor);

// The same for the C struct that the object's kind reads, and for the items after it if they are as
// large as pointers. Can be used as kind.edges.
must_check enum status scan_struct(
	const struct heap *heap, const struct object *object, struct visitor *visitor);

// The same for size bytes at address that belong to an object.
must_check enum status scan_memory(
	const struct heap *heap, addr_t address, uint64_t size, struct visitor *visitor);

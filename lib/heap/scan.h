// SPDX-License-Identifier: MIT
// Words that may be anything: whether they lead to objects. And the conservative reading of C structs
// that nobody described, in which whatever word is the address of an object is taken for a reference.
#pragma once

#include "base/error.h"
#include "heap/edge.h"
#include "heap/heap.h"

#include <stdbool.h>

// Whether an object with a reference count that makes sense is at address: blocks that were freed
// keep their ob_type, but the allocator's link lies over their count.
bool scan_is_object(const struct heap *heap, addr_t address);

// More is asked than object_read() does, since freed memory keeps the type of what was there: a
// reference count that can be one and, where the object is in a list of the collector, that its
// successor points back to it. While the collector is at work there are no back links.
bool object_is_certain(const struct heap *heap, addr_t address, bool has_back_links);

// Reports as EDGE_OPAQUE the addresses of objects among the words from offset from to offset to of
// an object. The words that other code reads are passed over: __dict__, slots, and the head of the
// list of weak references, which is borrowed. STATUS_UNREADABLE, STATUS_INVALID.
must_check enum status scan_object(const struct heap *heap, const struct object *object,
	uint64_t from, uint64_t to, struct visitor *visitor);

// The same for the C struct that an object's kind reads and behind it the items, where they are of the
// size of pointers. Fits kind.edges.
must_check enum status scan_struct(
	const struct heap *heap, const struct object *object, struct visitor *visitor);

// The same for size bytes of memory at address that belong to an object.
must_check enum status scan_memory(
	const struct heap *heap, addr_t address, uint64_t size, struct visitor *visitor);

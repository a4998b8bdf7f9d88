// SPDX-License-Identifier: MIT
// Whether a word that may be anything leads to an object.
#pragma once

#include "heap/heap.h"

#include <stdbool.h>

// More is asked than object_read() does, since freed memory keeps the type of what was there: a
// reference count that can be one and, where the object is in a list of the collector, that its
// successor points back to it. While the collector is at work there are no back links.
bool object_is_certain(const struct heap *heap, addr_t address, bool has_back_links);

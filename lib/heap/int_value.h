// SPDX-License-Identifier: MIT
// The value of an int object.
#pragma once

#include "heap/heap.h"

#include <stdbool.h>
#include <stdint.h>

// Reads an int (or bool, or an instance of a subclass) of at most 60 bits, which is two digits.
// False where the object is none, is larger or cannot be read.
bool int_value_read(const struct heap *heap, const struct object *object, int64_t *ret);

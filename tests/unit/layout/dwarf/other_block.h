// SPDX-License-Identifier: MIT
// Another unit with structs of the same names.
#pragma once

#include <stddef.h>

size_t other_block_size(void);

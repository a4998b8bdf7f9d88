// SPDX-License-Identifier: MIT
// Puts millions of containers in the order of their addresses, without a second copy of them.
#pragma once

#include <stddef.h>

struct census_container;

void container_sort(struct census_container *containers, size_t count);

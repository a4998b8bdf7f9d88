// SPDX-License-Identifier: MIT
// Sorts millions of containers by address, without a second copy of them.
#pragma once

#include <stddef.h>

struct census_container;

void container_sort(struct census_container *containers, size_t count);

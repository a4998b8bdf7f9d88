// SPDX-License-Identifier: MIT
// An address in a target. Never a pointer of ours.
#pragma once

#include <stdint.h>

typedef uint64_t addr_t;

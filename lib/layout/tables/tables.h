// SPDX-License-Identifier: MIT
// The built-in tables. To add one: generate it with leaktop layout --emit, declare it here, and list
// it in tables.c.
#pragma once

#include "layout/layout.h"

extern const struct layout layout_3_11_2;
extern const struct layout layout_3_13_5_debian;

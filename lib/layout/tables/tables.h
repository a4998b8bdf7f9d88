// SPDX-License-Identifier: MIT
// The built-in tables. To add one: generate it with leaktop layout --emit, declare it here, and list
// it in tables.c.
#pragma once

#include "layout/layout.h"
#include "target/machine.h"

extern const struct layout layout_3_8_20;
extern const struct layout layout_3_9_2;
extern const struct layout layout_3_10_15;
extern const struct layout layout_3_11_0;
extern const struct layout layout_3_11_2;
extern const struct layout layout_3_12_0;
extern const struct layout layout_3_12_1;
extern const struct layout layout_3_12_6;
extern const struct layout layout_3_12_7;
extern const struct layout layout_3_13_0;
extern const struct layout layout_3_13_5;
extern const struct layout layout_3_13_5_debian;
extern const struct layout layout_3_13_12;
extern const struct layout layout_3_13_12_debian;
extern const struct layout layout_3_13_13;
extern const struct layout layout_3_13_13_debian;
extern const struct layout layout_3_14_0;
extern const struct layout layout_3_14_2;
extern const struct layout layout_3_14_3;
extern const struct layout layout_3_14_4;
extern const struct layout layout_3_14_8;
extern const struct layout layout_3_15_0;
extern const struct layout layout_3_15_0_jit;

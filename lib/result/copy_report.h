// SPDX-License-Identifier: MIT
// How a copy of a process's memory went.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// The figures are explained in figures.def.
struct copy_report {
#define COPY(name, unit, ...) FIGURE_TYPE_##unit name;
#include "result/figures.def"
};

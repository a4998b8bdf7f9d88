// SPDX-License-Identifier: MIT
#include "heap/kind/kind.h"

#include <stddef.h>

#define KIND(name) extern const struct kind kind_##name;
#include "heap/kind/kinds.def"
#undef KIND

#define KIND(name) &kind_##name,
const struct kind *const kinds[] = {
#include "heap/kind/kinds.def"
	NULL,
};
#undef KIND

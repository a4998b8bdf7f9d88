// SPDX-License-Identifier: MIT
#include "heap/kind/kind.h"

const struct kind kind_instance = {
	.name = "instance",
	.types = (const enum well_known[]){WELL_KNOWN_object, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
};

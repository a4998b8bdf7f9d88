// SPDX-License-Identifier: MIT
#include "heap/kind/kind.h"

#include <stddef.h>

// wr_object is borrowed, and so are the links to other weak references to the same object.
const struct kind kind_weakref = {
	.name = "weakref",
	.types = (const enum well_known[]){
		WELL_KNOWN_weakref, WELL_KNOWN_weakref_proxy, WELL_KNOWN_weakref_callable_proxy,
		WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_weakref_callback, NAME___callback__},
		{FIELD_COUNT, 0},
	},
};

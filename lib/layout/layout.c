// SPDX-License-Identifier: MIT
#include "layout/layout.h"

#include <stddef.h>

#define FIELD(name, in_struct, member) [FIELD_##name] = #name,
static const char *const field_names[FIELD_COUNT] = {
#include "layout/fields.def"
};
#undef FIELD

const char *layout_field_name(enum layout_field field)
{
	return (unsigned)field < FIELD_COUNT ? field_names[field] : "unknown field";
}

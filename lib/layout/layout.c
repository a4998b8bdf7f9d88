// SPDX-License-Identifier: MIT
#include "layout/layout.h"

#include <stddef.h>

#define FIELD(name, in_struct, member) [FIELD_##name] = {#name, in_struct, member},
static const struct {
	const char *name, *in_struct, *member;
} fields[FIELD_COUNT] = {
#include "layout/fields.def"
};
#undef FIELD

const char *layout_field_name(enum layout_field field)
{
	return (unsigned)field < FIELD_COUNT ? fields[field].name : "unknown field";
}

void layout_field_place(enum layout_field field, const char **ret_struct, const char **ret_member)
{
	*ret_struct = fields[field].in_struct;
	*ret_member = fields[field].member;
}

// SPDX-License-Identifier: MIT
#include "layout/layout.h"

#include <stddef.h>
#include <string.h>

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

bool layout_field_is_of_object(enum layout_field field)
{
	static const char *const moving[] = {
		"pyruntimestate", "_is", "_ts", "_PyThreadStateImpl", "_gc_runtime_state"};
	for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++)
		if (!strcmp(fields[field].in_struct, moving[i]))
			return false;
	return true;
}

unsigned layout_count_unknown(const struct layout *layout)
{
	unsigned count = 0;
	for (int i = 0; i < FIELD_COUNT; i++)
		count += layout->field[i] == LAYOUT_UNKNOWN;
	return count;
}

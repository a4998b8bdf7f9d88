// SPDX-License-Identifier: MIT
#include "layout/linked.h"

#include "base/guard.h"

#include <stdlib.h>
#include <string.h>

enum {
	LINKS_SIZE = 16, // _ob_next, _ob_prev
	LAST_VERSION = 0x030cff,
};

// The structs of fields.def that do not begin with an object header.
static const char *const no_objects[] = {
	"BLOCK", "ElementObjectExtra", "PyGC_Head", "PyMemberDef", "_PyCFrame", "_PyCoCached",
	"_PyCodeObjectExtra", "_PyInterpreterFrame", "_PyOpcache", "_PyThreadStateImpl",
	"_dictkeysobject", "_dictvalues", "_err_stackitem", "_formatcode", "_gc_runtime_state",
	"_is", "_odictnode", "_ts", "arraydescr", "gc_generation", "gc_generation_stats",
	"gc_old_stats_buffer", "gc_stats", "gc_young_stats_buffer",
	"managed_static_type_state|static_builtin_state", "pool_header", "pyruntimestate",
	"setentry",
};

bool linked_is_possible(uint32_t version)
{
	return version <= LAST_VERSION;
}

// Whether the links move a field. A field at the start of an object is its header, or a struct that
// begins with the header (the root of an lru_cache).
static bool is_moved(const struct layout *layout, enum layout_field field)
{
	const char *name, *member;
	if (!layout_has(layout, field) || (!layout->field[field] && field != FIELD_object_refcnt))
		return false;
	layout_field_place(field, &name, &member);
	for (size_t i = 0; i < sizeof(no_objects) / sizeof(no_objects[0]); i++)
		if (!strcmp(no_objects[i], name))
			return false;
	return true;
}

enum status linked_create(const struct layout *layout, struct layout **ret, struct error *err)
{
	AUTO(layout_destroyp) struct layout *linked = malloc(sizeof(*linked));
	if (!linked)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a layout");
	*linked = *layout;
	linked->origin = NULL;
	linked->variant = "trace-refs";
	linked->runtime_size = 0;
	linked->field[FIELD_runtime_size] = LAYOUT_UNKNOWN;
	for (int i = 0; i < FIELD_COUNT; i++)
		if (is_moved(layout, (enum layout_field)i))
			linked->field[i] += LINKS_SIZE;
	*ret = take_ptr(linked);
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
// Modules. instance.c reads md_dict, at tp_dictoffset. Only the m_traverse of a C module knows what
// is in its state, so the state is scanned.
#include "heap/kind/kind.h"
#include "heap/scan.h"
#include "heap/struct.h"

#include <stddef.h>

// From 3.15 on the module has a copy of the size. Before, the size is in the definition; it is
// negative if there is no state.
static enum status module_state_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t definition;
	enum status status = STATUS_OK;
	*ret = 0;
	if (layout_has(heap->layout, FIELD_module_state_size)) {
		status = struct_read(heap, object->address, FIELD_module_state_size, ret);
	} else {
		status = struct_read(heap, object->address, FIELD_module_def, &definition);
		if (!status && definition)
			status = struct_read(heap, definition, FIELD_module_def_size, ret);
	}
	if (!status && (int64_t)*ret < 0)
		*ret = 0;
	return status;
}

static enum status module_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	addr_t state;
	uint64_t size;
	enum status status = struct_read(heap, object->address, FIELD_module_state, &state);
	if (status || !state)
		return status;
	status = module_state_size(heap, object, &size);
	return status ? status : scan_memory(heap, state, size, visitor);
}

const struct kind kind_module = {
	.name = "module",
	.types = (const enum well_known[]){WELL_KNOWN_module, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_module_name, NAME_md_name},
		{FIELD_COUNT, 0},
	},
	.edges = module_edges,
};

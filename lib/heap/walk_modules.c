// SPDX-License-Identifier: MIT
// The beginning of a walk: sys.modules, the modules, their dicts and the globals in these are met
// before anything else, so that whatever a global leads to is named after it.
#include "heap/dict_reader.h"
#include "heap/type.h"
#include "heap/walk_state.h"
#include "interp/runtime.h"

#include <string.h>

// The order of modules: names in the program are better than those that other modules import from
// it, and sys and builtins hold what everyone has.
enum rank { RANK_MAIN, RANK_OTHER, RANK_LAST, RANK_COUNT };

static enum rank module_rank(const struct heap *heap, addr_t name)
{
	if (str_equals(heap, name, "__main__"))
		return RANK_MAIN;
	if (str_equals(heap, name, "sys") || str_equals(heap, name, "builtins"))
		return RANK_LAST;
	return RANK_OTHER;
}

// Adds the values of a dict that rank asks for (RANK_COUNT: all) as children of node parent.
static void add_values(struct walk *walk, addr_t dict, uint32_t parent, enum rank rank)
{
	struct dict_reader reader;
	if (dict_reader_init(walk->heap, dict, &reader) != STATUS_OK)
		return;
	struct dict_entry entry;
	struct object object;
	while (dict_reader_next(&reader, &entry) && !walk->failure) {
		if (rank != RANK_COUNT && module_rank(walk->heap, entry.key) != rank)
			continue;
		if (object_read(walk->heap, entry.value, &object))
			walk_add(walk, entry.value, parent);
	}
}

// The dict of a module; 0 where the object is none. Programs may put anything into sys.modules.
static addr_t module_dict(const struct heap *heap, addr_t module)
{
	struct object object, dict;
	addr_t address;
	if (!object_read(heap, module, &object) || !object.type->kind->types ||
		object.type->kind->types[0] != WELL_KNOWN_module)
		return 0;
	if (!image_read_u64(heap->image, module + heap_field(heap, FIELD_module_dict), &address) ||
		!object_read(heap, address, &dict) || !(dict.type->flags & TYPE_FLAG_DICT))
		return 0;
	return address;
}

// The dict of an interpreter's modules is a root; what it holds are modules.
static void add_interpreter(struct walk *walk, size_t interpreter)
{
	addr_t modules = walk->interpreters[interpreter].modules;
	struct object object;
	if (!object_read(walk->heap, modules, &object) || !(object.type->flags & TYPE_FLAG_DICT))
		return;
	uint32_t root = (uint32_t)walk->nodes.count;
	walk_add_root(walk, modules, "sys.modules", interpreter);
	if (walk->nodes.count == root)
		return;
	uint32_t first_module = root + 1;
	for (enum rank rank = 0; rank < RANK_COUNT; rank++)
		add_values(walk, modules, root, rank);

	uint32_t first_dict = (uint32_t)walk->nodes.count;
	for (uint32_t i = first_module; i < first_dict; i++) {
		addr_t dict = module_dict(walk->heap, walk_nodes(walk)[i].address);
		if (dict)
			walk_add(walk, dict, i);
	}
	uint32_t first_global = (uint32_t)walk->nodes.count;
	for (uint32_t i = first_dict; i < first_global; i++)
		add_values(walk, walk_nodes(walk)[i].address, i, RANK_COUNT);
}

void walk_add_modules(struct walk *walk)
{
	for (size_t i = 0; i < walk->interpreter_count && !walk->failure; i++)
		add_interpreter(walk, i);
}

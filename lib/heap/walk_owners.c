// SPDX-License-Identifier: MIT
// To whom an object belongs, where several interpreters share a process. What an interpreter's
// collector tracks is its own; whatever else is met belongs to whom it was met from. Objects in
// static data are there once for all (types, small ints, None): they count with the main one.
#include "heap/owners.h"
#include "heap/type.h"
#include "heap/walk_state.h"
#include "interp/runtime.h"

static const size_t MAIN = 0;

// CPython 3.8 has one collector for all interpreters (interpreters.c): nothing is known from it.
static bool has_own_collectors(const struct walk *walk)
{
	for (size_t i = 0; i < walk->interpreter_count; i++)
		if (!walk->interpreters[i].generation_count)
			return false;
	return true;
}

enum status walk_begin_owners(struct walk *walk)
{
	if (walk->interpreter_count <= 1)
		return STATUS_OK;
	walk->has_owners = true;
	enum status status = owners_init(&walk->owners, walk->interpreter_count);
	size_t listed = has_own_collectors(walk) ? walk->interpreter_count : 0;
	enumerator_init(
		&walk->tracked, ENUMERATE_TRACKED, walk->heap, walk->interpreters, listed);
	const struct capture *capture = types_capture(walk->heap->types);
	if (!status && capture && static_data_read(capture, &walk->static_data) == STATUS_NO_MEMORY)
		status = STATUS_NO_MEMORY;
	return status;
}

bool walk_tag_tracked(struct walk *walk, size_t *budget)
{
	struct found found;
	if (!walk->has_owners)
		return false;
	while (*budget && !walk->failure) {
		if (!enumerator_next(&walk->tracked, &found))
			return false;
		--*budget;
		if (owners_set(&walk->owners, found.address, found.interpreter))
			walk_fail(walk);
	}
	return true;
}

static size_t owner_of_parent(const struct walk *walk, uint32_t parent)
{
	size_t owner = MAIN;
	if (parent >= WALK_ROOT)
		return walk_root_interpreter(walk, parent);
	// A parent was met before, so it has one.
	owners_get(&walk->owners, walk_nodes(walk)[parent].address, &owner);
	return owner;
}

size_t walk_find_owner(struct walk *walk, const struct node *node)
{
	size_t owner = MAIN;
	if (owners_get(&walk->owners, node->address, &owner))
		return owner;
	owner = owner_of_parent(walk, node->parent);
	if (owner != MAIN && static_data_has(&walk->static_data, node->address))
		owner = MAIN;
	if (owners_set(&walk->owners, node->address, owner))
		walk_fail(walk);
	return owner;
}

// SPDX-License-Identifier: MIT
// Where a walk begins besides the modules: what interpreters and threads hold.
#include "base/guard.h"
#include "base/text.h"
#include "heap/walk_state.h"
#include "interp/roots.h"
#include "interp/runtime.h"

#include <stdlib.h>
#include <string.h>

uint32_t walk_add_label(struct walk *walk, const char *label, size_t interpreter)
{
	void *item;
	char *copy = strdup(label);
	if (!copy || array_add(&walk->roots, sizeof(struct walk_root), &item)) {
		free(copy);
		walk_fail(walk);
		return 0;
	}
	*(struct walk_root *)item = (struct walk_root){copy, (uint32_t)interpreter};
	return (uint32_t)(walk->roots.count - 1);
}

void walk_add_root(struct walk *walk, addr_t address, const char *label, size_t interpreter)
{
	if (visited_has(&walk->visited, address) || !walk_is_certain(walk, address))
		return;
	uint32_t root = walk_add_label(walk, label, interpreter);
	if (!walk->failure)
		walk_add(walk, address, WALK_ROOT + root);
}

// Passes on the roots that belong to the stage that begins.
struct stage_visitor {
	struct root_visitor base; // first
	struct walk *walk;
	size_t interpreter; // whose roots these are
};

static enum walk_stage root_stage(enum root_kind kind)
{
	if (kind == ROOT_TYPE)
		return STAGE_TYPES;
	return kind == ROOT_STRINGS ? STAGE_STRINGS : STAGE_ROOTS;
}

// What lies on a stack beyond its depth may be in use, or left over and by chance the address of
// something new. Only what the collector has too is believed: strings that come and go with each
// sample would look like growth.
static bool is_tracked_object(const struct walk *walk, addr_t address)
{
	struct object object;
	return object_read(walk->heap, address, &object) && object_is_tracked(walk->heap, &object);
}

static void add_labelled(
	struct stage_visitor *stage, addr_t to, const struct root_id *id)
{
	struct walk *walk = stage->walk;
	const struct heap *heap = walk->heap;
	AUTO(text_deinit) struct text label = {0};
	if (visited_has(&walk->visited, to) || !walk_is_certain(walk, to))
		return;
	const char *name = id->kind == ROOT_THREAD
		? thread_names_find(&walk->thread_names, id->detail) : NULL;
	roots_label(heap->runtime, heap->image, id, name, &label);
	if (label.failed)
		walk_fail(walk);
	else
		walk_add_root(walk, to, label.bytes, stage->interpreter);
}

static void stage_root(struct root_visitor *visitor, addr_t to, const struct root_id *id)
{
	struct stage_visitor *stage = (struct stage_visitor *)visitor;
	struct walk *walk = stage->walk;
	if (root_stage(id->kind) != walk->stage || walk->failure)
		return;
	if (id->kind != ROOT_STALE || is_tracked_object(walk, to))
		add_labelled(stage, to, id);
}

void walk_add_roots(struct walk *walk)
{
	const struct heap *heap = walk->heap;
	struct stage_visitor visitor = {
		.base = {.root = stage_root},
		.walk = walk,
	};
	for (size_t i = 0; i < walk->interpreter_count; i++) {
		visitor.interpreter = i;
		enum status status = roots_visit(
			heap->runtime, heap->image, &walk->interpreters[i], &visitor.base);
		if (status == STATUS_NO_MEMORY)
			walk_fail(walk);
		else if (status && walk->stage == STAGE_ROOTS)
			walk->unreadable++;
	}
}

void walk_name_threads(struct walk *walk)
{
	for (size_t i = 0; i < walk->interpreter_count; i++)
		if (thread_names_add(&walk->thread_names, walk->heap, &walk->interpreters[i]))
			walk_fail(walk);
}

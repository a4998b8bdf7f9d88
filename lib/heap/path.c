// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "heap/instance.h"
#include "heap/path_step.h"
#include "heap/type.h"
#include "heap/walk_state.h"

#include <stdlib.h>
#include <string.h>

enum {
	STEPS_NEAR_ROOT = 16, // of a long way (a linked list) only its ends are looked at
	STEPS_NEAR_END = 16,
	PATH_MAX_BYTES = 200,
	PATH_HEAD_BYTES = 120, // of a long path, in front of the dots
};

// The nodes of a way, the root's child first. Of a long one the middle is left out.
struct way {
	uint32_t nodes[STEPS_NEAR_ROOT + STEPS_NEAR_END];
	size_t count;
	size_t cut; // nodes[cut] is not a child of nodes[cut - 1]; 0: nothing was left out
	uint32_t root;
};

static size_t way_length(const struct walk *walk, uint32_t node)
{
	size_t length = 1;
	for (; walk_nodes(walk)[node].parent < WALK_ROOT; node = walk_nodes(walk)[node].parent)
		length++;
	return length;
}

// A parent always comes before its children, so this ends.
static void way_climb(const struct walk *walk, uint32_t node, struct way *way)
{
	const size_t most = STEPS_NEAR_ROOT + STEPS_NEAR_END;
	size_t length = way_length(walk, node);
	size_t left_out = length > most ? length - most : 0;
	*way = (struct way){.count = length - left_out, .cut = left_out ? STEPS_NEAR_ROOT : 0};
	for (size_t i = length; i-- > 0; node = walk_nodes(walk)[node].parent) {
		if (i < STEPS_NEAR_ROOT || !left_out)
			way->nodes[i] = node;
		else if (i >= STEPS_NEAR_ROOT + left_out)
			way->nodes[i - left_out] = node;
		way->root = walk_nodes(walk)[node].parent;
	}
}

// Looks for the first edge that leads to an address.
struct step_finder {
	struct visitor base; // first
	addr_t to;
	bool found;
	struct path_step step;
};

static void step_finder_edge(
	struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	struct step_finder *finder = (struct step_finder *)visitor;
	if (to != finder->to || finder->found)
		return;
	finder->found = true;
	finder->step = (struct path_step){edge, detail};
}

// False where no edge leads there any more that did in the walk: object_edges() says the same
// twice, so parent and child are then the walk's own idea.
static bool find_step(const struct walk *walk, uint32_t from, uint32_t to, struct path_step *ret)
{
	struct object object;
	if (!object_read(walk->heap, walk_nodes(walk)[from].address, &object))
		return false;
	struct step_finder finder = {
		.base = {.edge = step_finder_edge}, .to = walk_nodes(walk)[to].address};
	enum status status = object_edges(walk->heap, &object, &finder.base);
	(void)status; // what could be read was reported, and that is what the walk had too
	*ret = finder.step;
	return finder.found;
}

static bool is_modules_root(const struct walk *walk, const struct way *way)
{
	return !strcmp(walk_root_label(walk, way->root), "sys.modules");
}

static void add_way(
	const struct walk *walk, const struct way *way, bool with_values, struct text *text)
{
	enum path_names names = PATH_DATA;
	text_add(text, walk_root_label(walk, way->root));
	for (size_t i = 1; i < way->count; i++) {
		struct path_step step;
		if (i == way->cut) {
			text_add(text, "...");
			names = PATH_DATA;
			continue;
		}
		if (!find_step(walk, way->nodes[i - 1], way->nodes[i], &step)) {
			text_add(text, ".<?>");
			names = PATH_DATA;
			continue;
		}
		bool is_last = i + 1 == way->count;
		if (i == 1 && step.edge == EDGE_VALUE && is_modules_root(walk, way)) {
			text->length = 0;
			path_name_add(walk->heap, step.detail, text);
		} else if (path_step_names(&step) != PATH_ATTRIBUTES || is_last) {
			path_step_add(walk->heap, &step, names, with_values, text);
		}
		names = path_step_names(&step);
	}
}

static bool begins_character(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

// Adds the path, of a long one only its ends.
static void add_short(const char *path, struct text *text)
{
	size_t length = strlen(path);
	if (length <= PATH_MAX_BYTES) {
		text_add_bytes(text, path, length);
		return;
	}
	size_t head = PATH_HEAD_BYTES;
	while (!begins_character(path[head]))
		head--;
	size_t tail = length - (PATH_MAX_BYTES - PATH_HEAD_BYTES - strlen("..."));
	while (!begins_character(path[tail]))
		tail++;
	text_add_bytes(text, path, head);
	text_add(text, "...");
	text_add_bytes(text, path + tail, length - tail);
}

enum status walk_describe_path(
	const struct walk *walk, uint32_t node, bool with_values, struct text *text)
{
	struct way way;
	way_climb(walk, node, &way);
	AUTO(text_deinit) struct text path = {0};
	add_way(walk, &way, with_values, &path);
	if (path.failed)
		return STATUS_NO_MEMORY;
	add_short(path.bytes ? path.bytes : "", text);
	return text->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

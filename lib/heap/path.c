// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "base/utf8.h"
#include "heap/path_step.h"
#include "heap/path_steps.h"
#include "heap/walk_state.h"

#include <inttypes.h>
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

// Asks for every step of a way.
static enum status way_want_steps(
	const struct walk *walk, const struct way *way, struct path_steps *steps)
{
	enum status status = STATUS_OK;
	for (size_t i = 1; !status && i < way->count; i++)
		if (i != way->cut)
			status = path_steps_want(steps, walk, way->nodes[i - 1], way->nodes[i]);
	return status;
}

static bool is_modules_root(const struct walk *walk, const struct way *way)
{
	return !strcmp(walk_root_label(walk, way->root), "sys.modules");
}

// The root's label. Names are unique in an interpreter only: those of all but the main one begin
// with its id, as in "<interpreter 2>.__main__.cache" (census_local_path() takes that away again).
// *ret_begin: where its own names do.
static void add_root(const struct walk *walk, uint32_t root, struct text *text, size_t *ret_begin)
{
	int64_t id = walk->interpreters[walk_root_interpreter(walk, root)].id;
	if (id)
		text_add_format(text, "<interpreter %" PRId64 ">.", id);
	*ret_begin = text->length;
	text_add(text, walk_root_label(walk, root));
}

static void add_way(const struct walk *walk, const struct way *way, const struct path_steps *steps,
	bool with_values, struct text *text)
{
	enum path_names names = PATH_DATA;
	size_t begin;
	add_root(walk, way->root, text, &begin);
	for (size_t i = 1; i < way->count; i++) {
		struct path_step step;
		if (i == way->cut) {
			text_add(text, "...");
			names = PATH_DATA;
			continue;
		}
		if (!path_steps_get(steps, walk, way->nodes[i - 1], way->nodes[i], &step)) {
			text_add(text, ".<?>");
			names = PATH_DATA;
			continue;
		}
		bool is_last = i + 1 == way->count;
		if (i == 1 && step.edge == EDGE_VALUE && is_modules_root(walk, way)) {
			text->length = begin;
			path_name_add(walk->heap, step.detail, text);
		} else if (path_step_names(&step) != PATH_ATTRIBUTES || is_last) {
			path_step_add(walk->heap, &step, names, with_values, text);
		}
		names = path_step_names(&step);
	}
}

// Adds the path, of a long one only its ends.
static void add_short(const char *path, struct text *text)
{
	size_t length = strlen(path);
	if (length <= PATH_MAX_BYTES) {
		text_add_bytes(text, path, length);
		return;
	}
	size_t head = utf8_cut(path, PATH_HEAD_BYTES);
	size_t tail = length - (PATH_MAX_BYTES - PATH_HEAD_BYTES - strlen("..."));
	while (!utf8_begins(path[tail]))
		tail++;
	text_add_bytes(text, path, head);
	text_add(text, "...");
	text_add_bytes(text, path + tail, length - tail);
}

static enum status describe(const struct walk *walk, uint32_t node, const struct path_steps *steps,
	bool with_values, struct text *text)
{
	struct way way;
	way_climb(walk, node, &way);
	AUTO(text_deinit) struct text path = {0};
	add_way(walk, &way, steps, with_values, &path);
	if (path.failed)
		return STATUS_NO_MEMORY;
	add_short(path.bytes ? path.bytes : "", text);
	return text->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status find_steps(
	const struct walk *walk, const uint32_t *nodes, size_t count, struct path_steps *steps)
{
	for (size_t i = 0; i < count; i++) {
		struct way way;
		way_climb(walk, nodes[i], &way);
		enum status status = way_want_steps(walk, &way, steps);
		if (status)
			return status;
	}
	path_steps_find(steps, walk);
	return STATUS_OK;
}

enum status walk_describe_path(
	const struct walk *walk, uint32_t node, bool with_values, struct text *text)
{
	AUTO(path_steps_deinit) struct path_steps steps = {0};
	enum status status = find_steps(walk, &node, 1, &steps);
	return status ? status : describe(walk, node, &steps, with_values, text);
}

enum status walk_describe_paths(
	const struct walk *walk, const uint32_t *nodes, size_t count, bool with_values, char **ret)
{
	AUTO(path_steps_deinit) struct path_steps steps = {0};
	enum status status = find_steps(walk, nodes, count, &steps);
	size_t done = 0;
	while (!status && done < count) {
		AUTO(text_deinit) struct text path = {0};
		status = describe(walk, nodes[done], &steps, with_values, &path);
		char *string = status ? NULL : text_take(&path);
		if (string)
			ret[done++] = string;
		else
			status = STATUS_NO_MEMORY;
	}
	while (status && done)
		free(ret[--done]);
	return status;
}

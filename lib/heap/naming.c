// SPDX-License-Identifier: MIT
#include "heap/naming.h"

#include "base/guard.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/vector.h"
#include "heap/instance.h"
#include "heap/thread_names.h"
#include "heap/type.h"
#include "heap/walk.h"
#include "interp/runtime.h"
#include "interp/static_data.h"
#include "python/int.h"
#include "python/str.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAME_MAX_CHARACTERS = 64,
	STEPS_NEAR_ROOT = 16, // only both ends of a long path (a linked list) are written
	STEPS_NEAR_END = 16,
	PATH_MAX_BYTES = 200,
	PATH_HEAD_BYTES = 120, // of a long path, before the dots
};

// --- One step: how Python would write the reference from an object to another ---

enum naming_keys naming_keys_behind(const struct naming_step *step)
{
	if (step->edge != EDGE_FIELD)
		return NAMING_DATA;
	switch (step->detail) {
	case NAME___dict__:
		return NAMING_ATTRIBUTES;
	case NAME___globals__:
	case NAME___builtins__:
	case NAME___kwdefaults__:
	case NAME___annotations__:
	case NAME_f_globals:
	case NAME_f_builtins:
	case NAME_f_locals:
		return NAMING_GLOBALS;
	default:
		return NAMING_DATA;
	}
}

void naming_add_name(const struct heap *heap, addr_t str, struct text *text)
{
	AUTO(text_deinit) struct text name = {0};
	enum status status =
		str_add(&heap->python, str, NAME_MAX_CHARACTERS, &name);
	text_add(text, status || !name.length ? "?" : name.bytes);
}

// Whether Python would accept the text as a name; assumes that letters outside of ASCII are valid.
static bool is_identifier(const char *name)
{
	if (!*name || isdigit((unsigned char)*name))
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_' &&
			!((unsigned char)*name & 0x80))
			return false;
	return true;
}

static void add_attribute(const struct heap *heap, addr_t str, struct text *text)
{
	AUTO(text_deinit) struct text name = {0};
	if (str)
		naming_add_name(heap, str, &name);
	bool is_plain = name.bytes && is_identifier(name.bytes);
	text_add_format(text, is_plain ? ".%s" : ".<%s>", name.bytes ? name.bytes : "?");
}

static void add_slot(const struct heap *heap, addr_t name_address, struct text *text)
{
	AUTO(freep) char *name = NULL;
	text_add(text, ".");
	if (memory_c_string(&heap->python.memory, name_address, TYPE_NAME_MAX_BYTES, &name))
		text_add(text, "<slot>");
	else
		text_add_foreign(text, name, strnlen(name, NAME_MAX_CHARACTERS));
}

bool naming_add_plain(const struct heap *heap, addr_t address, struct text *text)
{
	struct object object;
	int64_t number;
	if (!object_read(heap, address, &object))
		return false;
	const char *type = object.type->name;
	if (object.type->flags & TYPE_FLAG_STR) {
		text_add(text, "\"");
		naming_add_name(heap, address, text);
		text_add(text, "\"");
	} else if (!strcmp(type, "NoneType")) {
		text_add(text, "None");
	} else if (int_read_value(&heap->python, address, &number)) {
		return false;
	} else if (!strcmp(type, "bool")) {
		text_add(text, number ? "True" : "False");
	} else {
		text_add_format(text, "%" PRId64, number);
	}
	return true;
}

// Adds a data key as a person would write it.
static void add_key(const struct heap *heap, addr_t key, struct text *text)
{
	struct object object;
	if (naming_add_plain(heap, key, text))
		return;
	if (object_read(heap, key, &object))
		text_add_format(text, "<%s>", object.type->name);
	else
		text_add(text, "?");
}

static void add_value(const struct heap *heap, addr_t key, enum naming_keys keys, bool with_values,
	struct text *text)
{
	if (keys == NAMING_ATTRIBUTES) {
		add_attribute(heap, key, text);
		return;
	}
	text_add(text, "[");
	if (keys == NAMING_GLOBALS || with_values)
		add_key(heap, key, text);
	else
		text_add(text, "...");
	text_add(text, "]");
}

void naming_add_step(const struct heap *heap, const struct naming_step *step,
	enum naming_keys keys, bool with_values, struct text *text)
{
	switch (step->edge) {
	case EDGE_FIELD:
		text_add_format(text, ".%s", field_name_text(step->detail));
		break;
	case EDGE_ATTRIBUTE:
	case EDGE_LOCAL:
		add_attribute(heap, step->detail, text);
		break;
	case EDGE_SLOT:
		add_slot(heap, step->detail, text);
		break;
	case EDGE_INDEX:
		text_add_format(text, "[%" PRIu64 "]", step->detail);
		break;
	case EDGE_KEY:
		text_add(text, ".<key>");
		break;
	case EDGE_VALUE:
		add_value(heap, step->detail, keys, with_values, text);
		break;
	case EDGE_ELEMENT:
		text_add(text, "{...}");
		break;
	case EDGE_STACK:
		text_add_format(text, ".<stack %" PRIu64 ">", step->detail);
		break;
	case EDGE_OPAQUE:
		text_add_format(text, ".<+%" PRIu64 ">", step->detail);
		break;
	case EDGE_TYPE:
		text_add(text, ".__class__");
		break;
	}
}

// --- The steps of many paths, found together: the references of each object on a path are listed
// once, however many paths lead through it, since it may have millions ---

struct wanted_step {
	addr_t to;
	uint32_t from; // node
	bool found;
	struct naming_step step;
};

VECTOR(wanted_steps, struct wanted_step)

struct naming {
	const struct walk *walk;
	const struct heap *heap;
	bool with_values;
	struct wanted_steps steps;
	struct thread_names thread_names;
};

static void naming_deinit(struct naming *naming)
{
	wanted_steps_deinit(&naming->steps);
	thread_names_deinit(&naming->thread_names);
}

// Requests the reference from one node to another.
static enum status want_step(struct naming *naming, uint32_t from, uint32_t to)
{
	return wanted_steps_add(&naming->steps,
		(struct wanted_step){.from = from, .to = walk_node(naming->walk, to).address});
}

static int compare_steps(const void *left, const void *right)
{
	const struct wanted_step *a = left, *b = right;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->to > b->to) - (a->to < b->to);
}

// Paths that share steps request them more than once.
static void remove_duplicates(struct wanted_steps *steps)
{
	size_t kept = 0;
	for (size_t i = 0; i < steps->count; i++)
		if (!i || compare_steps(&steps->items[i], &steps->items[kept - 1]))
			steps->items[kept++] = steps->items[i];
	steps->count = kept;
}

// Looks for the references to some addresses among those of one object. A few bits of an address
// tell that most references are not wanted.
struct step_finder {
	struct visitor base; // first
	struct wanted_step *steps;
	size_t count;
	uint64_t filter[16];
};

static unsigned filter_bit(addr_t address)
{
	return address * UINT64_C(0x9e3779b97f4a7c15) >> 54;
}

static int compare_address(const void *key, const void *item)
{
	addr_t address = *(const addr_t *)key, to = ((const struct wanted_step *)item)->to;
	return (address > to) - (address < to);
}

static void step_finder_edge(struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	struct step_finder *finder = (struct step_finder *)visitor;
	unsigned bit = filter_bit(to);
	if (!(finder->filter[bit / 64] >> bit % 64 & 1))
		return;
	struct wanted_step *step =
		bsearch(&to, finder->steps, finder->count, sizeof(*finder->steps), compare_address);
	if (!step || step->found)
		return;
	step->found = true;
	step->step = (struct naming_step){edge, detail};
}

// Finds the steps that leave one node.
static void find_from(const struct naming *naming, struct wanted_step *steps, size_t count)
{
	struct step_finder finder = {
		.base = {.edge = step_finder_edge}, .steps = steps, .count = count};
	for (size_t i = 0; i < count; i++) {
		unsigned bit = filter_bit(steps[i].to);
		finder.filter[bit / 64] |= UINT64_C(1) << bit % 64;
	}
	struct object object;
	if (!object_read(naming->heap, walk_node(naming->walk, steps->from).address, &object))
		return;
	// Whatever the status is, everything readable is reported, as it was in the walk.
	enum status status = object_edges(naming->heap, &object, &finder.base);
	(void)status;
}

// Finds all steps that were requested.
static void find_steps(struct naming *naming)
{
	wanted_steps_sort(&naming->steps, compare_steps);
	remove_duplicates(&naming->steps);
	const struct wanted_steps *steps = &naming->steps;
	size_t begin = 0;
	for (size_t end = 1; end <= steps->count; end++) {
		if (end < steps->count && steps->items[end].from == steps->items[begin].from)
			continue;
		find_from(naming, steps->items + begin, end - begin);
		begin = end;
	}
}

// The first reference from one node to the other; NULL: there is none.
static const struct naming_step *find_step(const struct naming *naming, uint32_t from, uint32_t to)
{
	struct wanted_step key = {.from = from, .to = walk_node(naming->walk, to).address};
	const struct wanted_step *step = wanted_steps_find(&naming->steps, &key, compare_steps);
	return step && step->found ? &step->step : NULL;
}

// --- Ways ---

// The nodes of a path, the root's child first. The middle of a long path is left out.
struct way {
	uint32_t nodes[STEPS_NEAR_ROOT + STEPS_NEAR_END];
	size_t count;
	size_t cut; // nodes[cut] is not a child of nodes[cut - 1]; 0: nothing was left out
	uint32_t root;
};

static size_t way_length(const struct walk *walk, uint32_t node)
{
	size_t length = 1;
	for (; (node = walk_node(walk, node).parent) < GRAPH_ROOT;)
		length++;
	return length;
}

// This ends, because a parent has a smaller number than its children.
static void way_climb(const struct walk *walk, uint32_t node, struct way *way)
{
	const size_t most = STEPS_NEAR_ROOT + STEPS_NEAR_END;
	size_t length = way_length(walk, node);
	size_t left_out = length > most ? length - most : 0;
	*way = (struct way){.count = length - left_out, .cut = left_out ? STEPS_NEAR_ROOT : 0};
	for (size_t i = length; i-- > 0; node = way->root) {
		if (i < STEPS_NEAR_ROOT || !left_out)
			way->nodes[i] = node;
		else if (i >= STEPS_NEAR_ROOT + left_out)
			way->nodes[i - left_out] = node;
		way->root = walk_node(walk, node).parent;
	}
}

// Requests every step of a path.
static enum status want_way(struct naming *naming, const struct way *way)
{
	enum status status = STATUS_OK;
	for (size_t i = 1; !status && i < way->count; i++)
		if (i != way->cut)
			status = want_step(naming, way->nodes[i - 1], way->nodes[i]);
	return status;
}

// "<static data of libpython3.11.so.1.0>"
static void add_static(const struct walk *walk, addr_t start, struct text *text)
{
	const struct static_data *data = walk_static_data(walk);
	const char *name = "?";
	for (size_t i = 0; i < data->count; i++)
		if (data->ranges[i].start == start)
			name = data->ranges[i].name;
	text_add_format(text, "<static data of %s>", name);
}

void naming_add_root(const struct walk *walk, const struct thread_names *threads, uint32_t number,
	struct text *text, size_t *ret_begin)
{
	const struct walk_root *root = walk_root(walk, number);
	size_t count;
	int64_t id = walk_interpreters(walk, &count)[root->interpreter].id;
	if (id)
		text_add_format(text, "<interpreter %" PRId64 ">.", id);
	*ret_begin = text->length;
	const char *thread = NULL;
	switch (root->id.kind) {
	case ROOT_STATIC:
		add_static(walk, root->id.holder, text);
		return;
	case ROOT_COLLECTOR:
		text_add(text, "<collector>");
		return;
	case ROOT_THREAD:
		thread = thread_names_find(threads, root->id.detail);
		break;
	default:
		break;
	}
	roots_label(&walk_heap(walk)->python, &root->id, thread, text);
}

static void add_way(const struct naming *naming, const struct way *way, struct text *text)
{
	enum naming_keys keys = NAMING_DATA;
	size_t begin;
	naming_add_root(naming->walk, &naming->thread_names, way->root, text, &begin);
	bool is_module = walk_root(naming->walk, way->root)->id.kind == ROOT_MODULES;
	for (size_t i = 1; i < way->count; i++) {
		const struct naming_step *step = NULL;
		if (i != way->cut)
			step = find_step(naming, way->nodes[i - 1], way->nodes[i]);
		if (!step) {
			text_add(text, i == way->cut ? "..." : ".<?>");
			keys = NAMING_DATA;
			continue;
		}
		bool is_last = i + 1 == way->count;
		if (i == 1 && step->edge == EDGE_VALUE && is_module) {
			text->length = begin;
			naming_add_name(naming->heap, step->detail, text);
		} else if (naming_keys_behind(step) != NAMING_ATTRIBUTES || is_last) {
			naming_add_step(naming->heap, step, keys, naming->with_values, text);
		}
		keys = naming_keys_behind(step);
	}
}

void naming_add_short(const char *path, struct text *text)
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

enum status naming_find_threads(const struct walk *walk, struct thread_names *threads)
{
	size_t count;
	const struct interpreter *interpreters = walk_interpreters(walk, &count);
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < count; i++)
		status = thread_names_add(threads, walk_heap(walk), &interpreters[i]);
	return status;
}

// Finds what is needed before paths are written.
static enum status prepare(struct naming *naming, const uint32_t *nodes, size_t count)
{
	enum status status = STATUS_OK;
	bool has_thread = false;
	for (size_t i = 0; !status && i < count; i++) {
		struct way way;
		way_climb(naming->walk, nodes[i], &way);
		has_thread |= walk_root(naming->walk, way.root)->id.kind == ROOT_THREAD;
		status = want_way(naming, &way);
	}
	if (!status && has_thread)
		status = naming_find_threads(naming->walk, &naming->thread_names);
	if (!status)
		find_steps(naming);
	return status;
}

static enum status describe(const struct naming *naming, uint32_t node, struct text *text)
{
	struct way way;
	way_climb(naming->walk, node, &way);
	AUTO(text_deinit) struct text path = {0};
	add_way(naming, &way, &path);
	if (path.failed)
		return STATUS_NO_MEMORY;
	naming_add_short(path.bytes ? path.bytes : "", text);
	return text->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static struct naming begin(const struct walk *walk, bool with_values)
{
	return (struct naming){.walk = walk, .heap = walk_heap(walk), .with_values = with_values};
}

enum status naming_path(
	const struct walk *walk, uint32_t node, bool with_values, struct text *text)
{
	AUTO(naming_deinit) struct naming naming = begin(walk, with_values);
	enum status status = prepare(&naming, &node, 1);
	return status ? status : describe(&naming, node, text);
}

enum status naming_paths(
	const struct walk *walk, const uint32_t *nodes, size_t count, bool with_values, char **ret)
{
	AUTO(naming_deinit) struct naming naming = begin(walk, with_values);
	enum status status = prepare(&naming, nodes, count);
	size_t done = 0;
	while (!status && done < count) {
		AUTO(text_deinit) struct text path = {0};
		status = describe(&naming, nodes[done], &path);
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

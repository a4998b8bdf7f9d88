// SPDX-License-Identifier: MIT
#include "heap/holders.h"

#include "base/big_array.h"
#include "base/guard.h"
#include "base/map.h"
#include "base/text.h"
#include "graph/dominators.h"
#include "graph/graph.h"
#include "heap/lookup.h"
#include "heap/naming.h"
#include "heap/thread_names.h"
#include "heap/walk.h"
#include "result/references.h"

#include <stdlib.h>
#include <string.h>

enum {
	STEPS_MAX = 32,	 // the rest of a longer path is "..."
	REPEATS_MAX = 3, // if more equal steps follow each other (a linked list), also
};

// Notes on a node.
enum {
	IS_SUBJECT = 1 << 0,
	IS_SOURCE = 1 << 1,   // has an edge to a subject
	IS_NEEDED = 1 << 2,   // a source, or on the path to one
	IS_RETAINED = 1 << 3, // a subject, or something that a subject dominates
	IS_FREE = 1 << 4,     // no subject dominates it
	KEYS_SHIFT = 5,	      // two bits: enum naming_keys
	IS_HELD = 1 << 7,     // a subject that is certain to be held
};

// Paths to nodes that are written in the same way. They form a tree.
struct way {
	uint32_t number; // + 1
	uint32_t above;	 // number of the path without its last step; GRAPH_NONE: the label is of a root
	uint32_t label;
	uint32_t steps;
	uint32_t repeats;  // how many labels before this one are the same
	bool has_more;	   // the label is "...", which stands for any number of labels:
	uint32_t repeated; // this one; GRAPH_NONE: any
	enum root_kind root;
	uint64_t count; // of references to the subject
};

MAP_U64(ways, struct way) // by way above and label
MAP_U64(label_numbers, uint32_t) // of a step, by what tells it from others: the number + 1
MAP_STRING(labels, uint32_t) // the number + 1, which is the place of the entry; keys are owned
MAP_U64(referrer_counts, uint64_t) // by type and label

struct holders {
	const struct lookup *lookup;
	const struct walk *walk;
	const struct graph *graph;

	// By node.
	struct big_array notes; // of uint8_t
	// Of uint32_t: the position of a node in a depth-first search of the tree of parents, and
	// the end of the nodes below it.
	struct big_array firsts, ends;
	struct big_array way_numbers; // of uint32_t: first the edge from the parent, then the way

	struct thread_names threads;
	bool has_threads;
	struct label_numbers label_numbers;
	struct labels labels;
	struct ways ways;
	struct referrer_counts referrer_counts;
};

static void holders_deinit(struct holders *holders)
{
	big_array_deinit(&holders->notes);
	big_array_deinit(&holders->firsts);
	big_array_deinit(&holders->ends);
	big_array_deinit(&holders->way_numbers);
	thread_names_deinit(&holders->threads);
	label_numbers_deinit(&holders->label_numbers);
	vector_for_each(label, &holders->labels)
		free((char *)label->key);
	labels_deinit(&holders->labels);
	ways_deinit(&holders->ways);
	referrer_counts_deinit(&holders->referrer_counts);
}

static uint8_t *notes_of(const struct holders *holders)
{
	return holders->notes.items;
}

static uint32_t *numbers_of(const struct big_array *array)
{
	return array->items;
}

// --- The subject ---

// Marks all objects whose type has that name. STATUS_NOT_FOUND: there are none.
static enum status mark_type(struct holders *holders, const char *name)
{
	const struct graph *graph = holders->graph;
	AUTO(freep) bool *has_name = calloc(graph->type_list.count + 1, sizeof(*has_name));
	if (!has_name)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < graph->type_list.count; i++)
		has_name[i] = !strcmp(graph->type_list.items[i].name, name);
	enum status status = STATUS_NOT_FOUND;
	for (uint32_t node = 0; node < graph->node_count; node++) {
		uint32_t type = graph_node(graph, node)->type;
		if (type >= graph->type_list.count || !has_name[type])
			continue;
		notes_of(holders)[node] |= IS_SUBJECT;
		status = STATUS_OK;
	}
	return status;
}

static bool is_class_called(const struct graph *graph, uint32_t node, const char *name)
{
	vector_for_each(type, &graph->type_list)
		if (type->node == node && !strcmp(type->name, name))
			return true;
	return false;
}

static enum status mark_subject(struct holders *holders, const char *subject, struct error *err)
{
	struct error why = {""};
	uint32_t node;
	enum status found = lookup_find(holders->lookup, subject, &node, &why), of_type;
	if (!found && !is_class_called(holders->graph, node, subject)) {
		notes_of(holders)[node] |= IS_SUBJECT;
		return STATUS_OK;
	}
	if (found == STATUS_NO_MEMORY)
		return error_set(err, found, "%s", why.message);
	of_type = mark_type(holders, subject);
	if (of_type == STATUS_NO_MEMORY)
		return error_set(err, of_type, "cannot allocate a list of types");
	if (of_type && !found)
		notes_of(holders)[node] |= IS_SUBJECT; // a class without objects
	else if (of_type && found == STATUS_NOT_FOUND && strncmp(subject, "0x", 2))
		return error_set(err, found, "%s, and there is no object of a type '%s'",
			why.message, subject);
	else if (of_type)
		return error_set(err, found, "%s", why.message);
	return STATUS_OK;
}

// Whether the node is a subject or a subject dominates it. Nodes without an answer are visited
// once.
static bool is_retained(struct holders *holders, uint32_t node)
{
	const struct dominators *dominators = holders->lookup->dominators;
	uint8_t *notes = notes_of(holders);
	uint32_t at = node;
	while (at < GRAPH_ROOT && !(notes[at] & (IS_SUBJECT | IS_RETAINED | IS_FREE)))
		at = dominators_idom(dominators, at);
	bool retained = at < GRAPH_ROOT && notes[at] & (IS_SUBJECT | IS_RETAINED);
	for (; node != at; node = dominators_idom(dominators, node))
		notes[node] |= retained ? IS_RETAINED : IS_FREE;
	return retained;
}

static enum status describe_subject(
	struct holders *holders, const char *subject, struct references *ret)
{
	const struct graph *graph = holders->graph;
	const struct dominators *dominators = holders->lookup->dominators;
	const char *type = "?";
	for (uint32_t node = 0; node < graph->node_count; node++) {
		if (!(notes_of(holders)[node] & IS_SUBJECT))
			continue;
		uint32_t type_number = graph_node(graph, node)->type;
		if (type_number < graph->type_list.count)
			type = graph->type_list.items[type_number].name;
		ret->count++;
		ret->bytes += graph_size(graph, node);
		uint32_t above = dominators_idom(dominators, node);
		if (above >= GRAPH_ROOT || !is_retained(holders, above))
			ret->retained_bytes += dominators_retained(dominators, node);
	}
	ret->path = strdup(subject);
	ret->type = strdup(type);
	return ret->path && ret->type ? STATUS_OK : STATUS_NO_MEMORY;
}

// --- The tree of parents: a parent has a smaller number than its children ---

// Numbers the nodes in depth-first order. ends first has the size of the subtree of a node, then
// the place of its next child; when all children have a place, this is the end.
static enum status number_tree(struct holders *holders)
{
	const struct graph *graph = holders->graph;
	uint32_t count = graph->node_count, next_root = 0;
	if (big_array_make(&holders->firsts, sizeof(uint32_t), (size_t)count + 1) ||
		big_array_make(&holders->ends, sizeof(uint32_t), (size_t)count + 1))
		return STATUS_NO_MEMORY;
	uint32_t *firsts = numbers_of(&holders->firsts), *ends = numbers_of(&holders->ends);
	for (uint32_t node = count; node-- > 0;) {
		uint32_t parent = graph_node(graph, node)->parent;
		ends[node]++;
		if (parent < node)
			ends[parent] += ends[node];
	}
	for (uint32_t node = 0; node < count; node++) {
		uint32_t parent = graph_node(graph, node)->parent;
		uint32_t *next = parent < node ? &ends[parent] : &next_root;
		firsts[node] = *next;
		*next += ends[node];
		ends[node] = firsts[node] + 1;
	}
	return STATUS_OK;
}

// Whether the path to a node leads through another one, or both are the same.
static bool leads_through(const struct holders *holders, uint32_t node, uint32_t through)
{
	uint32_t first = numbers_of(&holders->firsts)[node];
	return first >= numbers_of(&holders->firsts)[through] &&
	       first < numbers_of(&holders->ends)[through];
}

static void mark_sources(struct holders *holders)
{
	const struct graph *graph = holders->graph;
	uint8_t *notes = notes_of(holders);
	for (uint32_t node = 0; node < graph->node_count; node++) {
		if (!(notes[node] & IS_SUBJECT))
			continue;
		uint32_t end = graph_first_source(graph, node + 1);
		for (uint32_t i = graph_first_source(graph, node); i < end; i++)
			notes[graph_source(graph, i)] |= IS_SOURCE;
	}
	// The dict of interned strings does not keep them alive.
	vector_for_each(root, &graph->roots)
		if (root->kind == ROOT_STRINGS)
			notes[root->node] &= (uint8_t)~IS_SOURCE;
	for (uint32_t node = graph->node_count; node-- > 0;) {
		if (notes[node] & IS_SOURCE)
			notes[node] |= IS_NEEDED;
		uint32_t parent = graph_node(graph, node)->parent;
		if (notes[node] & IS_NEEDED && parent < node)
			notes[parent] |= IS_NEEDED;
	}
}

// Finds for each node that is needed the first edge from its parent. Visits the edges of each
// parent once, however many of its children are needed.
static enum status find_parent_edges(struct holders *holders)
{
	const struct graph *graph = holders->graph;
	const uint8_t *notes = notes_of(holders);
	if (big_array_make(&holders->way_numbers, sizeof(uint32_t), (size_t)graph->node_count + 1))
		return STATUS_NO_MEMORY;
	uint32_t *edges = numbers_of(&holders->way_numbers); // + 1
	const uint32_t *targets = graph->targets.items;
	for (uint32_t node = 0; node < graph->node_count; node++) {
		uint32_t end = graph_first_edge(graph, node + 1);
		if (!(notes[node] & IS_NEEDED))
			continue;
		for (uint32_t edge = graph_first_edge(graph, node); edge < end; edge++) {
			uint32_t target = targets[edge];
			if (notes[target] & IS_NEEDED && !edges[target] &&
				graph_node(graph, target)->parent == node)
				edges[target] = edge + 1;
		}
	}
	return STATUS_OK;
}

// --- Labels ---

// The number of a text among the labels. Takes the text over. GRAPH_NONE: no memory.
static uint32_t take_label(struct holders *holders, struct text *text)
{
	AUTO(freep) char *string = text_take(text);
	uint32_t *number = string ? labels_add(&holders->labels, string) : NULL;
	if (!number)
		return GRAPH_NONE;
	if (!*number) {
		*number = (uint32_t)holders->labels.count;
		(void)take_ptr(string);
	}
	return *number - 1;
}

static const char *label_text(const struct holders *holders, uint32_t label)
{
	return holders->labels.items[label].key;
}

static addr_t address_of(const struct holders *holders, uint32_t node)
{
	return node < holders->graph->node_count ? graph_node(holders->graph, node)->address : 0;
}

// The edge as it was reported to a visitor.
static struct naming_step step_of(const struct holders *holders, const struct graph_edge *edge)
{
	struct naming_step step = {edge->kind, edge->detail};
	const struct graph_names *names = &holders->graph->names;
	switch (edge->kind) {
	case EDGE_ATTRIBUTE:
	case EDGE_SLOT:
	case EDGE_LOCAL:
		step.detail = edge->detail < names->count ? names->items[edge->detail].address : 0;
		break;
	case EDGE_VALUE:
		step.detail = address_of(holders, edge->detail);
		break;
	default:
		break;
	}
	return step;
}

static enum naming_keys keys_of(const struct holders *holders, uint32_t node)
{
	return (enum naming_keys)(notes_of(holders)[node] >> KEYS_SHIFT & 3);
}

// The label of an edge from a node, without the program's data. GRAPH_NONE: no memory.
static uint32_t label_edge(
	struct holders *holders, uint32_t from, struct graph_edge edge, bool with_values)
{
	enum naming_keys keys = edge.kind == EDGE_VALUE ? keys_of(holders, from) : NAMING_DATA;
	// All indexes have one label, and so have all keys that are data.
	bool is_data = edge.kind == EDGE_INDEX ||
		       (edge.kind == EDGE_VALUE && keys == NAMING_DATA && !with_values);
	if (is_data)
		edge = (struct graph_edge){.kind = EDGE_VALUE, .detail = GRAPH_NONE};
	if (edge.kind == EDGE_KEY || edge.kind == EDGE_ELEMENT)
		edge.detail = 0;
	uint64_t key = (uint64_t)edge.kind << 36 | (uint64_t)keys << 33 | (uint64_t)is_data << 32 |
		       edge.detail;
	uint32_t *known = label_numbers_add(&holders->label_numbers, key);
	if (!known)
		return GRAPH_NONE;
	if (*known)
		return *known - 1;
	struct text text = {0};
	struct naming_step step = step_of(holders, &edge);
	naming_add_step(holders->lookup->heap, &step, keys, with_values && !is_data, &text);
	uint32_t label = take_label(holders, &text);
	if (label != GRAPH_NONE)
		*known = label + 1;
	return label;
}

// --- Ways ---

// The path that continues another one, or begins at a root, with a label. GRAPH_NONE: no memory.
static uint32_t add_way(
	struct holders *holders, uint32_t above, uint32_t label, enum root_kind root)
{
	if (label == GRAPH_NONE)
		return GRAPH_NONE;
	struct way *way =
		ways_add(&holders->ways, (uint64_t)(above == GRAPH_NONE ? 0 : above + 1) << 32 | label);
	if (!way)
		return GRAPH_NONE;
	if (!way->number) {
		const struct way *longer =
			above == GRAPH_NONE ? NULL : &holders->ways.items[above].value;
		*way = (struct way){
			.number = (uint32_t)holders->ways.count,
			.above = above,
			.label = label,
			.steps = longer ? longer->steps + 1 : 0,
			.repeats = longer && longer->label == label ? longer->repeats + 1 : 0,
			.root = longer ? longer->root : root,
		};
	}
	return way->number - 1;
}

// Begins a path with a root's label; if module, a str, is not 0, with the module's name instead.
static uint32_t add_root_way(struct holders *holders, uint32_t number, addr_t module)
{
	AUTO(text_deinit) struct text text = {0};
	size_t begin;
	const struct walk_root *root = walk_root(holders->walk, number);
	if (root->id.kind == ROOT_THREAD && !holders->has_threads) {
		if (naming_find_threads(holders->walk, &holders->threads))
			return GRAPH_NONE;
		holders->has_threads = true;
	}
	naming_add_root(holders->walk, &holders->threads, number, &text, &begin);
	if (module && text.bytes) {
		text.length = begin;
		naming_add_name(holders->lookup->heap, module, &text);
	}
	return add_way(holders, GRAPH_NONE, take_label(holders, &text), root->id.kind);
}

// Leaves out steps: all with that label, or any steps (GRAPH_NONE).
static uint32_t add_dots(struct holders *holders, uint32_t above, uint32_t repeated)
{
	struct text dots = {0};
	text_add(&dots, "...");
	uint32_t way = add_way(holders, above, take_label(holders, &dots), 0);
	if (way != GRAPH_NONE) {
		holders->ways.items[way].value.has_more = true;
		holders->ways.items[way].value.repeated = repeated;
	}
	return way;
}

// Adds a step that is not the last one of its path.
static uint32_t add_middle(struct holders *holders, uint32_t above, uint32_t label)
{
	if (label == GRAPH_NONE)
		return GRAPH_NONE;
	const struct way *way = &holders->ways.items[above].value;
	if (way->has_more && (way->repeated == label || way->repeated == GRAPH_NONE))
		return above;
	if (way->steps >= STEPS_MAX)
		return add_dots(holders, above, GRAPH_NONE);
	if (way->label == label && way->repeats + 1 >= REPEATS_MAX)
		return add_dots(holders, above, label);
	return add_way(holders, above, label, 0);
}

// The path to a node, made from that of its parent, which is known. number is the edge from the
// parent + 1, or 0.
static uint32_t find_way(struct holders *holders, uint32_t node, uint32_t number)
{
	const struct graph *graph = holders->graph;
	uint32_t parent = graph_node(graph, node)->parent;
	if (parent >= GRAPH_ROOT)
		return add_root_way(holders, parent, 0);
	uint32_t above = numbers_of(&holders->way_numbers)[parent];
	if (!number) {
		struct text unknown = {0};
		text_add(&unknown, ".<?>");
		return add_middle(holders, above, take_label(holders, &unknown));
	}
	struct graph_edge edge = graph_edge(graph, number - 1);
	struct naming_step step = step_of(holders, &edge);
	enum naming_keys keys = naming_keys_behind(&step);
	uint32_t root = graph_node(graph, parent)->parent;
	notes_of(holders)[node] |= (uint8_t)(keys << KEYS_SHIFT);
	if (edge.kind == EDGE_VALUE && root >= GRAPH_ROOT && step.detail &&
		walk_root(holders->walk, root)->id.kind == ROOT_MODULES)
		return add_root_way(holders, root, step.detail);
	if (keys == NAMING_ATTRIBUTES)
		return above;
	return add_middle(holders, above,
		label_edge(holders, parent, edge, holders->lookup->with_values));
}

static enum status find_ways(struct holders *holders)
{
	uint32_t *numbers = numbers_of(&holders->way_numbers);
	for (uint32_t node = 0; node < holders->graph->node_count; node++) {
		if (!(notes_of(holders)[node] & IS_NEEDED))
			continue;
		numbers[node] = find_way(holders, node, numbers[node]);
		if (numbers[node] == GRAPH_NONE)
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

// --- Counting ---

static enum status count_referrer(struct holders *holders, uint32_t source, uint32_t label)
{
	uint32_t type = graph_node(holders->graph, source)->type;
	uint64_t *count =
		referrer_counts_add(&holders->referrer_counts, (uint64_t)type << 32 | label);
	if (!count)
		return STATUS_NO_MEMORY;
	++*count;
	return STATUS_OK;
}

// Whether a path may not hold anything, since its root is a word that was taken for a reference.
// Such paths count only for subjects that no other path reaches, as in graph/dominators.h.
static bool is_conservative(const struct holders *holders, uint32_t way)
{
	return root_is_conservative(holders->ways.items[way].value.root);
}

// Counts a reference to a subject by a path: in the first pass the certain ones, in the second pass
// the others.
static enum status count_way(struct holders *holders, uint32_t subject, uint32_t way, bool certain)
{
	if (way == GRAPH_NONE)
		return STATUS_NO_MEMORY;
	uint8_t *notes = notes_of(holders);
	if (is_conservative(holders, way) == certain || (!certain && notes[subject] & IS_HELD))
		return STATUS_OK;
	if (certain)
		notes[subject] |= IS_HELD;
	holders->ways.items[way].value.count++;
	return STATUS_OK;
}

static enum status count_edge(
	struct holders *holders, uint32_t source, const struct graph_edge *edge, bool certain)
{
	uint32_t way = numbers_of(&holders->way_numbers)[source];
	uint32_t label = label_edge(holders, source, *edge, false);
	if (label == GRAPH_NONE || (certain && count_referrer(holders, source, label)))
		return STATUS_NO_MEMORY;
	if (leads_through(holders, source, edge->target) || is_conservative(holders, way) == certain)
		return STATUS_OK;
	if (holders->lookup->with_values)
		label = label_edge(holders, source, *edge, true);
	return count_way(holders, edge->target, add_way(holders, way, label, 0), certain);
}

static enum status count_edges(struct holders *holders, bool certain)
{
	const struct graph *graph = holders->graph;
	const uint8_t *notes = notes_of(holders);
	const uint32_t *targets = graph->targets.items;
	enum status status = STATUS_OK;
	for (uint32_t node = 0; !status && node < graph->node_count; node++) {
		if (!(notes[node] & IS_SOURCE))
			continue;
		uint32_t end = graph_first_edge(graph, node + 1);
		for (uint32_t i = graph_first_edge(graph, node); !status && i < end; i++) {
			if (!(notes[targets[i]] & IS_SUBJECT))
				continue;
			struct graph_edge edge = graph_edge(graph, i);
			status = count_edge(holders, node, &edge, certain);
		}
	}
	return status;
}

static enum status count_roots(struct holders *holders, bool certain)
{
	enum status status = STATUS_OK;
	vector_for_each(root, &holders->graph->roots)
		if (!status && notes_of(holders)[root->node] & IS_SUBJECT &&
			root->kind != ROOT_STRINGS && root->number != GRAPH_NONE)
			status = count_way(holders, root->node,
				add_root_way(holders, root->number, 0), certain);
	return status;
}

static enum status count_all(struct holders *holders)
{
	enum status status = count_edges(holders, true);
	if (!status)
		status = count_roots(holders, true);
	if (!status)
		status = count_edges(holders, false);
	return status ? status : count_roots(holders, false);
}

// --- Results ---

// The largest counts come first; among equal ones those with a better root, then shorter ones.
static int compare_ways(const void *left, const void *right)
{
	const struct ways_entry *a = left, *b = right;
	if (a->value.count != b->value.count)
		return a->value.count < b->value.count ? 1 : -1;
	if (a->value.root != b->value.root)
		return a->value.root < b->value.root ? -1 : 1;
	if (a->value.steps != b->value.steps)
		return a->value.steps < b->value.steps ? -1 : 1;
	return (a->value.number > b->value.number) - (a->value.number < b->value.number);
}

VECTOR(way_list, struct ways_entry)

static char *write_way(const struct holders *holders, const struct way *way)
{
	uint32_t labels[STEPS_MAX + 3], count = 0;
	for (const struct way *at = way;; at = &holders->ways.items[at->above].value) {
		labels[count++] = at->label;
		if (at->above == GRAPH_NONE)
			break;
	}
	AUTO(text_deinit) struct text path = {0};
	AUTO(text_deinit) struct text text = {0};
	while (count)
		text_add(&path, label_text(holders, labels[--count]));
	if (path.failed)
		return NULL;
	naming_add_short(path.bytes ? path.bytes : "", &text);
	return text_take(&text);
}

// Adds the steps of all marked paths, and notes the position + 1 of each.
static enum status list_steps(const struct holders *holders, uint32_t *marks, struct references *ret)
{
	for (size_t i = 0; i < holders->ways.count; i++) {
		const struct way *way = &holders->ways.items[i].value;
		if (!marks[i])
			continue;
		struct holding_step *step = holding_steps_add_zeroed(&ret->steps);
		if (!step)
			return STATUS_NO_MEMORY;
		marks[i] = (uint32_t)ret->steps.count;
		step->above = way->above == GRAPH_NONE ? HOLDING_ROOT : marks[way->above] - 1;
		step->label = strdup(label_text(holders, way->label));
		if (!step->label)
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

// Sets the last step of each path, which had the number of the path before.
static enum status find_steps(const struct holders *holders, struct references *ret)
{
	AUTO(freep) uint32_t *marks = calloc(holders->ways.count + 1, sizeof(*marks));
	if (!marks)
		return STATUS_NO_MEMORY;
	vector_for_each(path, &ret->paths)
		for (uint32_t way = path->step; way != GRAPH_NONE && !marks[way];
			way = holders->ways.items[way].value.above)
			marks[way] = 1;
	enum status status = list_steps(holders, marks, ret);
	if (!status)
		vector_for_each(path, &ret->paths)
			path->step = marks[path->step] - 1;
	return status;
}

static enum status list_paths(const struct holders *holders, struct references *ret)
{
	AUTO(way_list_deinit) struct way_list found = {0};
	vector_for_each(way, &holders->ways)
		if (way->value.count && way_list_add(&found, *way))
			return STATUS_NO_MEMORY;
	way_list_sort(&found, compare_ways);
	ret->path_count = found.count;
	for (size_t i = 0; i < found.count && i < REFERENCES_LISTED_MAX; i++) {
		struct holding_path *path = holding_paths_add_zeroed(&ret->paths);
		if (!path)
			return STATUS_NO_MEMORY;
		path->count = found.items[i].value.count;
		path->step = found.items[i].value.number - 1;
		path->path = write_way(holders, &found.items[i].value);
		if (!path->path)
			return STATUS_NO_MEMORY;
	}
	return find_steps(holders, ret);
}

static int compare_counts(const void *left, const void *right)
{
	const struct referrer_counts_entry *a = left, *b = right;
	if (a->value != b->value)
		return a->value < b->value ? 1 : -1;
	return (a->key > b->key) - (a->key < b->key);
}

VECTOR(count_list, struct referrer_counts_entry)

static enum status list_referrers(const struct holders *holders, struct references *ret)
{
	const struct graph_types *types = &holders->graph->type_list;
	AUTO(count_list_deinit) struct count_list found = {0};
	vector_for_each(count, &holders->referrer_counts)
		if (count_list_add(&found, *count))
			return STATUS_NO_MEMORY;
	count_list_sort(&found, compare_counts);
	ret->referrer_count = found.count;
	for (size_t i = 0; i < found.count && i < REFERENCES_LISTED_MAX; i++) {
		struct referrer *referrer = referrers_add_zeroed(&ret->referrers);
		if (!referrer)
			return STATUS_NO_MEMORY;
		uint64_t type = found.items[i].key >> 32;
		referrer->count = found.items[i].value;
		referrer->type = strdup(type < types->count ? types->items[type].name : "?");
		referrer->via = strdup(label_text(holders, (uint32_t)found.items[i].key));
		if (!referrer->type || !referrer->via)
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

static enum status find(struct holders *holders, const char *subject, struct references *ret)
{
	enum status status = describe_subject(holders, subject, ret);
	if (!status)
		status = number_tree(holders);
	if (status)
		return status;
	mark_sources(holders);
	status = find_parent_edges(holders);
	if (!status)
		status = find_ways(holders);
	if (!status)
		status = count_all(holders);
	if (!status)
		status = list_paths(holders, ret);
	return status ? status : list_referrers(holders, ret);
}

enum status holders_find(const struct lookup *lookup, const struct walk *walk, const char *subject,
	struct references **ret, struct error *err)
{
	AUTO(holders_deinit) struct holders holders = {
		.lookup = lookup,
		.walk = walk,
		.graph = lookup->graph,
	};
	AUTO(references_destroyp) struct references *references = calloc(1, sizeof(*references));
	size_t count = (size_t)lookup->graph->node_count + 1;
	if (!references || big_array_make(&holders.notes, sizeof(uint8_t), count))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate who holds '%s'", subject);
	enum status status = mark_subject(&holders, subject, err);
	if (status)
		return status;
	if (find(&holders, subject, references))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate who holds '%s'", subject);
	*ret = take_ptr(references);
	return STATUS_OK;
}

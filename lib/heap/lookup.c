// SPDX-License-Identifier: MIT
#include "heap/lookup.h"

#include "base/guard.h"
#include "base/map.h"
#include "base/text.h"
#include "graph/dominators.h"
#include "graph/graph.h"
#include "heap/kind/kind.h"
#include "heap/naming.h"
#include "heap/type.h"
#include "interp/runtime.h"
#include "python/int.h"
#include "python/str.h"
#include "result/inspection.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAME_MAX_CHARACTERS = 1000,
	ENTRIES_APART_MAX = 10000, // if there are more, entries without a name are added up by type
};

// --- Paths ---

enum step_kind {
	STEP_NAME,   // .name
	STEP_KEY,    // ["key"]
	STEP_NUMBER, // [3]: an index, or a key
};

struct step {
	enum step_kind kind;
	char *name; // for a number: as it was written
	int64_t number;
};

VECTOR(steps, struct step)

static void steps_free(struct steps *steps)
{
	vector_for_each(step, steps)
		free(step->name);
	steps_deinit(steps);
}

static enum status add_step(
	struct steps *steps, enum step_kind kind, const char *begin, size_t length)
{
	char *name = strndup(begin, length);
	if (!name)
		return STATUS_NO_MEMORY;
	struct step step = {kind, name, kind == STEP_NUMBER ? strtoll(name, NULL, 10) : 0};
	enum status status = steps_add(steps, step);
	if (status)
		free(name);
	return status;
}

static size_t name_length(const char *path)
{
	// Names of nested functions and comprehensions are written <locals>, <lambda>.
	if (*path == '<')
		return strcspn(path, ">") + (strchr(path, '>') != NULL);
	return strcspn(path, ".[");
}

static size_t number_length(const char *path)
{
	size_t sign = *path == '-';
	size_t digits = strspn(path + sign, "0123456789");
	return digits && digits <= 18 ? sign + digits : 0;
}

// Reads one step at path; the first one is a name without a dot. *ret_length: 0: there is no step.
static enum status read_step(
	struct steps *steps, const char *path, bool is_first, size_t *ret_length)
{
	bool is_bracket = *path == '[', is_quoted = is_bracket && (path[1] == '"' || path[1] == '\'');
	size_t skipped = is_quoted ? 2 : is_bracket || *path == '.';
	const char *word = path + skipped;
	size_t length, behind = is_quoted ? 2 : is_bracket;
	if (is_quoted)
		length = strchr(word, path[1]) ? (size_t)(strchr(word, path[1]) - word) : 0;
	else
		length = is_bracket ? number_length(word) : name_length(word);
	*ret_length = 0;
	if ((!is_quoted && !length) || (!is_bracket && is_first == (*path == '.')))
		return STATUS_OK;
	if (is_bracket && (is_first || word[length + behind - 1] != ']' ||
				  (is_quoted && word[length] != path[1])))
		return STATUS_OK;
	*ret_length = skipped + length + behind;
	return add_step(steps,
		is_quoted ? STEP_KEY : is_bracket ? STEP_NUMBER : STEP_NAME, word, length);
}

static enum status read_steps(struct steps *steps, const char *path, struct error *err)
{
	const char *at = path;
	while (*at || at == path) {
		size_t length;
		if (read_step(steps, at, at == path, &length))
			return error_set(err, STATUS_NO_MEMORY, "cannot allocate a path");
		if (!length)
			return error_set(err, STATUS_USAGE,
				"'%s' is no path: write it as in Python, for instance "
				"__main__.cache, app.Pool.instances[3] or sys.modules['x'].y",
				path);
		at += length;
	}
	return STATUS_OK;
}

// --- References between objects ---

static addr_t address_of(const struct lookup *lookup, uint32_t node)
{
	return graph_node(lookup->graph, node)->address;
}

static bool spells(const struct lookup *lookup, addr_t str, const char *name)
{
	AUTO(text_deinit) struct text text = {0};
	return !str_add(&lookup->heap->python, str, NAME_MAX_CHARACTERS, &text) && text.bytes &&
	       !strcmp(text.bytes, name);
}

// Adds the name of an attribute, a slot or a local variable.
static enum status add_edge_name(
	const struct lookup *lookup, const struct graph_edge *edge, struct text *text)
{
	if (edge->detail >= lookup->graph->names.count)
		return STATUS_NOT_FOUND;
	addr_t address = lookup->graph->names.items[edge->detail].address;
	if (edge->kind != EDGE_SLOT)
		return str_add(&lookup->heap->python, address, NAME_MAX_CHARACTERS, text);
	AUTO(freep) char *name = NULL;
	enum status status = memory_c_string(
		&lookup->heap->python.memory, address, NAME_MAX_CHARACTERS, &name);
	if (!status)
		text_add_foreign(text, name, strlen(name));
	return status;
}

static bool is_named(const struct lookup *lookup, const struct graph_edge *edge, const char *name)
{
	AUTO(text_deinit) struct text text = {0};
	switch (edge->kind) {
	case EDGE_ATTRIBUTE:
	case EDGE_SLOT:
	case EDGE_LOCAL:
		return !add_edge_name(lookup, edge, &text) && text.bytes && !strcmp(text.bytes, name);
	case EDGE_FIELD:
		return !strcmp(field_name_text(edge->detail), name);
	case EDGE_TYPE:
		return !strcmp(name, "__class__");
	default:
		return false;
	}
}

static bool is_keyed(const struct lookup *lookup, const struct graph_edge *edge, const struct step *step)
{
	int64_t number;
	if (edge->kind == EDGE_INDEX)
		return step->kind == STEP_NUMBER && (int64_t)edge->detail == step->number;
	if (edge->kind != EDGE_VALUE || edge->detail == GRAPH_NONE)
		return false;
	addr_t key = address_of(lookup, edge->detail);
	if (step->kind != STEP_NUMBER)
		return spells(lookup, key, step->name);
	return !int_read_value(&lookup->heap->python, key, &number) && number == step->number;
}

// The target of the first edge of a node that matches the step; GRAPH_NONE: there is none.
static uint32_t follow_edge(const struct lookup *lookup, uint32_t node, const struct step *step)
{
	uint32_t end = graph_first_edge(lookup->graph, node + 1);
	for (uint32_t i = graph_first_edge(lookup->graph, node); i < end; i++) {
		struct graph_edge edge = graph_edge(lookup->graph, i);
		if (step->kind == STEP_NAME ? is_named(lookup, &edge, step->name)
					    : is_keyed(lookup, &edge, step))
			return edge.target;
	}
	return GRAPH_NONE;
}

static uint32_t follow(const struct lookup *lookup, uint32_t node, const struct step *step)
{
	uint32_t to = follow_edge(lookup, node, step);
	if (to != GRAPH_NONE || step->kind != STEP_NAME)
		return to;
	const struct step own_dict = {STEP_NAME, (char *)"__dict__", 0};
	const struct step key = {STEP_KEY, step->name, 0};
	uint32_t dict = follow_edge(lookup, node, &own_dict);
	return dict == GRAPH_NONE ? GRAPH_NONE : follow_edge(lookup, dict, &key);
}

// --- From the roots ---

// The dict sys.modules of the interpreter with this id.
static uint32_t find_modules(const struct lookup *lookup, int64_t id)
{
	vector_for_each(root, &lookup->graph->roots)
		if (root->kind == ROOT_MODULES && root->interpreter < lookup->interpreter_count &&
			lookup->interpreters[root->interpreter].id == id)
			return root->node;
	return GRAPH_NONE;
}

static size_t count_names(const struct steps *steps)
{
	size_t count = 0;
	while (count < steps->count && steps->items[count].kind == STEP_NAME)
		count++;
	return count;
}

// The module with the longest name with which the steps begin: app.db rather than app.
static enum status find_module(const struct lookup *lookup, uint32_t modules,
	const struct steps *steps, size_t *ret_taken, uint32_t *ret)
{
	for (size_t count = count_names(steps); count; count--) {
		AUTO(text_deinit) struct text name = {0};
		for (size_t i = 0; i < count; i++)
			text_add_format(&name, "%s%s", i ? "." : "", steps->items[i].name);
		if (name.failed)
			return STATUS_NO_MEMORY;
		const struct step key = {STEP_KEY, name.bytes, 0};
		*ret = follow_edge(lookup, modules, &key);
		*ret_taken = count;
		if (*ret != GRAPH_NONE)
			return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

// Adds steps as they were written.
static void add_steps(const struct steps *steps, size_t count, struct text *text)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &steps->items[i];
		const char *dot = i ? "." : "";
		switch (step->kind) {
		case STEP_NAME:
			text_add_format(text, "%s%s", dot, step->name);
			break;
		case STEP_KEY:
			text_add_format(text, "['%s']", step->name);
			break;
		case STEP_NUMBER:
			text_add_format(text, "[%s]", step->name);
			break;
		}
	}
}

static enum status refuse_step(const struct steps *steps, size_t position, struct error *err)
{
	AUTO(text_deinit) struct text before = {0};
	add_steps(steps, position, &before);
	const struct step *step = &steps->items[position];
	const char *quote = step->kind == STEP_NUMBER ? "" : "'";
	return error_set(err, STATUS_NOT_FOUND, "%s has no %s %s%s%s",
		before.bytes ? before.bytes : "it",
		step->kind == STEP_NAME ? "attribute" : "entry", quote, step->name, quote);
}

static enum status find_steps(const struct lookup *lookup, uint32_t modules,
	const struct steps *steps, uint32_t *ret, struct error *err)
{
	size_t at;
	uint32_t node;
	enum status status = find_module(lookup, modules, steps, &at, &node);
	if (status == STATUS_NOT_FOUND)
		return error_set(err, status, "no module '%s' is in sys.modules",
			steps->items[0].name);
	if (status)
		return error_set(err, status, "cannot allocate a name");
	for (; at < steps->count; at++) {
		node = follow(lookup, node, &steps->items[at]);
		if (node == GRAPH_NONE)
			return refuse_step(steps, at, err);
	}
	*ret = node;
	return STATUS_OK;
}

static enum status find_address(
	const struct lookup *lookup, const char *path, uint32_t *ret, struct error *err)
{
	char *end;
	errno = 0;
	addr_t address = strtoull(path, &end, 16);
	if (*end || errno)
		return error_set(err, STATUS_USAGE, "'%s' is no address", path);
	for (uint32_t node = 0; node < lookup->graph->node_count; node++) {
		const struct graph_node *found = graph_node(lookup->graph, node);
		if (found->address != address || found->type == GRAPH_NONE)
			continue;
		*ret = node;
		return STATUS_OK;
	}
	return error_set(err, STATUS_NOT_FOUND, "no object that something leads to is at %s", path);
}

enum status lookup_find(
	const struct lookup *lookup, const char *path, uint32_t *ret, struct error *err)
{
	AUTO(steps_free) struct steps steps = {0};
	const char *own = path;
	long long id = 0;
	int length = 0;
	if (!strncmp(path, "0x", 2))
		return find_address(lookup, path, ret, err);
	if (sscanf(path, "<interpreter %lld>.%n", &id, &length) == 1 && length)
		own = path + length;
	else
		id = 0;
	uint32_t modules = find_modules(lookup, id);
	if (modules == GRAPH_NONE)
		return error_set(err, STATUS_NOT_FOUND, "no modules of interpreter %lld were found", id);
	enum status status = read_steps(&steps, own, err);
	return status ? status : find_steps(lookup, modules, &steps, ret, err);
}

// --- The entries of an object ---

MAP_U64(groups, size_t) // position of the entry by type

struct listing {
	const struct lookup *lookup;
	struct inspection *inspection;
	struct groups groups;
	bool is_long; // more than ENTRIES_APART_MAX
	uint64_t *counted; // a bit for each node that is counted in an entry for several
};

static void listing_deinit(struct listing *listing)
{
	groups_deinit(&listing->groups);
	free(listing->counted);
}

static const char *type_of(const struct lookup *lookup, uint32_t node)
{
	uint32_t type = graph_node(lookup->graph, node)->type;
	return type < lookup->graph->type_list.count ? lookup->graph->type_list.items[type].name : "?";
}

static enum status describe_value(const struct lookup *lookup, uint32_t node, char **ret)
{
	AUTO(text_deinit) struct text text = {0};
	if (!lookup->with_values || !naming_add_plain(lookup->heap, address_of(lookup, node), &text))
		return STATUS_OK;
	*ret = text_take(&text);
	return *ret ? STATUS_OK : STATUS_NO_MEMORY;
}

// Fills in everything but the name.
static enum status describe(const struct lookup *lookup, uint32_t node, struct inspected *ret)
{
	struct object object;
	ret->count = 1;
	ret->address = address_of(lookup, node);
	ret->size_bytes = graph_size(lookup->graph, node);
	ret->retained_bytes = dominators_retained(lookup->dominators, node);
	ret->type = strdup(type_of(lookup, node));
	if (!ret->type)
		return STATUS_NO_MEMORY;
	if (object_read(lookup->heap, ret->address, &object) && object.type->kind->length)
		ret->has_length =
			!object.type->kind->length(lookup->heap, &object, &ret->length);
	return describe_value(lookup, node, &ret->value);
}

// Takes the name over.
static enum status add_entry(struct listing *listing, struct text *name, uint32_t node)
{
	struct inspected *entry = inspected_list_add_zeroed(&listing->inspection->entries);
	if (!entry)
		return STATUS_NO_MEMORY;
	entry->name = text_take(name);
	return entry->name ? describe(listing->lookup, node, entry) : STATUS_NO_MEMORY;
}

// Adds to the entry for a type, since its key must not be shown. A node with two keys counts once.
static enum status add_to_group(struct listing *listing, const char *name, uint32_t node)
{
	struct inspected_list *entries = &listing->inspection->entries;
	const struct graph *graph = listing->lookup->graph;
	size_t *position = groups_add(&listing->groups, graph_node(graph, node)->type);
	if (!position)
		return STATUS_NO_MEMORY;
	if (!*position) {
		struct inspected *entry = inspected_list_add_zeroed(entries);
		if (!entry)
			return STATUS_NO_MEMORY;
		*position = entries->count;
		entry->name = strdup(name);
		entry->type = strdup(type_of(listing->lookup, node));
		if (!entry->name || !entry->type)
			return STATUS_NO_MEMORY;
	}
	struct inspected *entry = &entries->items[*position - 1];
	entry->count++;
	if (listing->counted[node / 64] >> node % 64 & 1)
		return STATUS_OK;
	listing->counted[node / 64] |= UINT64_C(1) << node % 64;
	entry->size_bytes += graph_size(graph, node);
	entry->retained_bytes += dominators_retained(listing->lookup->dominators, node);
	return STATUS_OK;
}

static enum status add_keyed(
	struct listing *listing, const struct graph_edge *edge, bool is_set)
{
	const struct lookup *lookup = listing->lookup;
	uint32_t key = is_set ? edge->target : edge->detail;
	if (!lookup->with_values || listing->is_long || key == GRAPH_NONE)
		return add_to_group(listing, is_set ? "{...}" : "[...]", edge->target);
	AUTO(text_deinit) struct text name = {0};
	AUTO(text_deinit) struct text plain = {0};
	bool is_plain = naming_add_plain(lookup->heap, address_of(lookup, key), &plain);
	if (plain.failed)
		return STATUS_NO_MEMORY;
	text_add(&name, is_set ? "{" : "[");
	if (is_plain)
		text_add(&name, plain.bytes);
	else
		text_add_format(&name, "<%s>", type_of(lookup, key));
	text_add(&name, is_set ? "}" : "]");
	return add_entry(listing, &name, edge->target);
}

// Adds the values of the dict of a module, a class or an instance, whose keys are names.
static enum status add_namespace(struct listing *listing, uint32_t dict)
{
	const struct lookup *lookup = listing->lookup;
	uint32_t end = graph_first_edge(lookup->graph, dict + 1);
	enum status status = STATUS_OK;
	for (uint32_t i = graph_first_edge(lookup->graph, dict); !status && i < end; i++) {
		struct graph_edge edge = graph_edge(lookup->graph, i);
		AUTO(text_deinit) struct text name = {0};
		if (edge.kind != EDGE_VALUE || edge.detail == GRAPH_NONE)
			continue;
		if (str_add(&lookup->heap->python, address_of(lookup, edge.detail),
			    NAME_MAX_CHARACTERS, &name))
			status = add_keyed(listing, &edge, false);
		else
			status = add_entry(listing, &name, edge.target);
	}
	return status;
}

static enum status add_edge(struct listing *listing, const struct graph_edge *edge)
{
	AUTO(text_deinit) struct text name = {0};
	switch (edge->kind) {
	case EDGE_FIELD:
		if (edge->detail == NAME___dict__)
			return add_namespace(listing, edge->target);
		text_add(&name, field_name_text(edge->detail));
		break;
	case EDGE_ATTRIBUTE:
	case EDGE_SLOT:
	case EDGE_LOCAL:
		if (add_edge_name(listing->lookup, edge, &name))
			text_add(&name, "<?>");
		break;
	case EDGE_INDEX:
		if (listing->is_long)
			return add_to_group(listing, "[...]", edge->target);
		text_add_format(&name, "[%" PRIu32 "]", edge->detail);
		break;
	case EDGE_VALUE:
	case EDGE_ELEMENT:
		return add_keyed(listing, edge, edge->kind == EDGE_ELEMENT);
	case EDGE_STACK:
		text_add_format(&name, "<stack %" PRIu32 ">", edge->detail);
		break;
	case EDGE_OPAQUE:
		text_add_format(&name, "<+%" PRIu32 ">", edge->detail);
		break;
	case EDGE_KEY:
	case EDGE_TYPE:
		return STATUS_OK;
	}
	return add_entry(listing, &name, edge->target);
}

static int compare_entries(const void *left, const void *right)
{
	const struct inspected *a = left, *b = right;
	if (a->retained_bytes != b->retained_bytes)
		return a->retained_bytes < b->retained_bytes ? 1 : -1;
	return strcmp(a->name, b->name);
}

static enum status list(struct listing *listing, uint32_t node)
{
	const struct graph *graph = listing->lookup->graph;
	uint32_t first = graph_first_edge(graph, node), end = graph_first_edge(graph, node + 1);
	enum status status = describe(listing->lookup, node, &listing->inspection->object);
	listing->is_long = end - first > ENTRIES_APART_MAX;
	for (uint32_t i = first; !status && i < end; i++) {
		struct graph_edge edge = graph_edge(graph, i);
		if (graph_node(graph, edge.target)->type != GRAPH_NONE)
			status = add_edge(listing, &edge);
	}
	if (!status)
		inspected_list_sort(&listing->inspection->entries, compare_entries);
	return status;
}

enum status lookup_inspect(const struct lookup *lookup, uint32_t node, const char *path,
	struct inspection **ret, struct error *err)
{
	AUTO(inspection_destroyp) struct inspection *inspection = calloc(1, sizeof(*inspection));
	AUTO(listing_deinit) struct listing listing = {.lookup = lookup, .inspection = inspection};
	listing.counted = calloc(lookup->graph->node_count / 64 + 1, sizeof(*listing.counted));
	bool good = inspection && listing.counted && (inspection->path = strdup(path));
	if (!good || list(&listing, node))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate what '%s' has", path);
	*ret = take_ptr(inspection);
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
// Compares every object of a running interpreter with what the interpreter says of it: its size
// with sys.getsizeof(), its length with len(), its references with gc.get_referents(). See
// tests/targets/referents.py. What leaktop reports beyond the referents has to be on the list below.
#include "base/map.h"
#include "base/text.h"
#include "base/vector.h"
#include "graph/graph.h"
#include "heap/graph_builder.h"
#include "heap/instance.h"
#include "heap/kind/kind.h"
#include "heap/scan.h"
#include "heap/type.h"
#include "heap/walk.h"
#include "python/str.h"

#include "../../live.h"

#include <inttypes.h>

enum {
	DETAILS_MAX = 64,	 // complaints that are shown, one of a sort
	// Of the modules whose state is scanned: strings and numbers that no m_traverse reports are
	// found, and in one or two cases an object is behind a further pointer.
	MODULES_BEYOND_MAX = 16,
	MODULES_MISSING_MAX = 2,
	OPAQUE_PER_MILLE_MAX = 10,
};

// One object as the script wrote it down.
struct row {
	addr_t address;
	int64_t size, length;
	bool is_tracked;
	uint64_t count;
	const uint64_t *referents;
};

struct reference {
	addr_t to;
	enum edge edge;
	uint64_t detail;
	bool is_extra; // the collector is not expected to report it
};

VECTOR(reference_list, struct reference)

struct references {
	struct visitor visitor;
	struct reference_list list;
};

struct findings {
	uint64_t objects, opaque, unreadable;
	uint64_t wrong_sizes, wrong_lengths, wrong_tracked, broken;
	uint64_t missing, unexpected;
	uint64_t missing_of_opaque, unexpected_of_opaque, approximate_sizes;
	uint64_t modules_beyond, modules_missing;
	unsigned details;
	struct {
		const struct type *type;
		const char *what;
	} shown[DETAILS_MAX];
};

// References that an object owns and that no tp_traverse reports.
static const struct {
	const char *owner; // kind or type
	enum edge edge;
	const char *field; // NULL: any
} unreported[] = {
	{"dict", EDGE_KEY, NULL}, // of a table with nothing but str
	{"defaultdict", EDGE_KEY, NULL},
	{"odict", EDGE_KEY, NULL},
	{"type", EDGE_KEY, NULL}, // names of the attributes of instances
	{"type", EDGE_FIELD, "__name__"},
	{"type", EDGE_FIELD, "__qualname__"},
	{"type", EDGE_FIELD, "__slots__"},
	{"type", EDGE_FIELD, "tp_subclasses"},
	{"module", EDGE_FIELD, "md_name"},
	{"generator", EDGE_FIELD, "origin_or_finalizer"},
	{"generator", EDGE_FIELD, "gi_code"}, // once it has ended
	{"descriptor", EDGE_FIELD, "__name__"},
	{"descriptor", EDGE_FIELD, "__qualname__"},
	{"multidict", EDGE_KEY, NULL}, // identity
	{"local", EDGE_FIELD, "key"}, // of a thread's dict
	{"local", EDGE_FIELD, "wr_callback"},
	{"bytesio", EDGE_FIELD, "buffer"},
	{"StgDict", EDGE_OPAQUE, NULL}, // ctypes: reported by the type that it belongs to
	{"_sre.SRE_Scanner", EDGE_OPAQUE, NULL}, // the string
	{"_io.StringIO", EDGE_OPAQUE, NULL},	 // readnl
	{"operator.methodcaller", EDGE_OPAQUE, NULL}, // the name, up to 3.9
	{"_json.Scanner", EDGE_OPAQUE, NULL},	      // memo, 3.8
	{"zlib.Compress", EDGE_OPAQUE, NULL},	      // unused_data and the like
	{"zlib.Decompress", EDGE_OPAQUE, NULL},
	{"ndarray", EDGE_FIELD, NULL}, // subclasses report their __dict__ alone
	{"ndarray", EDGE_INDEX, NULL},
	{"numpy.ufunc", EDGE_OPAQUE, NULL}, // all but obj
	{"dtype_class", EDGE_OPAQUE, NULL},
	{"cython_function", EDGE_OPAQUE, NULL}, // names, code; from 3.0 on annotations too
	{"cython", EDGE_OPAQUE, NULL}, // what cannot be part of a cycle, as None and str
	{"typing.TypeVar", EDGE_OPAQUE, NULL}, // the name
	{"typing.ParamSpec", EDGE_OPAQUE, NULL},
	{"typing.TypeVarTuple", EDGE_OPAQUE, NULL},
	{"typing.TypeAliasType", EDGE_OPAQUE, NULL},
};

static void collect(struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	struct references *references = (struct references *)visitor;
	if (reference_list_add(&references->list, (struct reference){to, edge, detail, false}))
		abort();
}

static int compare_references(const void *a, const void *b)
{
	const struct reference *left = a, *right = b;
	if (left->to == right->to)
		return left->is_extra - right->is_extra;
	return left->to > right->to ? 1 : -1;
}

static int compare_addresses(const void *a, const void *b)
{
	addr_t left = *(const addr_t *)a, right = *(const addr_t *)b;
	return (left > right) - (left < right);
}

static const char *edge_text(const struct reference *reference)
{
	static char word[32];
	static const char *const names[] = {
		[EDGE_ATTRIBUTE] = "attribute", [EDGE_SLOT] = "slot", [EDGE_INDEX] = "item",
		[EDGE_KEY] = "key", [EDGE_VALUE] = "value", [EDGE_ELEMENT] = "element",
		[EDGE_LOCAL] = "local", [EDGE_STACK] = "stack", [EDGE_OPAQUE] = "word",
		[EDGE_TYPE] = "type"};
	if (reference->edge == EDGE_FIELD)
		return field_name_text(reference->detail);
	if (reference->edge == EDGE_OPAQUE) {
		snprintf(word, sizeof(word), "word %" PRIu64, reference->detail);
		return word;
	}
	return names[reference->edge];
}

static bool is_worth_showing(
	struct findings *findings, const struct object *object, const char *what)
{
	for (unsigned i = 0; i < findings->details; i++)
		if (findings->shown[i].type == object->type && findings->shown[i].what == what)
			return false;
	if (findings->details == DETAILS_MAX)
		return false;
	findings->shown[findings->details].type = object->type;
	findings->shown[findings->details++].what = what;
	return true;
}

static void complain(struct findings *findings, const struct object *object, const char *what,
	uint64_t ours, uint64_t theirs)
{
	if (is_worth_showing(findings, object, what))
		printf("# %s at 0x%" PRIx64 " (%s): %s: %" PRIu64 ", not %" PRIu64 "\n",
			object->type->name, object->address, object->type->kind->name, what, ours,
			theirs);
}

static void complain_of_reference(const struct heap *heap, struct findings *findings,
	const struct object *object, const char *what, const char *by, addr_t to)
{
	struct object other;
	if (is_worth_showing(findings, object, what))
		printf("# %s at 0x%" PRIx64 " (%s): %s by %s: %s at 0x%" PRIx64 "\n",
			object->type->name, object->address, object->type->kind->name, what, by,
			object_read(heap, to, &other) ? other.type->name : "no object", to);
}

// A greenlet that waits says of itself that the collector does not look after it (its tp_is_gc); all
// the same it is in the lists.
static bool is_greenlet(const struct object *object)
{
	return !strcmp(object->type->kind->name, "greenlet");
}

// Whether gc.get_referents() asks the object at all: _PyObject_IS_GC(), static types are not.
static bool is_asked(const struct heap *heap, const struct object *object)
{
	uint64_t flags = TYPE_FLAG_HEAP;
	if (is_greenlet(object))
		return false;
	if (object->type->is_metatype && !image_read_u64(heap->image,
			object->address + heap_field(heap, FIELD_type_flags), &flags))
		return false;
	return object->type->has_gc_head && flags & TYPE_FLAG_HEAP;
}

// Up to these releases an instance with a dict reported the values inside it, and not the dict, which
// in turn did not report them.
static bool is_blind_to_embedded_values(const struct heap *heap)
{
	uint32_t release = heap->runtime->version >> 8;
	return (release >= 0x030d00 && release < 0x030d0d) ||
	       (release >= 0x030e00 && release < 0x030e04);
}

static bool is_embedded_value(
	const struct heap *heap, const struct object *object, const struct reference *reference)
{
	if (!is_blind_to_embedded_values(heap))
		return false;
	if (reference->edge == EDGE_FIELD)
		return !strcmp(field_name_text(reference->detail), "__dict__");
	uint64_t values = 0;
	uint32_t place = heap_field(heap, FIELD_dict_values);
	return reference->edge == EDGE_VALUE && !strcmp(object->type->kind->name, "dict") &&
	       image_read_u64(heap->image, object->address + place, &values) && values;
}

static bool is_known_extra(
	const struct heap *heap, const struct object *object, const struct reference *reference)
{
	if (reference->edge == EDGE_TYPE || !is_asked(heap, object) ||
		is_embedded_value(heap, object, reference))
		return true;
	for (size_t i = 0; i < sizeof(unreported) / sizeof(unreported[0]); i++) {
		const char *owner = unreported[i].owner, *field = unreported[i].field;
		if (unreported[i].edge != reference->edge ||
			(strcmp(owner, object->type->kind->name) &&
				strcmp(owner, object->type->name)))
			continue;
		if (!field || !strcmp(field, field_name_text(reference->detail)))
			return true;
	}
	return false;
}

static enum status references_read(
	const struct heap *heap, const struct object *object, struct references *ret)
{
	*ret = (struct references){.visitor = {collect}};
	return object_edges(heap, object, &ret->visitor);
}

// What the collector sees at an object that does not own it: at the wrapper of an lru_cache what its
// links hold; in 3.13.0 to .12 at an instance with a dict what that dict holds; at the types of ctypes
// what their StgDict holds.
static bool is_held_behind(
	const struct heap *heap, addr_t address, addr_t to, const char *field, unsigned depth)
{
	struct object object;
	struct references references;
	if (!object_read(heap, address, &object))
		return false;
	bool found = false;
	enum status status = references_read(heap, &object, &references);
	const struct reference *items = references.list.items;
	for (size_t i = 0; !status && !found && i < references.list.count; i++) {
		bool matches = field ? items[i].edge == EDGE_FIELD &&
					       !strcmp(edge_text(&items[i]), field) :
				       items[i].edge != EDGE_TYPE;
		if (matches && !field && items[i].to == to)
			found = true;
		else if (matches && depth && (field || items[i].edge == EDGE_VALUE))
			found = is_held_behind(heap, items[i].to, to, NULL, depth - 1);
	}
	reference_list_deinit(&references.list);
	return found;
}

static bool is_known_missing(const struct heap *heap, const struct object *object, addr_t to)
{
	addr_t link_type;
	if (!strcmp(object->type->kind->name, "lru_cache"))
		return is_held_behind(heap, object->address, to, "cache", 2) ||
		       (image_read_u64(heap->image,
				object->address + heap_field(heap, FIELD_lru_cache_link_type),
				&link_type) &&
			       link_type == to); // once a link
	if (!strcmp(object->type->name, "PyCapsule"))
		return true; // what its C module keeps behind a pointer
	return (is_blind_to_embedded_values(heap) || object->type->is_metatype) &&
	       is_held_behind(heap, object->address, to, "__dict__", 1);
}

static void complain_of_module(
	const struct heap *heap, const struct object *object, uint64_t missing, uint64_t unexpected)
{
	AUTO(text_deinit) struct text name = {0};
	addr_t str = 0;
	if (!missing && !unexpected)
		return;
	if (image_read_u64(heap->image, object->address + heap_field(heap, FIELD_module_name), &str) &&
		!str_add(&heap->python, str, 100, &name))
		printf("# module %s: %" PRIu64 " missing, %" PRIu64 " beyond\n", name.bytes, missing,
			unexpected);
}

static void compare_edges(const struct heap *heap, const struct object *object,
	const struct row *row, struct references *ours, struct findings *findings)
{
	struct reference *items = ours->list.items;
	uint64_t *theirs = malloc((row->count + 1) * sizeof(*theirs));
	uint64_t missing = 0, unexpected = 0;
	size_t i = 0, j = 0;
	const struct kind *kind = object->type->kind;
	bool is_module = !strcmp(kind->name, "module");
	if (!theirs)
		abort();
	memcpy(theirs, row->referents, row->count * sizeof(*theirs));
	qsort(theirs, row->count, sizeof(*theirs), compare_addresses);
	for (size_t k = 0; k < ours->list.count; k++)
		items[k].is_extra = is_known_extra(heap, object, &items[k]);
	reference_list_sort(&ours->list, compare_references);
	while (i < ours->list.count || j < row->count) {
		bool has_ours = i < ours->list.count, has_theirs = j < row->count;
		if (has_ours && has_theirs && items[i].to == theirs[j]) {
			i++, j++;
		} else if (!has_theirs || (has_ours && items[i].to < theirs[j])) {
			if (!items[i].is_extra) {
				unexpected++;
				complain_of_reference(heap, findings, object, "beyond referents",
					edge_text(&items[i]), items[i].to);
			}
			i++;
		} else {
			if (!is_known_missing(heap, object, theirs[j])) {
				missing++;
				complain_of_reference(heap, findings, object, "missing", "us",
					theirs[j]);
			}
			j++;
		}
	}
	free(theirs);
	if (is_module) {
		findings->modules_missing += missing != 0;
		findings->modules_beyond += unexpected != 0;
		complain_of_module(heap, object, missing, unexpected);
	} else if (kind->is_opaque) {
		findings->missing_of_opaque += missing;
		findings->unexpected_of_opaque += unexpected;
	} else {
		findings->missing += missing;
		findings->unexpected += unexpected;
	}
}

static void compare_size(const struct heap *heap, const struct object *object,
	const struct row *row, struct findings *findings)
{
	uint64_t size;
	if (row->size < 0)
		return;
	if (object_size(heap, object, &size) == STATUS_OK && size == (uint64_t)row->size)
		return;
	if (object->type->size_is_approximate) {
		findings->approximate_sizes++;
		complain(findings, object, "approximate size", size, (uint64_t)row->size);
		return;
	}
	findings->wrong_sizes++;
	complain(findings, object, "size", size, (uint64_t)row->size);
}

static void compare_length(const struct heap *heap, const struct object *object,
	const struct row *row, struct findings *findings)
{
	uint64_t length = UINT64_MAX;
	if (row->length < 0)
		return;
	const struct kind *kind = object->type->kind;
	if (kind->length && kind->length(heap, object, &length) == STATUS_OK &&
		length == (uint64_t)row->length)
		return;
	findings->wrong_lengths++;
	complain(findings, object, "length", length, (uint64_t)row->length);
}

static void compare_object(
	const struct heap *heap, const struct row *row, struct findings *findings)
{
	struct object object;
	struct references ours;
	findings->objects++;
	if (!object_read(heap, row->address, &object)) {
		findings->unreadable++;
		printf("# no object at 0x%" PRIx64 "\n", row->address);
		return;
	}
	findings->opaque += object.type->kind->is_opaque;
	compare_size(heap, &object, row, findings);
	compare_length(heap, &object, row, findings);
	if (object_is_tracked(heap, &object) != row->is_tracked && !is_greenlet(&object)) {
		findings->wrong_tracked++;
		complain(findings, &object, "tracked", !row->is_tracked, row->is_tracked);
	}
	enum status status = references_read(heap, &object, &ours);
	if (status) {
		findings->broken++;
		complain(findings, &object, status_text(status), status, STATUS_OK);
	}
	compare_edges(heap, &object, row, &ours, findings);
	reference_list_deinit(&ours.list);
}

static void check_findings(const struct findings *findings)
{
	printf("# %" PRIu64 " objects, %" PRIu64 " opaque (%" PRIu64 " references missing, %" PRIu64
	       " beyond), %" PRIu64 " sizes approximate\n",
		findings->objects, findings->opaque, findings->missing_of_opaque,
		findings->unexpected_of_opaque, findings->approximate_sizes);
	CHECK(findings->objects > 10000);
	CHECK(findings->unreadable == 0);
	CHECK(findings->broken == 0);
	CHECK(findings->wrong_sizes == 0);
	CHECK(findings->wrong_lengths == 0);
	CHECK(findings->wrong_tracked == 0);
	CHECK(findings->missing == 0);
	CHECK(findings->unexpected == 0);
	CHECK(findings->modules_beyond <= MODULES_BEYOND_MAX);
	CHECK(findings->modules_missing <= MODULES_MISSING_MAX);
	CHECK(findings->opaque * 1000 <= findings->objects * OPAQUE_PER_MILLE_MAX);
}

static void compare_all(
	const struct heap *heap, const uint64_t *words, uint64_t count, struct findings *findings)
{
	for (uint64_t i = 0; i + 5 <= count && words[i + 4] <= count - i - 5;) {
		struct row row = {words[i], (int64_t)words[i + 1], (int64_t)words[i + 2],
			words[i + 3] != 0, words[i + 4], &words[i + 5]};
		compare_object(heap, &row, findings);
		i += 5 + row.count;
	}
}

MAP_U64(node_numbers, uint32_t)

// A graph of the same memory, and what is wrong with it.
struct whole {
	const struct heap *heap;
	struct graph graph;
	struct node_numbers numbers; // by address
	uint64_t edges, wrong, beyond, absent, missing;
};

static bool make_graph(const struct live *live, const struct heap *heap, struct graph *ret)
{
	AUTO(graph_builder_destroyp) struct graph_builder *builder = NULL;
	AUTO(walk_destroyp) struct walk *walk = NULL;
	struct error err = {""};
	enum status status =
		walk_create(heap, live->interpreters, live->interpreter_count, &walk, &err);
	if (!status)
		status = graph_builder_create(walk, &builder);
	while (!status && (status = walk_step(walk, 5000, &err)) == STATUS_MORE)
		status = STATUS_OK;
	while (!status && (status = graph_builder_step(builder, 5000, &err)) == STATUS_MORE)
		status = STATUS_OK;
	if (!CHECK(status == STATUS_OK)) {
		printf("# %s\n", err.message);
		return false;
	}
	*ret = graph_builder_take(builder);
	return true;
}

static uint32_t node_at(const struct whole *whole, addr_t address)
{
	const uint32_t *node = node_numbers_find(&whole->numbers, address);
	return node ? *node : GRAPH_NONE;
}

// Whether the detail of an edge in the graph stands for that of the reference.
static bool detail_is_right(
	const struct whole *whole, const struct graph_edge *edge, uint64_t detail)
{
	const struct graph_names *names = &whole->graph.names;
	switch (edge->kind) {
	case EDGE_ATTRIBUTE:
	case EDGE_SLOT:
	case EDGE_LOCAL:
		if (!detail)
			return edge->detail == GRAPH_NONE;
		return edge->detail < names->count &&
		       names->items[edge->detail].address == detail &&
		       names->items[edge->detail].node == node_at(whole, detail) &&
		       (edge->kind == EDGE_SLOT || names->items[edge->detail].node != GRAPH_NONE);
	case EDGE_VALUE:
		return edge->detail != GRAPH_NONE && edge->detail == node_at(whole, detail);
	default:
		return edge->detail == detail;
	}
}

// The edges of a node are the references of the object, in their order: all of them, but for those that
// were taken for references and are none, and for types that C code defines.
static void compare_with_graph(struct whole *whole, uint32_t node)
{
	struct object object;
	struct references references;
	addr_t address = graph_node(&whole->graph, node)->address;
	if (!object_read(whole->heap, address, &object)) {
		whole->wrong += graph_node(&whole->graph, node)->type != GRAPH_NONE;
		return;
	}
	enum status status = references_read(whole->heap, &object, &references);
	uint32_t at = graph_first_edge(&whole->graph, node);
	uint32_t end = graph_first_edge(&whole->graph, node + 1);
	bool owns_type = object.type->flags & TYPE_FLAG_HEAP;
	vector_for_each(reference, &references.list) {
		if (reference->edge == EDGE_TYPE && !owns_type)
			continue;
		struct graph_edge edge = {.target = GRAPH_NONE};
		if (at < end)
			edge = graph_edge(&whole->graph, at);
		whole->edges++;
		if (edge.target != GRAPH_NONE && edge.target == node_at(whole, reference->to) &&
			edge.kind == reference->edge) {
			at++;
			whole->wrong += !detail_is_right(whole, &edge, reference->detail);
		} else if (reference->edge != EDGE_OPAQUE) {
			whole->absent += !status;
		}
	}
	whole->beyond += end - at;
	reference_list_deinit(&references.list);
}

static bool graph_has(const struct whole *whole, uint32_t node, addr_t to)
{
	uint32_t target = node_at(whole, to);
	return target != GRAPH_NONE &&
	       graph_find_edge(&whole->graph, node, target, 0) != GRAPH_NONE;
}

// What gc.get_referents() says is in the graph, too.
static void cover_row(struct whole *whole, const struct row *row)
{
	struct object object;
	uint32_t node = node_at(whole, row->address);
	if (node == GRAPH_NONE || !object_read(whole->heap, row->address, &object)) {
		whole->missing++;
		return;
	}
	if (object.type->kind->is_opaque || !strcmp(object.type->kind->name, "module"))
		return; // check_findings() has counted them
	for (uint64_t i = 0; i < row->count; i++)
		if (!graph_has(whole, node, row->referents[i]) &&
			!is_known_missing(whole->heap, &object, row->referents[i]))
			whole->missing++;
}

static void check_graph(const struct live *live, const struct heap *heap, const uint64_t *words,
	uint64_t count)
{
	struct whole whole = {.heap = heap};
	if (!make_graph(live, heap, &whole.graph))
		return;
	for (uint32_t node = 0; node < whole.graph.node_count; node++) {
		uint32_t *number = node_numbers_add(
			&whole.numbers, graph_node(&whole.graph, node)->address);
		if (!number)
			abort();
		*number = node;
	}
	for (uint32_t node = 0; node < whole.graph.node_count; node++)
		compare_with_graph(&whole, node);
	for (uint64_t i = 0; i + 5 <= count && words[i + 4] <= count - i - 5;) {
		struct row row = {.address = words[i], .count = words[i + 4],
			.referents = &words[i + 5]};
		cover_row(&whole, &row);
		i += 5 + row.count;
	}
	printf("# graph: %" PRIu32 " nodes, %" PRIu32 " edges, %zu roots, %zu names; %" PRIu64
	       " references looked at\n",
		whole.graph.node_count, whole.graph.edge_count, whole.graph.roots.count,
		whole.graph.names.count, whole.edges);
	CHECK(whole.graph.edge_count > 100000 && whole.graph.roots.count > 10);
	CHECK(whole.wrong == 0);
	CHECK(whole.beyond == 0);
	CHECK(whole.absent == 0);
	CHECK(whole.missing == 0);
	node_numbers_deinit(&whole.numbers);
	graph_deinit(&whole.graph);
}

static void test_live(const struct live *live)
{
	uint64_t count = live_number(live, "words");
	const uint64_t *words =
		image_at(live->image, live_number(live, "figures"), count * sizeof(*words));
	struct types *types = NULL;
	struct findings findings = {0};
	if (!CHECK(words) || !CHECK(!types_create(&types)))
		return;
	struct heap heap = {
		.python = runtime_python_copy(live->runtime, live->image, live->capture),
		.runtime = live->runtime,
		.layout = live->runtime->layout,
		.image = live->image,
		.types = types,
	};
	if (*live_fact(live, "without"))
		printf("# without %s and perhaps others\n", live_fact(live, "without"));
	compare_all(&heap, words, count, &findings);
	check_findings(&findings);
	CHECK(findings.objects + 10 >= live_number(live, "objects"));
	check_graph(live, &heap, words, count);
	types_destroy(types);
}

static char *read_script(void)
{
	const char *folder = getenv("srcdir");
	AUTO(freep) char *path = NULL;
	if (asprintf(&path, "%s/tests/targets/referents.py", folder ? folder : ".") < 0)
		abort();
	AUTO(fclosep) FILE *file = fopen(path, "re");
	char *script = calloc(1, 1 << 17);
	if (!script)
		abort();
	size_t size = file ? fread(script, 1, (1 << 17) - 1, file) : 0;
	CHECK(size > 0);
	return script;
}

int main(void)
{
	AUTO(freep) char *script = read_script();
	live_each_installed(script, test_live);
	return test_done();
}

// SPDX-License-Identifier: MIT
#include "heap/fillers.h"

#include "base/guard.h"
#include "base/map.h"
#include "base/text.h"
#include "base/vector.h"
#include "heap/instance.h"
#include "heap/type.h"
#include "heap/walk.h"
#include "python/bytecode.h"
#include "python/code.h"
#include "python/dict.h"
#include "python/list.h"
#include "python/str.h"
#include "result/census.h"

#include <stdlib.h>
#include <string.h>

enum {
	NAME_MAX_CHARACTERS = 200,
	NAMES_MAX = 4096, // of a code object; one with more is passed over
	CONSTANTS_MAX = 1 << 16,
	FOUND_MAX = 16, // in one code object
	NESTING_MAX = 16,      // of functions in functions
	VALUES_MAX = 8,	       // that are followed at once on one stack
	BASES_MAX = 256,
	// Include/opcode.h, the same in each version that has BINARY_OP.
	NB_INPLACE_ADD = 13,
	NB_INPLACE_OR = 20,
};

// The methods that add something, of the containers of the standard library and what is like them.
static const char *const adding[] = {
	"append", "add", "setdefault", "update", "extend", "insert", "appendleft", "extendleft",
	"put", "put_nowait", "push",
};

// --- What leads to a container ---

MAP_U64(address_set, char)

enum { VISITED = 1, VISITED_AS_METHOD = 2 }; // of a code object in a set

struct wanted {
	size_t position; // in the census
	addr_t container;
	addr_t owner; // the module, class or object that has it as an attribute; 0: none
	char *name;   // of the attribute, in ASCII; NULL: none
	struct address_set methods; // functions whose first argument has that attribute
	struct filler_list found;	    // the best FILLERS_MAX, container is their rank
};

VECTOR(wanted_list, struct wanted)

static void wanted_list_free(struct wanted_list *list)
{
	vector_for_each(wanted, list) {
		free(wanted->name);
		address_set_deinit(&wanted->methods);
		filler_list_free(&wanted->found);
	}
	wanted_list_deinit(list);
}
GUARD(struct wanted_list, wanted_list_free)

// The first reference from one object to another.
struct reference_finder {
	struct visitor base; // first
	addr_t to;
	bool found;
	enum edge edge;
	uint64_t detail;
};

static void reference_finder_edge(
	struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	struct reference_finder *finder = (struct reference_finder *)visitor;
	if (finder->found || to != finder->to || edge == EDGE_KEY)
		return;
	finder->found = true;
	finder->edge = edge;
	finder->detail = detail;
}

static bool find_reference(
	const struct heap *heap, addr_t from, addr_t to, struct reference_finder *ret)
{
	struct object object;
	*ret = (struct reference_finder){.base = {.edge = reference_finder_edge}, .to = to};
	if (!object_read(heap, from, &object))
		return false;
	enum status status = object_edges(heap, &object, &ret->base);
	(void)status; // what can be read is reported
	return ret->found;
}

// The name in a str object; NULL where it is none that code could spell in ASCII.
static char *read_name(const struct heap *heap, addr_t str)
{
	AUTO(text_deinit) struct text text = {0};
	if (str_add(&heap->python, str, NAME_MAX_CHARACTERS, &text) || !text.length)
		return NULL;
	return str_equals(&heap->python, str, text.bytes) ? text_take(&text) : NULL;
}

// Of whom the container is an attribute, and by which name.
static void find_owner(const struct walk *walk, uint32_t node, struct wanted *wanted)
{
	const struct heap *heap = walk_heap(walk);
	struct reference_finder last, before;
	uint32_t parent = walk_node(walk, node).parent;
	if (parent >= GRAPH_ROOT ||
		!find_reference(heap, walk_node(walk, parent).address, wanted->container, &last))
		return;
	addr_t holder = walk_node(walk, parent).address;
	char *slot = NULL;
	switch (last.edge) {
	case EDGE_ATTRIBUTE:
		wanted->name = read_name(heap, last.detail);
		break;
	case EDGE_SLOT:
		if (!memory_c_string(&heap->python.memory, last.detail, TYPE_NAME_MAX_BYTES, &slot))
			wanted->name = slot;
		break;
	case EDGE_VALUE: // of the dict of a module, a class or an object
		parent = walk_node(walk, parent).parent;
		if (parent >= GRAPH_ROOT ||
			!find_reference(heap, walk_node(walk, parent).address, holder, &before) ||
			before.edge != EDGE_FIELD || before.detail != NAME___dict__)
			return;
		holder = walk_node(walk, parent).address;
		wanted->name = read_name(heap, last.detail);
		break;
	default:
		return;
	}
	if (wanted->name)
		wanted->owner = holder;
}

// The function in a class's dict: itself, or what a classmethod is of.
static addr_t function_of(const struct heap *heap, addr_t value)
{
	addr_t function = value;
	if (header_is_exact(&heap->python, value, WELL_KNOWN_classmethod) &&
		field_u64(&heap->python, value, FIELD_classmethod_callable, &function))
		return 0;
	return header_is_exact(&heap->python, function, WELL_KNOWN_function) ? function : 0;
}

static enum status add_methods_of(const struct heap *heap, addr_t class, struct wanted *wanted)
{
	struct dict_reader reader;
	struct dict_entry entry;
	addr_t dict = 0;
	if (field_u64(&heap->python, class, FIELD_type_dict, &dict) || !dict ||
		dict_reader_init(&heap->python, dict, &reader))
		return STATUS_OK;
	while (dict_reader_next(&reader, &entry)) {
		addr_t function = function_of(heap, entry.value);
		if (function && !address_set_add(&wanted->methods, function))
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

// The methods of the owner's class and its bases; of a class that is the owner, its own.
static enum status find_methods(const struct heap *heap, struct wanted *wanted)
{
	struct object object;
	struct items bases;
	addr_t mro = 0;
	if (!wanted->owner || !object_read(heap, wanted->owner, &object) ||
		header_is_exact(&heap->python, wanted->owner, WELL_KNOWN_module))
		return STATUS_OK;
	addr_t class = object.type->is_metatype ? wanted->owner : object.type->address;
	if (field_u64(&heap->python, class, FIELD_type_mro, &mro) ||
		tuple_items(&heap->python, mro, &bases) || bases.count > BASES_MAX)
		return STATUS_OK;
	enum status status = STATUS_OK;
	for (uint64_t i = 0; !status && i < bases.count; i++)
		if (!items_read(&heap->python, &bases, i, &class))
			status = add_methods_of(heap, class, wanted);
	return status;
}

// --- Globals that lead to one ---

struct binding {
	addr_t name; // the str object: names of globals are interned
	uint32_t wanted;
	bool is_owner; // it has the owner, not the container
};

VECTOR(bindings, struct binding)

MAP_U64(namespaces, struct bindings) // by the address of a dict of globals

static void namespaces_free(struct namespaces *namespaces)
{
	vector_for_each(entry, namespaces)
		bindings_deinit(&entry->value);
	namespaces_deinit(namespaces);
}
GUARD(struct namespaces, namespaces_free)

// Code objects that were looked at.
struct search {
	const struct heap *heap;
	struct wanted_list wanted;
	struct namespaces namespaces;
	struct address_set codes;
};

static void search_deinit(struct search *search)
{
	wanted_list_free(&search->wanted);
	namespaces_free(&search->namespaces);
	address_set_deinit(&search->codes);
}
GUARD(struct search, search_deinit)

static enum status add_bindings(
	const struct search *search, const struct dict_entry *entry, struct bindings *bindings)
{
	for (uint32_t i = 0; i < search->wanted.count; i++) {
		const struct wanted *wanted = &search->wanted.items[i];
		bool is_owner = entry->value == wanted->owner;
		if (entry->value != wanted->container && !is_owner)
			continue;
		if (bindings_add(bindings, (struct binding){entry->key, i, is_owner}))
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

// What of these globals leads to a container. Each dict is read once.
static enum status find_bindings(
	struct search *search, addr_t globals, const struct bindings **ret)
{
	struct bindings *bindings = namespaces_find(&search->namespaces, globals);
	enum status status = STATUS_OK;
	if (!bindings) {
		struct dict_reader reader;
		struct dict_entry entry;
		bindings = namespaces_add(&search->namespaces, globals);
		if (!bindings)
			return STATUS_NO_MEMORY;
		if (!dict_reader_init(&search->heap->python, globals, &reader))
			while (!status && dict_reader_next(&reader, &entry))
				status = add_bindings(search, &entry, bindings);
	}
	*ret = bindings;
	return status;
}

// --- One code object ---

enum value_state {
	VALUE_NONE,
	VALUE_OWNER,
	VALUE_CONTAINER,
	VALUE_METHOD,	 // of the container, that adds
	VALUE_AUGMENTED, // the container, with something added in place: what follows stores it
};

// One that is followed on the stack.
struct value {
	enum value_state state;
	uint32_t wanted;
	bool is_of_self; // it was reached by way of the first argument
	int depth;	 // 1: on top
	const char *how;
	size_t offset;	 // of the method's name
};

struct scan {
	struct search *search;
	addr_t code;
	struct items names;
	const struct bindings *bindings;
	addr_t method; // the function itself where it is a method of what is looked for, else 0
	bool is_nested; // a function or class in another one
	struct value values[VALUES_MAX];
	unsigned found;
	enum status status;
};

static addr_t name_at(const struct scan *scan, uint32_t position)
{
	addr_t name = 0;
	if (position >= scan->names.count ||
		items_read(&scan->search->heap->python, &scan->names, position, &name))
		return 0;
	return name;
}

static const char *adding_method(const struct scan *scan, uint32_t position)
{
	addr_t name = name_at(scan, position);
	for (size_t i = 0; name && i < sizeof(adding) / sizeof(*adding); i++)
		if (str_equals(&scan->search->heap->python, name, adding[i]))
			return adding[i];
	return NULL;
}

// A store in plain sight comes first, and code that knows the container by a name of its own before
// the methods of the class.
static uint32_t rank_of(const struct value *value, const char *how)
{
	return (value->is_of_self ? 2 : 0) + (strcmp(how, "store") ? 1 : 0);
}

static int compare_fillers(const void *left, const void *right)
{
	const struct filler *a = left, *b = right;
	if (a->container != b->container)
		return a->container < b->container ? -1 : 1;
	int order = strcmp(a->file, b->file);
	if (!order)
		order = a->line - b->line;
	return order ? order : strcmp(a->function, b->function);
}

static void drop_last(struct filler_list *found)
{
	filler_deinit(filler_list_last(found));
	found->count--;
}

static void keep_best(struct filler_list *found)
{
	filler_list_sort(found, compare_fillers);
	if (found->count > FILLERS_MAX)
		drop_last(found);
}

static void found(struct scan *scan, struct value *value, const char *how, size_t offset)
{
	const struct python *python = &scan->search->heap->python;
	struct filler_list *found = &scan->search->wanted.items[value->wanted].found;
	AUTO(freep) char *function = NULL;
	AUTO(freep) char *file = NULL;
	uint32_t rank = rank_of(value, how);
	value->state = VALUE_NONE;
	scan->found++;
	enum status status = code_describe(python, scan->code, &function, &file);
	if (status) {
		scan->status = status == STATUS_NO_MEMORY ? status : scan->status;
		return;
	}
	int line = code_line(python, scan->code, (int64_t)offset);
	vector_for_each(filler, found) {
		if (strcmp(filler->function, function) || strcmp(filler->file, file))
			continue;
		if (rank < filler->container) {
			filler->container = rank;
			filler->line = line;
			filler->how = how;
			filler_list_sort(found, compare_fillers);
		}
		return;
	}
	struct filler filler = {rank, function, file, line, how};
	if (filler_list_add(found, filler)) {
		scan->status = STATUS_NO_MEMORY;
		return;
	}
	function = NULL;
	file = NULL;
	keep_best(found);
}

static void follow(struct scan *scan, const struct value *value)
{
	for (size_t i = 0; i < VALUES_MAX; i++)
		if (scan->values[i].state == VALUE_NONE) {
			scan->values[i] = *value;
			return;
		}
}

// An attribute of a value on top of the stack is loaded.
static void load_attribute(
	struct scan *scan, struct value *value, const struct instruction *instruction)
{
	const struct python *python = &scan->search->heap->python;
	const struct wanted *wanted = &scan->search->wanted.items[value->wanted];
	bool is_called = instruction->role == OPCODE_LOAD_METHOD || instruction->has_flag;
	if (value->state == VALUE_OWNER && !is_called) {
		addr_t name = name_at(scan, instruction->name);
		bool is_it = name && str_equals(python, name, wanted->name);
		value->state = is_it ? VALUE_CONTAINER : VALUE_NONE;
		return;
	}
	const char *how = value->state == VALUE_CONTAINER
		? adding_method(scan, instruction->name) : NULL;
	value->state = VALUE_NONE;
	if (how && is_called) {
		found(scan, value, how, instruction->offset);
	} else if (how) {
		value->state = VALUE_METHOD;
		value->how = how;
		value->offset = instruction->offset;
	}
}

static bool is_in_place(const struct instruction *instruction)
{
	return instruction->role == OPCODE_INPLACE ||
		(instruction->role == OPCODE_BINARY_OP &&
			(instruction->argument == NB_INPLACE_ADD ||
				instruction->argument == NB_INPLACE_OR));
}

// What becomes of a value that an instruction takes from the stack.
static void consume(struct scan *scan, struct value *value, const struct instruction *instruction)
{
	if (value->state == VALUE_CONTAINER && value->depth == 2) {
		if (instruction->role == OPCODE_STORE_SUBSCR) {
			found(scan, value, "store", instruction->offset);
			return;
		}
		if (is_in_place(instruction)) {
			value->state = VALUE_AUGMENTED;
			value->offset = instruction->offset;
			return;
		}
	}
	if (value->state == VALUE_METHOD && instruction->role == OPCODE_CALL)
		found(scan, value, value->how, value->offset);
	value->state = VALUE_NONE;
}

static void step(struct scan *scan, struct value *value, const struct instruction *instruction)
{
	enum opcode_role role = instruction->role;
	if (value->state == VALUE_AUGMENTED) {
		if (role == OPCODE_SWAP)
			return;
		if (role == OPCODE_STORE_GLOBAL || role == OPCODE_STORE_ATTR)
			found(scan, value, "+=", value->offset);
		value->state = VALUE_NONE;
		return;
	}
	// In a += b the owner is needed twice.
	if (role == OPCODE_DUPLICATE && value->state == VALUE_OWNER && value->depth == 1 &&
		instruction->argument <= 1)
		return;
	bool is_plain = role != OPCODE_UNKNOWN && role != OPCODE_DUPLICATE && role != OPCODE_SWAP &&
		role != OPCODE_SHUFFLE && role != OPCODE_JUMP && instruction->has_effect;
	if (!is_plain) {
		value->state = VALUE_NONE;
		return;
	}
	bool loads_attribute = role == OPCODE_LOAD_ATTR || role == OPCODE_LOAD_METHOD;
	if (loads_attribute && value->depth == 1) {
		load_attribute(scan, value, instruction);
		return;
	}
	// It takes what it needs for one result, or at least does not take more.
	int taken = 1 - instruction->effect;
	if (!loads_attribute && taken >= value->depth)
		consume(scan, value, instruction);
	else
		value->depth += instruction->effect;
}

static void load_global(struct scan *scan, const struct instruction *instruction)
{
	if (instruction->has_flag || !scan->bindings->count)
		return; // it is called
	addr_t name = name_at(scan, instruction->name);
	vector_for_each(binding, scan->bindings) {
		if (binding->name != name)
			continue;
		const struct value value = {
			.state = binding->is_owner ? VALUE_OWNER : VALUE_CONTAINER,
			.wanted = binding->wanted,
			.depth = 1,
		};
		follow(scan, &value);
	}
}

static void load_self(struct scan *scan)
{
	for (uint32_t i = 0; scan->method && i < scan->search->wanted.count; i++) {
		const struct value value = {VALUE_OWNER, i, true, 1, NULL, 0};
		if (address_set_find(&scan->search->wanted.items[i].methods, scan->method))
			follow(scan, &value);
	}
}

static void scan_instructions(struct scan *scan)
{
	struct bytecode bytecode;
	struct instruction instruction;
	if (bytecode_open(&scan->search->heap->python, scan->code, &bytecode))
		return;
	while (!scan->status && scan->found < FOUND_MAX &&
		bytecode_next(&bytecode, &instruction)) {
		for (size_t i = 0; i < VALUES_MAX; i++)
			if (scan->values[i].state != VALUE_NONE)
				step(scan, &scan->values[i], &instruction);
		// Outside of a function names are globals; in a class they need not be.
		if (instruction.role == OPCODE_LOAD_GLOBAL ||
			(instruction.role == OPCODE_LOAD_NAME && !scan->is_nested))
			load_global(scan, &instruction);
		else if (instruction.role == OPCODE_LOAD_LOCAL && !instruction.argument)
			load_self(scan);
		else if (instruction.role == OPCODE_LOAD_LOCALS && !(instruction.argument & 15))
			load_self(scan);
	}
}

// Whether the code has a name that may lead to a container: most have none.
static bool has_name(const struct scan *scan)
{
	const struct search *search = scan->search;
	for (uint32_t i = 0; i < scan->names.count; i++) {
		addr_t name = name_at(scan, i);
		vector_for_each(binding, scan->bindings)
			if (binding->name == name)
				return true;
		vector_for_each(wanted, &search->wanted)
			if (wanted->name && name && scan->method &&
				str_equals(&search->heap->python, name, wanted->name))
				return true;
	}
	return false;
}

static enum status scan_code(struct search *search, addr_t code, addr_t method,
	const struct bindings *bindings, unsigned nesting)
{
	const struct python *python = &search->heap->python;
	struct scan scan = {
		.search = search, .code = code, .bindings = bindings, .method = method, .is_nested = nesting > 0};
	addr_t names = 0, constants = 0;
	struct items items;
	if (!header_is_exact(python, code, WELL_KNOWN_code) || nesting > NESTING_MAX)
		return STATUS_OK;
	// That of several functions made by one statement is the same. It may be met as a constant of
	// the code around it first.
	char *visits = address_set_add(&search->codes, code);
	char visit = method ? VISITED_AS_METHOD : VISITED;
	if (!visits)
		return STATUS_NO_MEMORY;
	if (*visits & visit)
		return STATUS_OK;
	*visits |= visit;
	if (!field_u64(python, code, FIELD_code_names, &names) &&
		!tuple_items(python, names, &scan.names) && scan.names.count <= NAMES_MAX &&
		has_name(&scan))
		scan_instructions(&scan);
	if (!bindings->count || field_u64(python, code, FIELD_code_consts, &constants) ||
		tuple_items(python, constants, &items) || items.count > CONSTANTS_MAX)
		return scan.status;
	for (uint64_t i = 0; !scan.status && i < items.count; i++) {
		addr_t constant;
		if (!items_read(python, &items, i, &constant))
			scan.status = scan_code(search, constant, 0, bindings, nesting + 1);
	}
	return scan.status;
}

// --- All functions ---

static bool is_method(const struct search *search, addr_t function)
{
	vector_for_each(wanted, &search->wanted)
		if (address_set_find(&wanted->methods, function))
			return true;
	return false;
}

static enum status scan_function(struct search *search, addr_t function)
{
	const struct python *python = &search->heap->python;
	const struct bindings *bindings = NULL;
	addr_t globals = 0, code = 0;
	if (field_u64(python, function, FIELD_function_globals, &globals) ||
		field_u64(python, function, FIELD_function_code, &code))
		return STATUS_OK;
	enum status status = find_bindings(search, globals, &bindings);
	addr_t method = is_method(search, function) ? function : 0;
	if (status || (!bindings->count && !method))
		return status;
	return scan_code(search, code, method, bindings, 0);
}

static enum status scan_functions(struct search *search, const struct walk *walk)
{
	const struct type *type =
		types_get(search->heap, search->heap->python.well_known[WELL_KNOWN_function]);
	enum status status = STATUS_OK;
	for (uint32_t node = 0; type && !status && node < walk_count(walk); node++) {
		struct graph_node found = walk_node(walk, node);
		if (found.type == type->id)
			status = scan_function(search, found.address);
	}
	return status;
}

static enum status want(struct search *search, const struct walk *walk,
	const struct census *census, size_t position)
{
	const struct census_container *container = &census->containers[position];
	struct wanted *wanted = wanted_list_add_zeroed(&search->wanted);
	if (!wanted)
		return STATUS_NO_MEMORY;
	wanted->position = position;
	wanted->container = container->address;
	find_owner(walk, container->node, wanted);
	return find_methods(search->heap, wanted);
}

// Hands over what was found of one container.
static enum status hand_over(struct wanted *wanted, struct filler_list *all)
{
	if (filler_list_reserve(all, all->count + wanted->found.count))
		return STATUS_NO_MEMORY;
	vector_for_each(filler, &wanted->found) {
		filler->container = (uint32_t)wanted->position;
		all->items[all->count++] = *filler;
	}
	wanted->found.count = 0;
	return STATUS_OK;
}

enum status fillers_find(const struct walk *walk, const struct census *census,
	const size_t *positions, size_t count, struct filler_list *ret)
{
	AUTO(search_deinit) struct search search = {.heap = walk_heap(walk)};
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < count && i < FILLERS_CONTAINERS_MAX; i++)
		status = want(&search, walk, census, positions[i]);
	if (!status)
		status = scan_functions(&search, walk);
	for (size_t i = 0; !status && i < search.wanted.count; i++)
		status = hand_over(&search.wanted.items[i], ret);
	return status;
}

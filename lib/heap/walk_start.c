// SPDX-License-Identifier: MIT
#include "heap/walk_start.h"

#include "base/log.h"
#include "heap/scan.h"
#include "heap/type.h"
#include "interp/runtime.h"
#include "interp/static_data.h"
#include "python/dict.h"
#include "python/str.h"

#include <endian.h>
#include <string.h>

enum { WORD = 8, INTERNED_MIN = 256 };

static const uint64_t DEBUG_MARK = 0xfdfdfdfdfdfdfd;
// Plausible sizes of an interpreter's state: 3.8 has 2.7 KiB, 3.14 has 0.5 MiB.
static const uint64_t STATE_SIZE_MAX = 16 << 20, STATE_SIZE_MIN = 1024;

// sys.modules, the modules, their dicts and the globals in these are met before anything else, so
// that whatever a global leads to is named after it. The program's own module comes first: its
// names are better than those under which other modules import from it. sys and builtins come last,
// since everyone has what they hold.
enum rank { RANK_MAIN, RANK_OTHER, RANK_LAST, RANK_COUNT };

static enum rank module_rank(const struct heap *heap, addr_t name)
{
	if (str_equals(&heap->python, name, "__main__"))
		return RANK_MAIN;
	if (str_equals(&heap->python, name, "sys") || str_equals(&heap->python, name, "builtins"))
		return RANK_LAST;
	return RANK_OTHER;
}

// Adds the values of a dict that rank selects (RANK_COUNT: all) as children of node parent.
static void add_values(struct walk *walk, addr_t dict, uint32_t parent, enum rank rank)
{
	const struct heap *heap = walk_heap(walk);
	struct dict_reader reader;
	if (dict_reader_init(&heap->python, dict, &reader) != STATUS_OK)
		return;
	struct dict_entry entry;
	struct object object;
	while (dict_reader_next(&reader, &entry) && !walk_has_failed(walk)) {
		if (rank != RANK_COUNT && module_rank(heap, entry.key) != rank)
			continue;
		if (object_read(heap, entry.value, &object))
			walk_add(walk, entry.value, parent);
	}
}

// The dict of a module; 0: the object is no module. Programs may put anything into sys.modules.
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

// Adds an interpreter's dict of modules as a root, and the modules in it.
static void start_interpreter(struct walk *walk, addr_t modules, uint32_t interpreter)
{
	const struct heap *heap = walk_heap(walk);
	struct walk_root root = {.id = {.kind = ROOT_MODULES}, .interpreter = interpreter};
	struct object object;
	if (visited_has(walk_visited(walk), modules) || !walk_is_certain(walk, modules) ||
		!object_read(heap, modules, &object) || !(object.type->flags & TYPE_FLAG_DICT))
		return;
	uint32_t node = (uint32_t)walk_met(walk), number = walk_add_root(walk, &root);
	if (number == GRAPH_ROOT)
		return;
	walk_refer(walk, number, modules);
	if (walk_met(walk) == node)
		return;
	uint32_t first_module = node + 1;
	for (enum rank rank = 0; rank < RANK_COUNT; rank++)
		add_values(walk, modules, node, rank);

	uint32_t first_dict = (uint32_t)walk_met(walk);
	for (uint32_t i = first_module; i < first_dict; i++) {
		addr_t dict = module_dict(heap, walk_node(walk, i).address);
		if (dict)
			walk_add(walk, dict, i);
	}
	uint32_t first_global = (uint32_t)walk_met(walk);
	for (uint32_t i = first_dict; i < first_global; i++)
		add_values(walk, walk_node(walk, i).address, i, RANK_COUNT);
}

void walk_start_modules(struct walk *walk)
{
	size_t count;
	const struct interpreter *interpreters = walk_interpreters(walk, &count);
	for (size_t i = 0; i < count && !walk_has_failed(walk); i++)
		start_interpreter(walk, interpreters[i].modules, (uint32_t)i);
}

// Passes on the roots that belong to the current stage.
struct stage_visitor {
	struct root_visitor base; // first
	struct walk *walk;
	enum walk_stage stage;
	uint32_t interpreter; // the interpreter of these roots
};

static enum walk_stage root_stage(enum root_kind kind)
{
	if (kind == ROOT_TYPE)
		return STAGE_TYPES;
	return kind == ROOT_STRINGS ? STAGE_STRINGS : STAGE_ROOTS;
}

// A slot above the top of a stack may be in use, or be left over and hold by chance the address of
// a new object. Only objects that the collector tracks are accepted: strings that come and go with
// each sample would look like growth.
static bool is_tracked_object(const struct heap *heap, addr_t address)
{
	struct object object;
	return object_read(heap, address, &object) && object_is_tracked(heap, &object);
}

// sys.modules was reported at the start.
static bool is_news(const struct walk *walk, addr_t to, enum root_kind kind)
{
	return !visited_has(walk_visited(walk), to) ||
	       (walk_wants_roots(walk) && kind != ROOT_MODULES);
}

static void stage_root(struct root_visitor *visitor, addr_t to, const struct root_id *id)
{
	struct stage_visitor *stage = (struct stage_visitor *)visitor;
	struct walk *walk = stage->walk;
	if (root_stage(id->kind) != stage->stage || walk_has_failed(walk) ||
		!is_news(walk, to, id->kind) ||
		(id->kind == ROOT_STALE && !is_tracked_object(walk_heap(walk), to)) ||
		!walk_is_certain(walk, to))
		return;
	struct walk_root root = {.id = *id, .interpreter = stage->interpreter};
	uint32_t number = walk_add_root(walk, &root);
	if (number != GRAPH_ROOT)
		walk_refer(walk, number, to);
}

void walk_start_roots(struct walk *walk, enum walk_stage stage)
{
	const struct heap *heap = walk_heap(walk);
	struct stage_visitor visitor = {.base = {stage_root}, .walk = walk, .stage = stage};
	size_t count;
	const struct interpreter *interpreters = walk_interpreters(walk, &count);
	for (size_t i = 0; i < count; i++) {
		visitor.interpreter = (uint32_t)i;
		enum status status = roots_visit(
			heap->runtime, &heap->python, &interpreters[i], &visitor.base);
		if (status == STATUS_NO_MEMORY)
			walk_fail(walk);
		else if (status && stage == STAGE_ROOTS)
			walk_count_unreadable(walk);
	}
}

// Scans words for references to objects that only static variables hold: variables of C modules,
// and those of the interpreter that no layout names, such as its cache of attributes, which owns
// the names in it. A word that is the address of a live object counts as a reference. Static
// objects do not count: the code that is frozen into the interpreter has thousands of them, used or
// not. All words of one scan make one root.
struct static_scan {
	struct walk *walk;
	struct walk_root root;
	uint32_t number; // of the root
	bool has_root;	 // the root was needed, and added
};

// Up to 3.11 the dict of interned strings is a static variable, which only .symtab names
// (Objects/unicodeobject.c, interned). It maps each string to itself and has hundreds from the
// start; no other dict does so by chance.
static bool is_interned_strings(const struct heap *heap, addr_t address)
{
	struct object object, key;
	struct dict_reader reader;
	struct dict_entry entry;
	unsigned count = 0;
	if (!object_read(heap, address, &object) || !(object.type->flags & TYPE_FLAG_DICT) ||
		dict_reader_init(&heap->python, address, &reader))
		return false;
	for (; count < INTERNED_MIN && dict_reader_next(&reader, &entry); count++)
		if (entry.key != entry.value || !object_read(heap, entry.key, &key) ||
			!(key.type->flags & TYPE_FLAG_STR))
			return false;
	return count == INTERNED_MIN;
}

static void scan_refer(struct static_scan *scan, addr_t to)
{
	if (!scan->has_root)
		scan->number = walk_add_root(scan->walk, &scan->root);
	scan->has_root = true;
	if (scan->number != GRAPH_ROOT)
		walk_refer(scan->walk, scan->number, to);
}

static void scan_word(struct static_scan *scan, addr_t word)
{
	struct walk *walk = scan->walk;
	const struct heap *heap = walk_heap(walk);
	if (!word || !image_holds_page(heap->image, word))
		return;
	bool was_met = visited_has(walk_visited(walk), word);
	if (was_met ? !walk_wants_roots(walk)
		    : !scan_is_object(heap, word) || !walk_is_certain(walk, word))
		return;
	if (static_data_has(walk_static_data(walk), word))
		return;
	if (!was_met && is_interned_strings(heap, word)) {
		struct walk_root root = {
			.id = {.kind = ROOT_STRINGS}, .interpreter = scan->root.interpreter};
		uint32_t number = walk_add_root(walk, &root);
		if (number != GRAPH_ROOT)
			walk_refer(walk, number, word);
		return;
	}
	scan_refer(scan, word);
}

// Pages that the image lacks were never written to, or are constant.
static void scan_range(struct static_scan *scan, addr_t start, addr_t end)
{
	struct walk *walk = scan->walk;
	addr_t at = (start + WORD - 1) & ~(addr_t)(WORD - 1);
	while (at < end && end - at >= WORD && !walk_has_failed(walk)) {
		addr_t stop = (at | (IMAGE_PAGE_SIZE - 1)) + 1;
		if (stop > end)
			stop = end & ~(addr_t)(WORD - 1);
		const uint8_t *bytes = image_at(walk_heap(walk)->image, at, stop - at);
		for (size_t offset = 0; bytes && offset < stop - at; offset += WORD)
			scan_word(scan, bytes_u64(bytes, offset));
		at = stop;
	}
}

// CPython's debug allocator, which debug builds use, puts two words in front of a block: its size
// in big-endian order, then a letter and seven bytes of 0xfd (Objects/obmalloc.c, FORBIDDENBYTE).
static bool read_debug_size(const struct heap *heap, addr_t state, uint64_t *ret)
{
	uint64_t size, mark;
	if (!image_read_u64(heap->image, state - WORD, &mark) || mark >> 8 != DEBUG_MARK ||
		!image_read_u64(heap->image, state - 2 * WORD, &size))
		return false;
	*ret = be64toh(size);
	return true;
}

// The size of the state at an address; 0: unknown. It grew within 3.8, 3.9 and 3.10, so their
// tables do not have it. In these versions a state is a block of its own from malloc(), and the C
// library keeps the size, with three flags, in the word in front of it (glibc, malloc/malloc.c,
// malloc_chunk). With another allocator that word is not plausible, or some unrelated memory is
// scanned in vain.
static uint64_t state_size(const struct heap *heap, addr_t state)
{
	uint64_t size = 0;
	if (read_debug_size(heap, state, &size))
		return size >= STATE_SIZE_MIN && size <= STATE_SIZE_MAX ? size : 0;
	if (layout_has(heap->layout, FIELD_interp_size))
		size = heap_field(heap, FIELD_interp_size);
	else if (image_read_u64(heap->image, state - WORD, &size))
		size = (size & ~(uint64_t)7) - WORD;
	return size >= STATE_SIZE_MIN && size <= STATE_SIZE_MAX ? size : 0;
}

// Scans the states of interpreters that are not static variables.
static void scan_states(struct walk *walk)
{
	size_t count;
	const struct interpreter *interpreters = walk_interpreters(walk, &count);
	for (size_t i = 0; i < count; i++) {
		addr_t state = interpreters[i].address;
		struct static_scan scan = {
			.walk = walk,
			.root = {.id = {.kind = ROOT_STATE, .holder = state},
				.interpreter = (uint32_t)i},
		};
		scan_range(&scan, state, state + state_size(walk_heap(walk), state));
	}
}

void walk_start_static(struct walk *walk)
{
	const struct static_data *data = walk_static_data(walk);
	for (size_t i = 0; i < data->count; i++) {
		struct static_scan scan = {
			.walk = walk,
			.root = {.id = {.kind = ROOT_STATIC, .holder = data->ranges[i].start}},
		};
		scan_range(&scan, data->ranges[i].start, data->ranges[i].end);
	}
	scan_states(walk);
}

// SPDX-License-Identifier: MIT
// What nothing else led to and static variables hold: those of C modules, and those of the
// interpreter that no layout names, such as its cache of attributes, which owns the names in it.
// Every word is looked at; one that is the address of a live object is taken for a reference. Not
// so static objects: those of the code that is frozen into the interpreter are there in thousands,
// used or not.
#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "heap/dict_reader.h"
#include "heap/scan.h"
#include "heap/type.h"
#include "heap/walk_state.h"
#include "interp/runtime.h"
#include "interp/static_data.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 8, INTERNED_MIN = 256 };

// Larger ones are no state of an interpreter: 3.14 has 0.5 MiB. 3.8 has 2.7 KiB.
static const uint64_t DEBUG_MARK = 0xfdfdfdfdfdfdfd;
static const uint64_t STATE_SIZE_MAX = 16 << 20, STATE_SIZE_MIN = 1024;

struct static_scan {
	struct walk *walk;
	const struct static_data *data;
	const char *label;
	size_t interpreter; // whose root it is
	uint32_t root;
	bool has_root;
};

// Up to 3.11 the dict of interned strings is a static variable, which only .symtab names
// (Objects/unicodeobject.c, interned). It holds each string under itself, hundreds from the start; no
// other dict does so by chance.
static bool is_interned_strings(const struct heap *heap, addr_t address)
{
	struct object object, key;
	struct dict_reader reader;
	struct dict_entry entry;
	unsigned count = 0;
	if (!object_read(heap, address, &object) || !(object.type->flags & TYPE_FLAG_DICT) ||
		dict_reader_init(heap, address, &reader))
		return false;
	for (; count < INTERNED_MIN && dict_reader_next(&reader, &entry); count++)
		if (entry.key != entry.value || !object_read(heap, entry.key, &key) ||
			!(key.type->flags & TYPE_FLAG_STR))
			return false;
	return count == INTERNED_MIN;
}

static void scan_word(struct static_scan *scan, addr_t word)
{
	struct walk *walk = scan->walk;
	if (!word || !image_holds_page(walk->heap->image, word) ||
		visited_has(&walk->visited, word) || !scan_is_object(walk->heap, word) ||
		!walk_is_certain(walk, word) || static_data_has(scan->data, word))
		return;
	if (is_interned_strings(walk->heap, word)) {
		walk_add_root(walk, word, "<interned strings>", scan->interpreter);
		return;
	}
	if (!scan->has_root)
		scan->root = walk_add_label(walk, scan->label, scan->interpreter);
	scan->has_root = true;
	if (!walk->failure)
		walk_add(walk, word, WALK_ROOT + scan->root);
}

// Pages that the image lacks were never written to, or are constant.
static void scan_range(struct static_scan *scan, addr_t start, addr_t end)
{
	struct walk *walk = scan->walk;
	addr_t at = (start + WORD - 1) & ~(addr_t)(WORD - 1);
	while (at < end && end - at >= WORD && !walk->failure) {
		addr_t stop = (at | (IMAGE_PAGE_SIZE - 1)) + 1;
		if (stop > end)
			stop = end & ~(addr_t)(WORD - 1);
		const uint8_t *bytes = image_at(walk->heap->image, at, stop - at);
		for (size_t offset = 0; bytes && offset < stop - at; offset += WORD)
			scan_word(scan, bytes_u64(bytes, offset));
		at = stop;
	}
}

static void scan_file(
	struct walk *walk, const struct static_data *data, const struct static_range *range)
{
	AUTO(text_deinit) struct text label = {0};
	text_add_format(&label, "<static data of %s>", range->name);
	struct static_scan scan = {.walk = walk, .data = data, .label = label.bytes};
	if (label.failed)
		walk_fail(walk);
	else
		scan_range(&scan, range->start, range->end);
}

// CPython's own debugging allocator, which debug builds have, puts two words in front of a block: its
// size in network order, then a letter and seven bytes of 0xfd (Objects/obmalloc.c, FORBIDDENBYTE).
static bool read_debug_size(const struct heap *heap, addr_t state, uint64_t *ret)
{
	uint64_t size, mark;
	if (!image_read_u64(heap->image, state - WORD, &mark) || mark >> 8 != DEBUG_MARK ||
		!image_read_u64(heap->image, state - 2 * WORD, &size))
		return false;
	*ret = be64toh(size);
	return true;
}

// The size of the state at an address; 0 where it is not known. Within 3.8, 3.9 and 3.10 it grew, so
// that their tables do not have it. There a state is a block of malloc() of its own, and the C library
// keeps its size, with three flags, in the word in front of it (glibc, malloc/malloc.c, malloc_chunk).
// Another allocator's word makes no sense as one, or stands for memory that is looked at in vain.
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

// Where it is not a static variable itself.
static void scan_states(struct walk *walk, const struct static_data *data)
{
	for (size_t i = 0; i < walk->interpreter_count; i++) {
		addr_t state = walk->interpreters[i].address;
		uint64_t size = state_size(walk->heap, state);
		struct static_scan scan = {.walk = walk, .data = data, .label = "<interpreter>",
			.interpreter = i};
		scan_range(&scan, state, state + size);
	}
}

void walk_add_static(struct walk *walk)
{
	const struct capture *capture = types_capture(walk->heap->types);
	AUTO(static_data_deinit) struct static_data data = {0};
	enum status status = capture ? static_data_read(capture, &data) : STATUS_OK;
	if (status == STATUS_NO_MEMORY) {
		walk_fail(walk);
	} else if (status) {
		log_trace(LOG_HEAP, "no static data: %s", status_text(status));
		walk->unreadable++;
	}
	for (size_t i = 0; i < data.count; i++)
		scan_file(walk, &data, &data.ranges[i]);
	scan_states(walk, &data);
}

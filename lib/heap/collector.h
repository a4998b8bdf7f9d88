// SPDX-License-Identifier: MIT
// The collector's lists: doubly linked through the PyGC_Head in front of each container. There is
// one list for each generation; its head is in the collector's state.
#pragma once

#include "base/error.h"
#include "heap/heap.h"
#include "interp/runtime.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


// Steps through all lists of all interpreters. Prepare it with collector_cursor_init().
struct collector_cursor {
	const struct heap *heap;
	const struct interpreter *interpreters;
	size_t interpreter_count;
	size_t interpreter;  // of the current list
	unsigned generation; // of the current list
	addr_t at;	     // the head that was returned last, or the head of the list
	uint64_t left;	     // heads that may still come; when it is used up, the list is a cycle
	bool checks_back_links;
	bool is_broken; // a list could not be followed to its end
	// By interpreter and generation: how many objects their lists hold so far. For a broken
	// list this includes what only forward links reach. The caller may set it; NULL: do not
	// count.
	uint64_t (*counts)[GENERATIONS_MAX];
};

void collector_cursor_init(struct collector_cursor *cursor, const struct heap *heap,
	const struct interpreter *interpreters, size_t interpreter_count);

// Returns the next object of the lists; false at the end of the last one. When a link leads
// nowhere, or back to a wrong place, the rest of that list is left out and is_broken is set. While
// a collection is in progress only the forward links are valid (update_refs, Modules/gcmodule.c),
// so only those are used.
bool collector_next(struct collector_cursor *cursor, addr_t *ret);

// Counts the objects in the collector's lists by following the lists and nothing else: the number
// that the collector itself would give, at 20 ns an object. Adds to counts[type id] for the types
// of heap->types; grows *ret_counts (the caller frees it). STATUS_INVALID: a list is broken.
must_check enum status collector_count(const struct heap *heap,
	const struct interpreter *interpreters, size_t interpreter_count, uint64_t **ret_counts,
	size_t *ret_length, uint64_t *ret_total, struct error *err);

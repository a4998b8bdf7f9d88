// SPDX-License-Identifier: MIT
// The collector's lists: doubly linked through the PyGC_Head in front of each container, one list a
// generation, each with a head inside the collector's state.
#pragma once

#include "base/error.h"
#include "heap/heap.h"
#include "interp/runtime.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


// Steps through all lists of all interpreters. Meant to be made by collector_cursor_init().
struct collector_cursor {
	const struct heap *heap;
	const struct interpreter *interpreters;
	size_t interpreter_count;
	size_t interpreter;  // of the current list
	unsigned generation; // of the current list
	addr_t at;	     // the head that was given last, or the list's
	uint64_t left;	     // heads that may still come; then the list must run in a circle
	bool checks_back_links;
	bool is_broken; // a list could not be followed to its end
	// By interpreter and generation, what their lists hold so far, and of a broken one also what
	// forward links alone lead to. Set by whoever wants it to be counted; NULL: nobody.
	uint64_t (*counts)[GENERATIONS_MAX];
};

void collector_cursor_init(struct collector_cursor *cursor, const struct heap *heap,
	const struct interpreter *interpreters, size_t interpreter_count);

// The next object of the lists; false at the end of the last. Where a link leads nowhere, or back
// to where it should not, the rest of that list is left out and is_broken set. While the collector
// is at work only the forward links are good (update_refs, Modules/gcmodule.c), so only those are
// used.
bool collector_next(struct collector_cursor *cursor, addr_t *ret);

// Counts what the collector's lists hold by following them, nothing else: the figure that the
// collector itself would give, at 20 ns an object. counts[type id] += 1 for the types of
// heap->types; grows *ret_counts (caller frees). STATUS_INVALID where a list is broken.
must_check enum status collector_count(const struct heap *heap,
	const struct interpreter *interpreters, size_t interpreter_count, uint64_t **ret_counts,
	size_t *ret_length, uint64_t *ret_total, struct error *err);

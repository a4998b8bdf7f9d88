// SPDX-License-Identifier: MIT
// The collector's lists: doubly linked through the PyGC_Head in front of each container, one list a
// generation, each with a head inside the collector's state.
#pragma once

#include "heap/heap.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct interpreter;

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
};

void collector_cursor_init(struct collector_cursor *cursor, const struct heap *heap,
	const struct interpreter *interpreters, size_t interpreter_count);

// The next object of the lists; false at the end of the last. Where a link leads nowhere, or back
// to where it should not, the rest of that list is left out and is_broken set. While the collector
// is at work only the forward links are good (update_refs, Modules/gcmodule.c), so only those are
// used.
bool collector_next(struct collector_cursor *cursor, addr_t *ret);

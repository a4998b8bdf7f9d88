// SPDX-License-Identifier: MIT
// All figures of a sample as a table made from figures.def, for code that stores, exports or shows
// every one.
#pragma once

#include "result/reading.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum figure_group {
	FIGURE_MEMORY, // struct memory_usage
	FIGURE_TOTAL,  // struct census_totals
	FIGURE_COPY,   // struct copy_report
};

// What must be read for a figure to be known; in the order of the table of memory.
enum figure_source {
	FIGURE_ALWAYS,
	FIGURE_STATUS,	// memory.has_status
	FIGURE_DETAILS, // memory.has_details
	FIGURE_HEAP,	// the heap was walked
	FIGURE_BLOCKS,	// totals.has_blocks
	FIGURE_SPLIT,	// memory.has_split
	FIGURE_PAUSE,	// there was a copy: copy.attempts
	FIGURE_SOURCES,
};

enum figure_unit {
	FIGURE_BYTES,
	FIGURE_AMOUNT,
	FIGURE_MS,
	FIGURE_FLAG,
};

// A string is NULL if the figure does not appear there.
struct figure {
	const char *name; // of the field, and of the column in files
	enum figure_group group;
	enum figure_unit unit;
	enum figure_source source;
	size_t offset; // in struct reading
	const char *column;   // of CSV
	const char *heap_key; // in JSON's "heap"
	const char *title;    // in the table of memory
	const char *metric, *kind; // a family of metrics, and the label of this member
	const char *help;	   // for the first of a family
};

// The number of figures.
enum {
#define MEMORY(name, ...) FIGURE_NUMBER_memory_##name,
#define TOTAL(name, ...) FIGURE_NUMBER_total_##name,
#define COPY(name, ...) FIGURE_NUMBER_copy_##name,
#include "result/figures.def"
	FIGURE_COUNT,
};

// First the figures of memory, then those of the heap, then those of the copy.
extern const struct figure figures[FIGURE_COUNT];

bool figure_is_known(const struct figure *figure, const struct reading *reading);

// The value of a figure that is not in milliseconds; a flag is 0 or 1. 0: unknown.
uint64_t figure_amount(const struct figure *figure, const struct reading *reading);

// The value of a figure in milliseconds.
double figure_ms(const struct figure *figure, const struct reading *reading);

// Set the value of a figure.
void figure_set_amount(const struct figure *figure, uint64_t amount, struct reading *reading);
void figure_set_ms(const struct figure *figure, double ms, struct reading *reading);

// Marks all figures with the same source as this one as known. For figures of the heap and of the
// copy, has_heap and attempts do this.
void figure_note_known(const struct figure *figure, struct reading *reading);

// SPDX-License-Identifier: MIT
// The course of a process: its memory at all samples, and how each type and container of the last
// one came to where it is. What charts, and tables of growth with their sparklines, are made of.
#pragma once

#include "base/error.h"
#include "base/vector.h"
#include "result/reading.h"
#include "view/table.h"
#include "view/view.h"

#include <stddef.h>
#include <stdint.h>

// Samples that the line of a type or container is drawn from, at most.
enum { COURSE_POINTS = 32 };

// A type (amount: objects) or a container (amount: its length).
struct course_line {
	const struct growth_type *growth; // of a type, since the baseline; NULL without one
	double values[COURSE_POINTS];	  // the amount; 0 where it was not there
};

VECTOR(readings, struct reading)

// Meant to be read.
struct course {
	const struct results *results;	  // the last sample, with growth since the first; borrowed
	struct readings readings;	  // in order of time
	struct course_line *types;	  // one for each of the last census, in its order
	struct course_line *containers;	  // likewise
	size_t point_count;
};

// Begins a course that ends in the current sample of the results. STATUS_NO_MEMORY.
must_check enum status course_init(struct course *course, const struct results *results);
void course_deinit(struct course *course);

// Adds what is known of the next sample. STATUS_NO_MEMORY.
must_check enum status course_add_reading(
	struct course *course, const struct reading *reading);

// Adds a point to every line; beyond COURSE_POINTS, and without a census, nothing.
void course_add_point(struct course *course, const struct sample *sample);

// The types, or containers, of the last sample by their growth: at most limit of them, and a note
// that says how many were left out. The caller destroys the table. STATUS_NO_MEMORY.
must_check enum status course_types(
	const struct course *course, size_t limit, struct table **ret, struct error *err);
must_check enum status course_containers(
	const struct course *course, size_t limit, struct table **ret, struct error *err);

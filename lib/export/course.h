// SPDX-License-Identifier: MIT
// The course of a process: its memory at all samples, and the history of each type and container of
// the last sample. Charts, and tables of growth with sparklines, are made of it.
#pragma once

#include "base/error.h"
#include "base/vector.h"
#include "result/reading.h"
#include "view/table.h"
#include "view/view.h"

#include <stddef.h>
#include <stdint.h>

// The most samples in the line of a type or container.
enum { COURSE_POINTS = 32 };

// A type (amount: number of objects) or a container (amount: its length).
struct course_line {
	const struct growth_type *growth; // of a type, since the baseline; NULL: there is none
	double values[COURSE_POINTS];	  // the amounts; 0 if the sample did not have it
};

VECTOR(readings, struct reading)

// Meant to be read.
struct course {
	const struct results *results;	  // the last sample, with growth since the first; borrowed
	struct readings readings;	  // in order of time
	struct course_line *types;	  // for each type of the last census, in the same order
	struct course_line *containers;	  // likewise
	size_t point_count;
};

// Begins a course that ends in the current sample of results. STATUS_NO_MEMORY.
must_check enum status course_init(struct course *course, const struct results *results);
void course_deinit(struct course *course);

// Adds the figures of the next sample. STATUS_NO_MEMORY.
must_check enum status course_add_reading(
	struct course *course, const struct reading *reading);

// Adds a point to every line; does nothing beyond COURSE_POINTS, or without a census.
void course_add_point(struct course *course, const struct sample *sample);

// Makes a table of the types, or containers, of the last sample ordered by growth: at most limit of
// them, and a note on how many were left out. The caller destroys the table. STATUS_NO_MEMORY.
must_check enum status course_types(
	const struct course *course, size_t limit, struct table **ret, struct error *err);
must_check enum status course_containers(
	const struct course *course, size_t limit, struct table **ret, struct error *err);

// SPDX-License-Identifier: MIT
// Samples made by hand, for tests of the layers above heap.
#pragma once

#include "analysis/history.h"

#include <stdlib.h>
#include <string.h>

static inline __attribute__((unused)) struct sample *make_sample(unsigned number, double seconds)
{
	struct sample *sample = calloc(1, sizeof(*sample));
	sample->number = number;
	sample->seconds = seconds;
	sample->taken_ms = 1714564800000; // 2024-05-01 12:00:00 UTC
	sample->memory.seconds = seconds;
	sample->census = calloc(1, sizeof(*sample->census));
	return sample;
}

// In ascending order of names.
static inline __attribute__((unused)) void add_type(
	struct sample *sample, const char *name, uint64_t count, uint64_t bytes)
{
	struct census *census = sample->census;
	census->types = realloc(census->types, (census->type_count + 1) * sizeof(*census->types));
	census->types[census->type_count++] = (struct census_type){
		.name = strdup(name), .count = count, .bytes = bytes};
	census->totals.objects += count;
	census->totals.bytes += bytes;
}

// In ascending order of addresses; type is the position of its type. path may be NULL.
static inline __attribute__((unused)) void add_container(struct sample *sample, addr_t address,
	uint32_t type, uint64_t length, const char *path)
{
	struct census *census = sample->census;
	census->containers = realloc(census->containers,
		(census->container_count + 1) * sizeof(*census->containers));
	census->containers[census->container_count++] = (struct census_container){
		.address = address,
		.type = type,
		.length = length,
		.bytes = 64 + 8 * (length < 1u << 20 ? length : 1u << 20),
		.path = path ? strdup(path) : NULL};
}

// SPDX-License-Identifier: MIT
#include "interp/collector.h"

#include "interp/runtime.h"
#include "python/field.h"

enum { GENERATIONS_COLLECTED = 3 };

addr_t collector_address(
	const struct runtime *runtime, const struct python *python, addr_t interpreter)
{
	if (field_is_known(python, FIELD_interp_gc))
		return interpreter + field_offset(python, FIELD_interp_gc);
	return runtime->address + field_offset(python, FIELD_runtime_gc);
}

// The addresses of the three collected generations. If the collector has a pointer to the first
// one, that is more reliable than our offset: Debian's 3.13 aligns PyGC_Head differently, which
// moves the array by four bytes.
static enum status generation_heads(
	const struct python *python, addr_t gc, addr_t heads[GENERATIONS_COLLECTED])
{
	uint64_t size = field_offset(python, FIELD_gc_generation_size);
	addr_t first = 0;
	enum status status = field_optional_u64(python, gc, FIELD_gc_generation0, &first);
	if (status)
		return status;
	if (first <= gc || first - gc > field_offset(python, FIELD_gc_size)) {
		enum layout_field field = field_is_known(python, FIELD_gc_generations)
			? FIELD_gc_generations : FIELD_gc_young;
		if (!field_is_known(python, field))
			return STATUS_UNSUPPORTED;
		first = gc + field_offset(python, field);
	}
	// The incremental collector's young list and two old lists are also in a row (3.14).
	for (unsigned i = 0; i < GENERATIONS_COLLECTED; i++)
		heads[i] = first + i * size;
	return STATUS_OK;
}

static enum status read_generation(
	const struct python *python, addr_t head, struct generation *ret)
{
	ret->head = head;
	enum status status =
		field_i32(python, head, FIELD_gc_generation_threshold, &ret->threshold);
	return status ? status
		      : field_i32(python, head, FIELD_gc_generation_count, &ret->count);
}

static enum status read_figures(
	const struct python *python, addr_t stats, struct generation *generation)
{
	enum status status = field_u64(
		python, stats, FIELD_gc_stats_collections, &generation->collections);
	if (!status)
		status = field_u64(
			python, stats, FIELD_gc_stats_collected, &generation->collected);
	if (!status)
		status = field_u64(
			python, stats, FIELD_gc_stats_uncollectable, &generation->uncollectable);
	return status;
}

// From 3.15 on the collector points to a ring buffer for each generation, with the statistics of
// the last collections. The sums are carried on, so the newest item has them:
//
//	young  item 0 | item 1 | ... | item 10 | index of the newest
//	old    item 0 | item 1 | item 2 | index       old  item 0 | item 1 | item 2 | index
static enum status read_ring(const struct python *python, addr_t ring,
	enum layout_field index_field, struct generation *generation)
{
	uint8_t index = 0;
	uint64_t item_size = field_offset(python, FIELD_gc_stats_size);
	enum status status = field_u8(python, ring, index_field, &index);
	if (status)
		return status;
	if (item_size >= FIELD_NOWHERE ||
		(index + 1) * item_size > field_offset(python, index_field))
		return STATUS_INVALID;
	return read_figures(python, ring + index * item_size, generation);
}

static enum status read_rings(const struct python *python, addr_t gc,
	struct generation generations[GENERATIONS_COLLECTED])
{
	addr_t rings = 0;
	enum status status = field_u64(python, gc, FIELD_gc_generation_stats, &rings);
	if (status || !rings)
		return status;
	status = read_ring(python, rings, FIELD_gc_stats_young_index, &generations[0]);
	addr_t ring = rings + field_offset(python, FIELD_gc_stats_old);
	for (unsigned i = 1; !status && i < GENERATIONS_COLLECTED; i++) {
		status = read_ring(python, ring, FIELD_gc_stats_old_index, &generations[i]);
		ring += field_offset(python, FIELD_gc_stats_old_size);
	}
	return status;
}

static enum status read_stats(const struct python *python, addr_t gc,
	struct generation generations[GENERATIONS_COLLECTED])
{
	if (field_is_known(python, FIELD_gc_stats_old))
		return read_rings(python, gc, generations);
	if (!field_is_known(python, FIELD_gc_generation_stats))
		return STATUS_OK;
	// Before 3.15 the statistics are an array in the collector.
	addr_t stats = gc + field_offset(python, FIELD_gc_generation_stats);
	for (unsigned i = 0; i < GENERATIONS_COLLECTED; i++) {
		enum status status = read_figures(python, stats, &generations[i]);
		if (status)
			return status;
		stats += field_offset(python, FIELD_gc_stats_size);
	}
	return STATUS_OK;
}

static enum status read_generations(
	const struct python *python, struct interpreter *interpreter)
{
	addr_t heads[GENERATIONS_COLLECTED];
	enum status status = generation_heads(python, interpreter->gc, heads);
	for (unsigned i = 0; !status && i < GENERATIONS_COLLECTED; i++)
		status = read_generation(python, heads[i], &interpreter->generations[i]);
	if (status)
		return status;
	interpreter->generation_count = GENERATIONS_COLLECTED;
	if (field_is_known(python, FIELD_gc_permanent_generation)) {
		addr_t head = interpreter->gc + field_offset(python, FIELD_gc_permanent_generation);
		unsigned last = interpreter->generation_count++;
		status = read_generation(python, head, &interpreter->generations[last]);
	}
	return status ? status : read_stats(python, interpreter->gc, interpreter->generations);
}

enum status collector_read(const struct python *python, struct interpreter *interpreter)
{
	addr_t gc = interpreter->gc;
	int32_t enabled = 0, collecting = 0;
	enum status status = field_i32(python, gc, FIELD_gc_enabled, &enabled);
	if (!status)
		status = field_i32(python, gc, FIELD_gc_collecting, &collecting);
	if (!status)
		status = field_u64(python, gc, FIELD_gc_garbage, &interpreter->garbage);
	if (!status)
		status = field_u64(python, gc, FIELD_gc_callbacks, &interpreter->callbacks);
	if (status)
		return status;
	interpreter->gc_enabled = enabled != 0;
	interpreter->gc_collecting = collecting != 0;
	return read_generations(python, interpreter);
}

// SPDX-License-Identifier: MIT
#include "interp/interpreters.h"

#include "base/array.h"
#include "base/guard.h"
#include "interp/reader.h"
#include "interp/runtime.h"

#include <inttypes.h>
#include <stdlib.h>

// Generous: an interpreter state takes over 100 KiB.
enum { INTERPRETERS_MAX = 1000, GENERATIONS_COLLECTED = 3 };

// The collector is a member of the interpreter state, in 3.8 of the runtime
// (Include/internal/pycore_pystate.h, struct pyruntimestate).
static addr_t collector_address(const struct runtime *runtime, addr_t interpreter)
{
	const struct layout *layout = runtime->layout;
	if (layout_has(layout, FIELD_interp_gc))
		return interpreter + layout->field[FIELD_interp_gc];
	return runtime->address + layout->field[FIELD_runtime_gc];
}

// Addresses of the three collected generations. Where the collector keeps a pointer to the first,
// that is trusted more than our offset: Debian aligns PyGC_Head of 3.13 differently, and so moves
// the array by four bytes.
static enum status generation_heads(const struct runtime *runtime, const struct reader *reader,
	addr_t gc, addr_t heads[GENERATIONS_COLLECTED])
{
	const struct layout *layout = runtime->layout;
	uint64_t size = layout->field[FIELD_gc_generation_size];
	uint64_t first = 0;
	enum status status = reader_optional_u64(reader, layout, gc, FIELD_gc_generation0, &first);
	if (status)
		return status;
	if (first <= gc || first - gc > layout->field[FIELD_gc_size]) {
		enum layout_field field = layout_has(layout, FIELD_gc_generations)
			? FIELD_gc_generations : FIELD_gc_young;
		if (!layout_has(layout, field))
			return STATUS_UNSUPPORTED;
		first = gc + layout->field[field];
	}
	// The incremental collector's young and two old lists lie in a row as well (3.14).
	for (unsigned i = 0; i < GENERATIONS_COLLECTED; i++)
		heads[i] = first + i * size;
	return STATUS_OK;
}

static enum status read_generation(const struct runtime *runtime, const struct reader *reader,
	addr_t head, struct generation *ret)
{
	ret->head = head;
	enum status status = reader_i32(
		reader, runtime->layout, head, FIELD_gc_generation_threshold, &ret->threshold);
	if (status)
		return status;
	return reader_i32(reader, runtime->layout, head, FIELD_gc_generation_count, &ret->count);
}

static enum status read_figures(const struct runtime *runtime, const struct reader *reader,
	addr_t stats, struct generation *generation)
{
	const struct {
		enum layout_field field;
		uint64_t *ret;
	} figures[] = {
		{FIELD_gc_stats_collections, &generation->collections},
		{FIELD_gc_stats_collected, &generation->collected},
		{FIELD_gc_stats_uncollectable, &generation->uncollectable},
	};
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		enum status status = reader_u64(
			reader, runtime->layout, stats, figures[i].field, figures[i].ret);
		if (status)
			return status;
	}
	return STATUS_OK;
}

// Since 3.15 the collector points to a ring buffer for each generation, which holds the figures of
// the last collections; the sums are carried on, so the newest item has them:
//
//	young  item 0 | item 1 | ... | item 10 | index of the newest
//	old    item 0 | item 1 | item 2 | index       old  item 0 | item 1 | item 2 | index
static enum status read_ring(const struct runtime *runtime, const struct reader *reader,
	addr_t ring, enum layout_field index_field, struct generation *generation)
{
	const struct layout *layout = runtime->layout;
	uint8_t index = 0;
	uint64_t item_size = layout->field[FIELD_gc_stats_size];
	uint64_t index_offset = layout->field[index_field];
	enum status status = reader_bytes(reader, ring + index_offset, &index, sizeof(index));
	if (status)
		return status;
	if ((index + 1) * item_size > index_offset)
		return STATUS_INVALID;
	return read_figures(runtime, reader, ring + index * item_size, generation);
}

static enum status read_rings(const struct runtime *runtime, const struct reader *reader, addr_t gc,
	struct generation generations[GENERATIONS_COLLECTED])
{
	const struct layout *layout = runtime->layout;
	uint64_t rings = 0;
	enum status status = reader_u64(reader, layout, gc, FIELD_gc_generation_stats, &rings);
	if (status || !rings)
		return status;
	status = read_ring(runtime, reader, rings, FIELD_gc_stats_young_index, &generations[0]);
	addr_t ring = rings + layout->field[FIELD_gc_stats_old];
	for (unsigned i = 1; !status && i < GENERATIONS_COLLECTED; i++) {
		status = read_ring(
			runtime, reader, ring, FIELD_gc_stats_old_index, &generations[i]);
		ring += layout->field[FIELD_gc_stats_old_size];
	}
	return status;
}

static enum status read_stats(const struct runtime *runtime, const struct reader *reader, addr_t gc,
	struct generation generations[GENERATIONS_COLLECTED])
{
	const struct layout *layout = runtime->layout;
	if (layout_has(layout, FIELD_gc_stats_old))
		return read_rings(runtime, reader, gc, generations);
	if (!layout_has(layout, FIELD_gc_generation_stats))
		return STATUS_OK;
	// Before, the figures are an array in the collector.
	addr_t stats = gc + layout->field[FIELD_gc_generation_stats];
	for (unsigned i = 0; i < GENERATIONS_COLLECTED; i++) {
		enum status status = read_figures(runtime, reader, stats, &generations[i]);
		if (status)
			return status;
		stats += layout->field[FIELD_gc_stats_size];
	}
	return STATUS_OK;
}

static enum status read_generations(const struct runtime *runtime, const struct reader *reader,
	struct interpreter *interpreter)
{
	const struct layout *layout = runtime->layout;
	addr_t heads[GENERATIONS_COLLECTED];
	enum status status = generation_heads(runtime, reader, interpreter->gc, heads);
	if (status)
		return status;
	for (unsigned i = 0; i < GENERATIONS_COLLECTED; i++) {
		status = read_generation(runtime, reader, heads[i], &interpreter->generations[i]);
		if (status)
			return status;
	}
	interpreter->generation_count = GENERATIONS_COLLECTED;
	if (layout_has(layout, FIELD_gc_permanent_generation)) {
		addr_t head = interpreter->gc + layout->field[FIELD_gc_permanent_generation];
		unsigned last = interpreter->generation_count++;
		status = read_generation(runtime, reader, head, &interpreter->generations[last]);
		if (status)
			return status;
	}
	return read_stats(runtime, reader, interpreter->gc, interpreter->generations);
}

static enum status read_collector(const struct runtime *runtime, const struct reader *reader,
	struct interpreter *interpreter)
{
	const struct layout *layout = runtime->layout;
	addr_t gc = interpreter->gc = collector_address(runtime, interpreter->address);
	int32_t enabled = 0, collecting = 0;
	enum status status = reader_i32(reader, layout, gc, FIELD_gc_enabled, &enabled);
	if (!status)
		status = reader_i32(reader, layout, gc, FIELD_gc_collecting, &collecting);
	if (!status)
		status = reader_u64(reader, layout, gc, FIELD_gc_garbage, &interpreter->garbage);
	if (!status)
		status = reader_u64(reader, layout, gc, FIELD_gc_callbacks, &interpreter->callbacks);
	if (status)
		return status;
	interpreter->gc_enabled = enabled != 0;
	interpreter->gc_collecting = collecting != 0;
	return read_generations(runtime, reader, interpreter);
}

static enum status read_interpreter(const struct runtime *runtime, const struct reader *reader,
	addr_t address, struct interpreter *ret)
{
	const struct layout *layout = runtime->layout;
	uint64_t id = 0;
	ret->address = address;
	enum status status = reader_u64(reader, layout, address, FIELD_interp_id, &id);
	if (!status)
		status = reader_u64(reader, layout, address, FIELD_interp_modules, &ret->modules);
	if (!status)
		status = reader_u64(reader, layout, address, FIELD_interp_sysdict, &ret->sysdict);
	if (!status)
		status = reader_u64(reader, layout, address, FIELD_interp_builtins, &ret->builtins);
	if (status)
		return status;
	ret->id = (int64_t)id;
	return read_collector(runtime, reader, ret);
}

static int by_id(const void *a, const void *b)
{
	int64_t left = ((const struct interpreter *)a)->id;
	int64_t right = ((const struct interpreter *)b)->id;
	return (left > right) - (left < right);
}

// In 3.8 all interpreters share one collector: its lists are the main one's, so that nobody follows
// them twice.
static void share_collector(const struct runtime *runtime, struct array *interpreters)
{
	struct interpreter *items = interpreters->items;
	for (size_t i = 1; i < interpreters->count; i++)
		if (!layout_has(runtime->layout, FIELD_interp_gc))
			items[i].generation_count = 0;
}

// Follows the chain, which is newest first.
static enum status read_chain(const struct runtime *runtime, const struct reader *reader,
	struct array *interpreters, struct error *err)
{
	const struct layout *layout = runtime->layout;
	uint64_t address = 0;
	enum status status = reader_u64(
		reader, layout, runtime->address, FIELD_runtime_interpreters_head, &address);
	while (!status && address) {
		if (interpreters->count == INTERPRETERS_MAX)
			return error_set(err, STATUS_INVALID,
				"interp_next: the list of interpreter states does not end after %d",
				INTERPRETERS_MAX);
		void *interpreter = NULL;
		status = array_add(interpreters, sizeof(struct interpreter), &interpreter);
		if (!status)
			status = read_interpreter(runtime, reader, address, interpreter);
		if (!status)
			status = reader_u64(reader, layout, address, FIELD_interp_next, &address);
	}
	if (status)
		return error_set(err, status, "cannot read interpreter state %zu at 0x%" PRIx64 ": %s",
			interpreters->count, address, status_text(status));
	return STATUS_OK;
}

enum status interpreters_read(const struct runtime *runtime, const struct reader *reader,
	struct interpreter **ret, size_t *ret_count, struct error *err)
{
	AUTO(array_deinit) struct array interpreters = {0};
	enum status status = read_chain(runtime, reader, &interpreters, err);
	if (status)
		return status;
	if (!interpreters.count)
		return error_set(err, STATUS_INVALID, "runtime_interpreters_head: the list of interpreter states is empty");
	qsort(interpreters.items, interpreters.count, sizeof(struct interpreter), by_id);
	share_collector(runtime, &interpreters);
	*ret_count = interpreters.count;
	*ret = take_ptr(interpreters.items);
	return STATUS_OK;
}

enum status runtime_read_interpreters(const struct runtime *runtime, const struct image *image,
	struct interpreter **ret, size_t *ret_count, struct error *err)
{
	const struct reader reader = {.image = image};
	return interpreters_read(runtime, &reader, ret, ret_count, err);
}

bool runtime_is_collecting(const struct runtime *runtime, const struct target *target)
{
	const struct layout *layout = runtime->layout;
	const struct reader reader = {.target = target};
	uint64_t address = 0;
	enum status status = reader_u64(
		&reader, layout, runtime->address, FIELD_runtime_interpreters_head, &address);
	for (unsigned i = 0; !status && address && i < INTERPRETERS_MAX; i++) {
		addr_t gc = collector_address(runtime, address);
		int32_t collecting = 0;
		status = reader_i32(&reader, layout, gc, FIELD_gc_collecting, &collecting);
		if (!status && collecting)
			return true;
		if (!status)
			status = reader_u64(&reader, layout, address, FIELD_interp_next, &address);
	}
	return false;
}

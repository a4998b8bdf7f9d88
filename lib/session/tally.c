// SPDX-License-Identifier: MIT
#include "session/tally.h"

#include "interp/interpreters.h"
#include "interp/runtime.h"
#include "target/image.h"

#include <stdlib.h>

static uint64_t list_length(const struct tally *tally, addr_t list)
{
	uint32_t offset = tally->runtime->layout->field[FIELD_var_size];
	const void *bytes = list ? image_at(tally->image, list + offset, 8) : NULL;
	int64_t length = bytes ? bytes_i64(bytes, 0) : 0;
	return length > 0 ? (uint64_t)length : 0;
}

static void describe(const struct tally *tally, const struct interpreter *interpreter,
	struct sample_interpreter *ret)
{
	ret->id = interpreter->id;
	ret->gc_enabled = interpreter->gc_enabled;
	ret->garbage = list_length(tally, interpreter->garbage);
	ret->generation_count = interpreter->generation_count;
	for (unsigned i = 0; i < interpreter->generation_count; i++) {
		const struct generation *generation = &interpreter->generations[i];
		ret->generations[i] = (struct sample_generation){
			.count = generation->count,
			.threshold = generation->threshold,
			.collections = generation->collections,
			.collected = generation->collected,
			.uncollectable = generation->uncollectable,
		};
	}
}

enum status tally_begin(struct tally *tally)
{
	tally->results = calloc(tally->interpreter_count + 1, sizeof(*tally->results));
	if (!tally->results)
		return STATUS_NO_MEMORY;
	// Heads do not overlap, so a list that is longer than this runs in a circle.
	tally->most = image_held_bytes(tally->image) / tally->runtime->layout->field[FIELD_gc_head_size];
	for (size_t i = 0; i < tally->interpreter_count; i++)
		describe(tally, &tally->interpreters[i], &tally->results[i]);
	return STATUS_OK;
}

// Follows the list from tally->at; true when its end is reached, or it turns out to be broken.
static bool follow(struct tally *tally, addr_t head, uint64_t *objects, size_t *budget)
{
	uint32_t offset = tally->runtime->layout->field[FIELD_gc_head_next];
	addr_t at = tally->at ? tally->at : head;
	for (; *budget; --*budget) {
		uint64_t next;
		if (!image_read_u64(tally->image, at + offset, &next))
			return true;
		at = next & ~GC_LINK_FLAGS;
		if (at == head || *objects >= tally->most)
			return true;
		++*objects;
	}
	tally->at = at;
	return false;
}

enum status tally_step(struct tally *tally, size_t budget)
{
	for (; tally->interpreter < tally->interpreter_count; tally->interpreter++) {
		const struct interpreter *interpreter = &tally->interpreters[tally->interpreter];
		struct sample_interpreter *result = &tally->results[tally->interpreter];
		for (; tally->generation < interpreter->generation_count; tally->generation++) {
			uint64_t *objects = &result->generations[tally->generation].objects;
			addr_t head = interpreter->generations[tally->generation].head;
			if (!follow(tally, head, objects, &budget))
				return STATUS_MORE;
			tally->at = 0;
		}
		if (tally->generation)
			result->frozen = result->generations[tally->generation - 1].objects;
		tally->generation = 0;
	}
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "session/stored_sample.h"

#include "base/guard.h"

#include <stdlib.h>
#include <string.h>

static void describe_collector(
	const struct sample_interpreter *interpreter, struct store_collector *ret)
{
	*ret = (struct store_collector){
		.interpreter = interpreter->id,
		.enabled = interpreter->gc_enabled,
		.garbage = interpreter->garbage,
		.frozen = interpreter->frozen,
		.has_heap = interpreter->has_heap,
		.objects = interpreter->objects,
		.bytes = interpreter->bytes,
		.tracked = interpreter->tracked,
		.generation_count = interpreter->generation_count,
	};
	for (unsigned i = 0; i < interpreter->generation_count && i < STORE_GENERATIONS_MAX; i++) {
		const struct sample_generation *generation = &interpreter->generations[i];
		ret->generations[i] = (struct store_generation){
			.count = generation->count,
			.threshold = generation->threshold,
			.objects = generation->objects,
			.collections = generation->collections,
			.collected = generation->collected,
			.uncollectable = generation->uncollectable,
		};
	}
}

static struct store_thread describe_thread(const struct sample_thread *thread)
{
	return (struct store_thread){
		.tid = thread->tid,
		.state = thread->state,
		.name = thread->name,
		.function = thread->function,
		.file = thread->file,
		.line = thread->line,
		.depth = thread->depth,
		.is_python = thread->is_python,
	};
}

enum status stored_sample_init(
	struct store_sample *ret, const struct sample *sample, struct error *err)
{
	*ret = (struct store_sample){
		.reading = sample_reading(sample),
		.missing = sample->census_missing,
		.census = sample->census,
		.collectors = calloc(sample->interpreter_count + 1, sizeof(*ret->collectors)),
		.collector_count = sample->interpreter_count,
		.threads = calloc(sample->thread_count + 1, sizeof(*ret->threads)),
		.thread_count = sample->thread_count,
	};
	if (!ret->collectors || !ret->threads) {
		stored_sample_deinit(ret);
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	}
	for (size_t i = 0; i < sample->interpreter_count; i++)
		describe_collector(&sample->interpreters[i], &ret->collectors[i]);
	for (size_t i = 0; i < sample->thread_count; i++)
		ret->threads[i] = describe_thread(&sample->threads[i]);
	return STATUS_OK;
}

void stored_sample_deinit(struct store_sample *stored)
{
	free(stored->collectors);
	free(stored->threads);
	*stored = (struct store_sample){0};
}

// A foreign number as one of 32 bits.
static int32_t bounded(int64_t value)
{
	return value < INT32_MIN ? INT32_MIN : value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

static void take_collector(
	const struct store_collector *collector, struct sample_interpreter *ret)
{
	*ret = (struct sample_interpreter){
		.id = collector->interpreter,
		.gc_enabled = collector->enabled,
		.generation_count = collector->generation_count,
		.garbage = collector->garbage,
		.frozen = collector->frozen,
		.has_heap = collector->has_heap,
		.objects = collector->objects,
		.bytes = collector->bytes,
		.tracked = collector->tracked,
	};
	for (unsigned i = 0; i < collector->generation_count; i++) {
		const struct store_generation *generation = &collector->generations[i];
		ret->generations[i] = (struct sample_generation){
			.count = bounded(generation->count),
			.threshold = bounded(generation->threshold),
			.objects = generation->objects,
			.collections = generation->collections,
			.collected = generation->collected,
			.uncollectable = generation->uncollectable,
		};
	}
}

static void take_thread(struct store_thread *thread, struct sample_thread *ret)
{
	*ret = (struct sample_thread){
		.tid = thread->tid,
		.state = thread->state,
		.name = take_ptr(thread->name),
		.function = take_ptr(thread->function),
		.file = take_ptr(thread->file),
		.line = thread->line,
		.depth = thread->depth,
		.is_python = thread->is_python,
	};
}

static enum status take_lists(struct store_sample *stored, struct sample *sample)
{
	sample->interpreters = calloc(stored->collector_count + 1, sizeof(*sample->interpreters));
	sample->threads = calloc(stored->thread_count + 1, sizeof(*sample->threads));
	if (!sample->interpreters || !sample->threads)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < stored->collector_count; i++)
		take_collector(&stored->collectors[i], &sample->interpreters[i]);
	for (size_t i = 0; i < stored->thread_count; i++)
		take_thread(&stored->threads[i], &sample->threads[i]);
	sample->interpreter_count = stored->collector_count;
	sample->thread_count = stored->thread_count;
	return STATUS_OK;
}

static const char only_memory[] = "only memory was recorded at this time";

enum status stored_sample_take(
	struct store_sample *take, unsigned number, struct sample **ret, struct error *err)
{
	AUTO(store_sample_destroyp) struct store_sample *stored = take;
	AUTO(sample_destroyp) struct sample *sample = calloc(1, sizeof(*sample));
	if (!sample || take_lists(stored, sample))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	sample->number = number;
	sample->seconds = stored->reading.seconds;
	sample->taken_ms = stored->reading.taken_ms;
	sample->memory = stored->reading.memory;
	sample->copy = stored->reading.copy;
	sample->census = take_ptr(stored->census);
	sample->census_missing = take_ptr(stored->missing);
	if (!sample->census && !sample->census_missing) {
		sample->census_missing = strdup(only_memory);
		if (!sample->census_missing)
			return error_set(err, STATUS_NO_MEMORY, "cannot allocate a sample");
	}
	*ret = take_ptr(sample);
	return STATUS_OK;
}

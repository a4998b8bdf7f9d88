// SPDX-License-Identifier: MIT
#include "session/interpreter_list.h"

#include "heap/walk.h"
#include "interp/runtime.h"
#include "python/list.h"
#include "result/sample.h"

#include <stdlib.h>

static uint64_t list_length(const struct runtime *runtime, const struct image *image, addr_t list)
{
	const struct python python = runtime_python_copy(runtime, image, NULL);
	struct items items;
	return list && !list_items(&python, list, &items) ? items.count : 0;
}

static struct sample_interpreter describe(const struct runtime *runtime, const struct image *image,
	const struct interpreter *interpreter)
{
	struct sample_interpreter described = {
		.id = interpreter->id,
		.gc_enabled = interpreter->gc_enabled,
		.garbage = list_length(runtime, image, interpreter->garbage),
		.generation_count = interpreter->generation_count,
	};
	for (unsigned i = 0; i < interpreter->generation_count; i++) {
		const struct generation *generation = &interpreter->generations[i];
		described.generations[i] = (struct sample_generation){
			.count = generation->count,
			.threshold = generation->threshold,
			.collections = generation->collections,
			.collected = generation->collected,
			.uncollectable = generation->uncollectable,
		};
	}
	return described;
}

enum status interpreter_list_add(struct sample *sample, const struct runtime *runtime,
	const struct image *image, const struct interpreter *interpreters, size_t count,
	struct error *err)
{
	sample->interpreters = calloc(count + 1, sizeof(*sample->interpreters));
	if (!sample->interpreters)
		return error_set(err, STATUS_NO_MEMORY,
			"cannot allocate the figures of the collector");
	sample->interpreter_count = count;
	for (size_t i = 0; i < count; i++)
		sample->interpreters[i] = describe(runtime, image, &interpreters[i]);
	return STATUS_OK;
}

void interpreter_list_count(struct sample *sample, struct walk *walk)
{
	for (size_t i = 0; i < sample->interpreter_count; i++) {
		struct sample_interpreter *interpreter = &sample->interpreters[i];
		unsigned count = interpreter->generation_count;
		for (unsigned j = 0; j < count; j++)
			interpreter->generations[j].objects = walk_generation(walk, i, j);
		if (count) // the last one is the permanent generation
			interpreter->frozen = interpreter->generations[count - 1].objects;
	}
}

// SPDX-License-Identifier: MIT
#include "session/survey.h"

#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "graph/dominators.h"
#include "graph/graph.h"
#include "heap/census_builder.h"
#include "heap/graph_builder.h"
#include "heap/heap.h"
#include "heap/type.h"
#include "heap/walk.h"
#include "interp/runtime.h"
#include "session/interpreter_list.h"
#include "session/thread_list.h"
#include "target/budget.h"
#include "target/capture.h"
#include "target/image.h"
#include "target/maps.h"
#include "target/target.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double SLICE_SECONDS = 0.006;
static const double CONSISTENCY_DEADLINE_MS = 500;

enum {
	BUDGET_FIRST = 8192, // objects
	BUDGET_LEAST = 512,
	BUDGET_MOST = 1 << 20,
};

struct survey {
	struct survey_source source;
	struct sample *sample;
	struct interpreter *interpreters;
	size_t interpreter_count;
	struct thread_list *threads;
	struct types *types;
	struct heap heap;
	struct walk *walk;
	struct census_builder *census_builder;
	struct graph_builder *graph_builder; // NULL: no graph is wanted
	struct graph graph;
	struct dominators dominators;
	enum {
		WORK_WALK,
		WORK_GRAPH,
		WORK_DOMINATORS,
		WORK_CENSUS, // which comes in one piece
	} work;
	size_t budget; // objects for the next slice
};

// The sample goes on without a census.
static enum status miss_census(struct survey *survey, const struct error *why)
{
	struct text text = {0};
	text_add_format(&text, "%s: showing process memory only", why->message);
	survey->sample->census_missing = text_take(&text);
	return survey->sample->census_missing ? STATUS_OK : STATUS_NO_MEMORY;
}

static bool is_consistent(const struct target *target, void *context)
{
	return !runtime_is_collecting(context, target);
}

// A heap that is not in the copy is not to be shown as an empty one.
static enum status check_heap(const struct capture *capture, const struct copy_options *options,
	struct error *err)
{
	for (size_t i = 0; i < options->heap_place_count; i++) {
		addr_t place = options->heap_places[i];
		const struct map *map = maps_find(capture->maps, place);
		if (!map || !map->shared || image_holds_page(capture->image, place))
			continue;
		AUTO(text_deinit) struct text path = {0};
		text_add_foreign(&path, map->path, strnlen(map->path, 200));
		return error_set(err, STATUS_UNREADABLE,
			"objects lie in memory shared through '%s', which is not copied",
			path.bytes ? path.bytes : "a file");
	}
	return STATUS_OK;
}

static enum status take_capture(struct survey *survey, struct error *err)
{
	const struct survey_source *source = &survey->source;
	addr_t places[RUNTIME_HEAP_PLACES];
	struct copy_options options = {
		.max_memory_bytes = source->max_memory_bytes,
		.max_pause_ms = source->max_pause_ms,
		.is_consistent = is_consistent,
		.context = (void *)source->runtime,
		.consistency_deadline_ms = CONSISTENCY_DEADLINE_MS,
		.heap_places = places,
		.heap_place_count = runtime_find_heap(source->runtime, source->target, places),
	};
	survey->sample->seconds = time_boot_seconds();
	survey->sample->taken_ms = time_wall_ms();
	enum status status = target_capture(source->target, source->capture, &options, err);
	if (!status)
		survey->sample->copy = source->capture->report;
	return status ? status : check_heap(source->capture, &options, err);
}

static enum status read_threads(struct survey *survey, struct error *err)
{
	for (size_t i = 0; i < survey->interpreter_count; i++) {
		enum status status = thread_list_add_python(
			survey->threads, &survey->heap, &survey->interpreters[i], err);
		if (status)
			return status;
	}
	return STATUS_OK;
}

// What the copy leaves of the memory that we may use: at least something, since 0 is no limit.
static uint64_t memory_for_walk(const struct survey *survey)
{
	uint64_t copied = survey->sample->copy.copied_bytes +
		survey->source.capture->constants.held_bytes;
	uint64_t available =
		budget_read(survey->source.max_memory_bytes, copied).available_bytes;
	return available > copied ? available - copied : 1;
}

static enum status begin_heap(struct survey *survey, struct error *err)
{
	enum status status = types_create(&survey->types);
	if (status)
		return error_set(err, status, "cannot allocate the table of types");
	survey->heap = (struct heap){
		.python = runtime_python_copy(
			survey->source.runtime, survey->source.capture->image, survey->source.capture),
		.runtime = survey->source.runtime,
		.layout = survey->source.runtime->layout,
		.image = survey->source.capture->image,
		.types = survey->types,
	};
	return STATUS_OK;
}

static enum status begin_walk(struct survey *survey, struct error *err)
{
	enum status status = walk_create(
		&survey->heap, survey->interpreters, survey->interpreter_count, &survey->walk, err);
	if (status)
		return status;
	walk_limit_memory(survey->walk, memory_for_walk(survey));
	status = census_builder_create(survey->walk, &survey->census_builder);
	if (!status && survey->source.with_graph)
		status = graph_builder_create(survey->walk, &survey->graph_builder);
	return status ? error_set(err, status, "cannot allocate the census") : STATUS_OK;
}

// Reads the copy as far as that is quickly done.
static enum status begin_reading(struct survey *survey, struct error *err)
{
	enum status status = runtime_read_interpreters(survey->source.runtime, survey->source.capture->image,
		&survey->interpreters, &survey->interpreter_count, err);
	if (!status)
		status = interpreter_list_add(survey->sample, survey->source.runtime,
			survey->source.capture->image, survey->interpreters, survey->interpreter_count, err);
	if (!status)
		status = begin_heap(survey, err);
	if (!status)
		status = read_threads(survey, err);
	return status ? status : begin_walk(survey, err);
}

// What keeps us from a census, but not from following the memory of the process.
static bool is_bearable(enum status status)
{
	return status == STATUS_NO_MEMORY || status == STATUS_UNSUPPORTED ||
		status == STATUS_UNREADABLE || status == STATUS_INVALID;
}

static enum status begin(struct survey *survey, struct error *err)
{
	struct error why = {""};
	const struct capture *capture = survey->source.capture;
	enum status status = take_capture(survey, &why);
	if (status && (!is_bearable(status) || !capture->usage.seconds))
		return error_set(err, status, "%s", why.message);
	survey->sample->memory = capture->usage;
	if (thread_list_create(capture, &survey->threads, err))
		return STATUS_NO_MEMORY;
	if (!status)
		status = begin_reading(survey, &why);
	thread_list_take(survey->threads, survey->sample);
	if (is_bearable(status))
		return miss_census(survey, &why);
	return status ? error_set(err, status, "%s", why.message) : STATUS_OK;
}

enum status survey_create(const struct survey_source *source, struct survey **ret, struct error *err)
{
	AUTO(survey_destroyp) struct survey *survey = calloc(1, sizeof(*survey));
	if (!survey)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the survey");
	survey->source = *source;
	survey->budget = BUDGET_FIRST;
	survey->sample = calloc(1, sizeof(*survey->sample));
	if (!survey->sample)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the sample");
	enum status status = begin(survey, err);
	if (status)
		return status;
	*ret = take_ptr(survey);
	return STATUS_OK;
}

void survey_destroy(struct survey *survey)
{
	if (!survey)
		return;
	walk_destroy(survey->walk);
	census_builder_destroy(survey->census_builder);
	graph_builder_destroy(survey->graph_builder);
	dominators_deinit(&survey->dominators);
	graph_deinit(&survey->graph);
	types_destroy(survey->types);
	thread_list_destroy(survey->threads);
	free(survey->interpreters);
	sample_destroy(survey->sample);
	free(survey);
}

// What each interpreter has: a single one has all.
static void share_totals(struct sample *sample)
{
	const struct census *census = sample->census;
	const struct census_interpreter all = {
		.objects = census->totals.objects,
		.bytes = census->totals.bytes,
		.tracked = census->totals.tracked,
	};
	for (size_t i = 0; i < sample->interpreter_count; i++) {
		struct sample_interpreter *interpreter = &sample->interpreters[i];
		const struct census_interpreter *own =
			i < census->interpreter_count ? &census->interpreters[i] : &all;
		interpreter->has_heap = true;
		interpreter->objects = own->objects;
		interpreter->bytes = own->bytes;
		interpreter->tracked = own->tracked;
	}
}

static enum status finish(struct survey *survey, struct error *err)
{
	if (!survey->sample->copy.consistent)
		log_trace(LOG_SESSION, "the collector was running during the copy");
	enum status status = census_builder_finish(survey->census_builder, &survey->sample->census, err);
	if (!status)
		share_totals(survey->sample);
	return status;
}

static enum status make_graph(struct survey *survey, struct error *err)
{
	enum status status = graph_builder_step(survey->graph_builder, survey->budget, err);
	if (status)
		return status;
	survey->graph = graph_builder_take(survey->graph_builder);
	graph_builder_destroy(take_ptr(survey->graph_builder));
	survey->dominators.graph = &survey->graph;
	return STATUS_OK;
}

static enum status find_dominators(struct survey *survey, struct error *err)
{
	enum status status = dominators_step(&survey->dominators, survey->budget);
	if (status == STATUS_NO_MEMORY)
		return error_set(err, status, "not enough memory to find who retains what");
	return status;
}

// One budget's worth of work.
static enum status work(struct survey *survey, struct error *err)
{
	enum status status = STATUS_OK;
	switch (survey->work) {
	case WORK_WALK:
		status = walk_step(survey->walk, survey->budget, err);
		if (!status && !survey->graph_builder)
			survey->work = WORK_DOMINATORS;
		break;
	case WORK_GRAPH:
		status = make_graph(survey, err);
		break;
	case WORK_DOMINATORS:
		status = find_dominators(survey, err);
		break;
	case WORK_CENSUS:
		return finish(survey, err);
	}
	if (status)
		return status;
	survey->work++;
	return STATUS_MORE;
}

// Objects differ in what they cost, so the budget follows the time that the last one took.
static void adapt_budget(struct survey *survey, double took)
{
	if (took < SLICE_SECONDS / 2 && survey->budget < BUDGET_MOST)
		survey->budget *= 2;
	if (took > SLICE_SECONDS * 2 && survey->budget > BUDGET_LEAST)
		survey->budget /= 2;
}

enum status survey_step(struct survey *survey, struct error *err)
{
	if (survey->sample->census_missing || survey->sample->census)
		return STATUS_OK;
	struct error why = {""};
	double started = time_boot_seconds();
	enum status status = work(survey, &why);
	adapt_budget(survey, time_boot_seconds() - started);
	if (status != STATUS_MORE)
		interpreter_list_count(survey->sample, survey->walk);
	if (is_bearable(status))
		return miss_census(survey, &why);
	return status ? error_set(err, status, "%s", why.message) : STATUS_OK;
}

void survey_progress(const struct survey *survey, uint64_t *met, uint64_t *expected)
{
	*met = *expected = 0;
	if (survey->walk)
		walk_progress(survey->walk, met, expected);
}

const struct walk *survey_walk(const struct survey *survey)
{
	return survey->walk;
}

struct sample *survey_sample(struct survey *survey)
{
	return survey->sample;
}

struct sample *survey_take_sample(struct survey *survey)
{
	return take_ptr(survey->sample);
}

struct lookup survey_lookup(const struct survey *survey)
{
	return (struct lookup){
		.heap = &survey->heap,
		.interpreters = survey->interpreters,
		.interpreter_count = survey->interpreter_count,
		.graph = &survey->graph,
		.dominators = &survey->dominators,
	};
}

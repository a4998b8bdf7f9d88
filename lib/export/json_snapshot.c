// SPDX-License-Identifier: MIT
// Snapshot documents: of one sample, and of all samples of a recording.
#include "analysis/shortlist.h"
#include "base/guard.h"
#include "base/time.h"
#include "export/document.h"
#include "export/export.h"
#include "export/json.h"
#include "result/figures.h"

#include <stdlib.h>
#include <string.h>

static void add_target(struct document *document, const struct identity *identity)
{
	json_t *target = document_add_object(document, document->root, "target");
	document_add_signed(document, target, "pid", identity->pid);
	document_add_unsigned(document, target, "start_time", identity->start_time);
	document_add_string(document, target, "exe", identity->exe);
	document_add_string(document, target, "cmdline", identity->command_line);
	document_add_string(document, target, "python", identity->python);
	json_t *build = document_add_array(document, target, "build");
	for (size_t i = 0; i < sizeof(identity->build) / sizeof(*identity->build); i++)
		if (identity->build[i])
			document_add_string(document, build, NULL, identity->build[i]);
	document_add_string(document, target, "layout", identity->layout_source);
}

static void add_known(struct document *document, json_t *parent, const char *key, bool is_known,
	uint64_t value)
{
	if (is_known)
		document_add_unsigned(document, parent, key, value);
	else
		document_add_null(document, parent, key);
}

static void add_figure(struct document *document, json_t *parent, const char *key,
	const struct figure *figure, const struct reading *reading)
{
	if (figure->unit == FIGURE_MS)
		document_add_real(document, parent, key, figure_ms(figure, reading));
	else if (figure->unit == FIGURE_FLAG)
		document_add_bool(document, parent, key, figure_amount(figure, reading));
	else
		document_add_unsigned(document, parent, key, figure_amount(figure, reading));
}

// Null if it is unknown.
static void add_known_figure(struct document *document, json_t *parent, const char *key,
	const struct figure *figure, const struct reading *reading)
{
	if (figure_is_known(figure, reading))
		add_figure(document, parent, key, figure, reading);
	else
		document_add_null(document, parent, key);
}

// All figures are 0 if nothing was copied.
static void add_pause(struct document *document, const struct reading *reading)
{
	json_t *pause = document_add_object(document, document->root, "pause");
	document_add_string(document, pause, "mode", "copy");
	for (size_t i = 0; i < FIGURE_COUNT; i++)
		if (figures[i].group == FIGURE_COPY)
			add_figure(document, pause, figures[i].name, &figures[i], reading);
}

static void add_memory(struct document *document, const struct reading *reading)
{
	json_t *memory = document_add_object(document, document->root, "memory");
	for (size_t i = 0; i < FIGURE_COUNT; i++) {
		const struct figure *figure = &figures[i];
		if (figure->group != FIGURE_COPY && figure->unit == FIGURE_BYTES && figure->column)
			add_known_figure(document, memory, figure->column, figure, reading);
	}
}

static void add_collector(
	struct document *document, json_t *gc, const struct sample_interpreter *interpreter)
{
	size_t most = sizeof(interpreter->generations) / sizeof(*interpreter->generations);
	document_add_bool(document, gc, "enabled", interpreter->gc_enabled);
	json_t *generations = document_add_array(document, gc, "generations");
	// The last generation in use is the permanent one, which is "frozen".
	for (unsigned i = 0; i + 1 < interpreter->generation_count && i < most; i++) {
		const struct sample_generation *generation = &interpreter->generations[i];
		json_t *item = document_add_object(document, generations, NULL);
		document_add_signed(document, item, "count", generation->count);
		document_add_signed(document, item, "threshold", generation->threshold);
		document_add_unsigned(document, item, "objects", generation->objects);
		document_add_unsigned(document, item, "collections", generation->collections);
		document_add_unsigned(document, item, "collected", generation->collected);
		document_add_unsigned(document, item, "uncollectable", generation->uncollectable);
	}
	document_add_unsigned(document, gc, "garbage", interpreter->garbage);
	document_add_unsigned(document, gc, "frozen", interpreter->frozen);
}

static int compare_share_bytes(const void *left, const void *right)
{
	const struct census_share *a = left, *b = right;
	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	return (a->type > b->type) - (a->type < b->type); // by name
}

// Largest first. Null if there is only one interpreter, which has the types of the snapshot, and
// for a sample from a file, which does not have them.
static void add_interpreter_types(
	struct document *document, json_t *parent, const struct census *census, size_t interpreter)
{
	if (!census || interpreter >= census->interpreter_count) {
		document_add_null(document, parent, "types");
		return;
	}
	const struct census_interpreter *own = &census->interpreters[interpreter];
	json_t *types = document_add_array(document, parent, "types");
	AUTO(freep) struct census_share *sorted = calloc(own->type_count + 1, sizeof(*sorted));
	if (!sorted) {
		document->failed = true;
		return;
	}
	memcpy(sorted, own->types, own->type_count * sizeof(*sorted));
	qsort(sorted, own->type_count, sizeof(*sorted), compare_share_bytes);
	for (size_t i = 0; i < own->type_count; i++) {
		json_t *item = document_add_object(document, types, NULL);
		document_add_string(document, item, "type", census->types[sorted[i].type].name);
		document_add_unsigned(document, item, "count", sorted[i].count);
		document_add_unsigned(document, item, "bytes", sorted[i].bytes);
		document_add_unsigned(document, item, "tracked_count", sorted[i].tracked_count);
		document_add_unsigned(document, item, "tracked_bytes", sorted[i].tracked_bytes);
	}
}

// "gc" is the main interpreter's collector; "interpreters" has all of them.
static void add_interpreters(struct document *document, const struct sample *sample)
{
	if (sample->interpreter_count)
		add_collector(document, document_add_object(document, document->root, "gc"),
			&sample->interpreters[0]);
	else
		document_add_null(document, document->root, "gc");
	json_t *interpreters = document_add_array(document, document->root, "interpreters");
	for (size_t i = 0; i < sample->interpreter_count; i++) {
		const struct sample_interpreter *interpreter = &sample->interpreters[i];
		bool known = interpreter->has_heap;
		json_t *item = document_add_object(document, interpreters, NULL);
		document_add_signed(document, item, "id", interpreter->id);
		add_known(document, item, "objects", known, interpreter->objects);
		add_known(document, item, "bytes", known, interpreter->bytes);
		add_known(document, item, "tracked", known, interpreter->tracked);
		// The figures of a file are not trusted.
		add_known(document, item, "untracked", known,
			interpreter->objects > interpreter->tracked
				? interpreter->objects - interpreter->tracked
				: 0);
		add_interpreter_types(document, item, sample->census, i);
		add_collector(document, document_add_object(document, item, "gc"), interpreter);
	}
}

static void add_threads(struct document *document, const struct sample *sample)
{
	json_t *threads = document_add_array(document, document->root, "threads");
	for (size_t i = 0; i < sample->thread_count; i++) {
		const struct sample_thread *thread = &sample->threads[i];
		const char state[] = {thread->state, '\0'};
		json_t *item = document_add_object(document, threads, NULL);
		add_known(document, item, "tid", thread->tid > 0, (uint64_t)thread->tid);
		document_add_string(document, item, "state", thread->state ? state : NULL);
		document_add_string(document, item, "name", thread->name);
		document_add_bool(document, item, "is_python", thread->is_python);
		add_known(document, item, "depth", thread->is_python, thread->depth);
		document_add_string(document, item, "function", thread->function);
		document_add_string(document, item, "file", thread->file);
		add_known(document, item, "line", thread->file && thread->line > 0,
			(uint64_t)thread->line);
	}
}

// Null if the allocator's blocks are unknown. "unreached" counts objects that the collector knows;
// "unreached_blocks" lists those that only the allocator knows.
static void add_unreached(struct document *document, json_t *heap, const struct census *census)
{
	if (!census->totals.has_blocks) {
		document_add_null(document, heap, "unreached_blocks");
		return;
	}
	json_t *blocks = document_add_array(document, heap, "unreached_blocks");
	for (size_t i = 0; i < census->unreached_count; i++) {
		const struct census_unreached *row = &census->unreached[i];
		json_t *item = document_add_object(document, blocks, NULL);
		document_add_string(document, item, "type", row->type);
		document_add_unsigned(document, item, "size", row->block_size);
		document_add_unsigned(document, item, "count", row->count);
		document_add_unsigned(document, item, "bytes", row->bytes);
	}
}

static void add_heap(
	struct document *document, const struct sample *sample, const struct reading *reading)
{
	if (!sample->census) {
		document_add_null(document, document->root, "heap");
		document_add_string(
			document, document->root, "heap_missing", sample->census_missing);
		return;
	}
	json_t *heap = document_add_object(document, document->root, "heap");
	for (size_t i = 0; i < FIGURE_COUNT; i++)
		if (figures[i].heap_key)
			add_known_figure(document, heap, figures[i].heap_key, &figures[i], reading);
	document_add_bool(document, heap, "exact", !reading->totals.is_inexact);
	add_unreached(document, heap, sample->census);
}

static int compare_bytes(const void *left, const void *right)
{
	const struct census_type *a = *(const struct census_type *const *)left;
	const struct census_type *b = *(const struct census_type *const *)right;
	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	return (a > b) - (a < b); // by name
}

// Largest first.
static void add_types(struct document *document, const struct census *census)
{
	json_t *types = document_add_array(document, document->root, "types");
	size_t count = census ? census->type_count : 0;
	AUTO(freep) const struct census_type **sorted = calloc(count + 1, sizeof(*sorted));
	if (!sorted) {
		document->failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++)
		sorted[i] = &census->types[i];
	qsort(sorted, count, sizeof(*sorted), compare_bytes);
	for (size_t i = 0; i < count; i++) {
		json_t *item = document_add_object(document, types, NULL);
		document_add_string(document, item, "type", sorted[i]->name);
		document_add_unsigned(document, item, "count", sorted[i]->count);
		document_add_unsigned(document, item, "bytes", sorted[i]->bytes);
		document_add_unsigned(document, item, "tracked_count", sorted[i]->tracked_count);
		document_add_unsigned(document, item, "tracked_bytes", sorted[i]->tracked_bytes);
		document_add_unsigned(document, item, "opaque_count", sorted[i]->opaque_count);
		document_add_bool(document, item, "exact", !sorted[i]->size_is_approximate);
	}
}

static void add_container(
	struct document *document, json_t *containers, const struct census *census, size_t position)
{
	const struct census_container *container = &census->containers[position];
	if (container->type >= census->type_count)
		return;
	json_t *item = document_add_object(document, containers, NULL);
	document_add_string(document, item, "path", container->path);
	document_add_string(document, item, "type", census->types[container->type].name);
	document_add_unsigned(document, item, "address", container->address);
	document_add_unsigned(document, item, "length", container->length);
	document_add_unsigned(document, item, "bytes", container->bytes);
}

// The parts of a snapshot document.
struct snapshot {
	const struct identity *identity;
	const struct sample *sample;
	const struct growth *since_baseline, *since_previous; // or NULL
	size_t containers_max;
};

// Growing containers first, then the longest.
static void add_containers(struct document *document, const struct snapshot *snapshot)
{
	const struct census *census = snapshot->sample->census;
	json_t *containers = document_add_array(document, document->root, "containers");
	if (!census)
		return;
	AUTO(freep) size_t *shortlist = NULL;
	size_t count = 0;
	if (shortlist_create(census, snapshot->since_baseline, snapshot->since_previous,
		    snapshot->containers_max, &shortlist, &count))
		document->failed = true;
	for (size_t i = 0; i < count; i++)
		add_container(document, containers, census, shortlist[i]);
}

static enum status write_snapshot(
	const struct snapshot *snapshot, bool compact, char **ret, struct error *err)
{
	const struct sample *sample = snapshot->sample;
	AUTO(document_deinit) struct document document;
	char time[TIME_TEXT_SIZE];
	const struct reading reading = sample_reading(sample);
	document_init(&document, "leaktop.snapshot/1");
	document_add_string(&document, document.root, "taken_at", time_format(sample->taken_ms, time));
	document_add_unsigned(&document, document.root, "number", sample->number);
	add_target(&document, snapshot->identity);
	add_pause(&document, &reading);
	add_memory(&document, &reading);
	add_interpreters(&document, sample);
	add_heap(&document, sample, &reading);
	add_types(&document, sample->census);
	add_containers(&document, snapshot);
	add_threads(&document, sample);
	return document_write(&document, compact, ret, err);
}

enum status export_json_snapshot(
	const struct results *results, bool compact, char **ret, struct error *err)
{
	const struct snapshot snapshot = {&results->history.identity, results->history.current,
		results->since_baseline, results->since_previous, SHORTLIST_MAX};
	if (!snapshot.sample)
		return error_set(err, STATUS_NOT_FOUND, "no sample was taken yet");
	return write_snapshot(&snapshot, compact, ret, err);
}

// --- A recording ---

// {"schema": "leaktop.export/1", "targets": [{..., "samples": [{...}]}]}: everything in the file.
// Each sample is a snapshot document with all its containers, of which a file has few.
struct json_export {
	const struct export_options *options;
	const struct export_target *target;
	bool has_targets, has_samples; // some were written, so a comma comes next
};

static unsigned json_wants(const struct export_options *options)
{
	(void)options;
	return EXPORT_SAMPLES;
}

static enum status json_begin(const struct export_options *options, void **ret, struct error *err)
{
	AUTO(freep) struct json_export *json = calloc(1, sizeof(*json));
	if (!json)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the output");
	json->options = options;
	enum status status =
		export_write(options, "{\"schema\":\"leaktop.export/1\",\"targets\":[", err);
	if (!status)
		*ret = take_ptr(json);
	return status;
}

// Writes a process as an object that is left open after "samples": [.
static enum status json_begin_target(
	void *export, const struct export_target *target, struct error *err)
{
	struct json_export *json = export;
	AUTO(document_deinit) struct document document = {.root = json_object()};
	document_add_string(&document, document.root, "host", target->host);
	document_add_string(&document, document.root, "boot_id", target->boot_id);
	document_add_signed(&document, document.root, "pid", target->identity.pid);
	document_add_unsigned(&document, document.root, "start_time", target->identity.start_time);
	document_add_string(&document, document.root, "exe", target->identity.exe);
	document_add_string(&document, document.root, "cmdline", target->identity.command_line);
	document_add_string(&document, document.root, "python", target->identity.python);
	AUTO(freep) char *object = NULL;
	enum status status = document_write(&document, true, &object, err);
	if (status)
		return status;
	object[strlen(object) - 1] = '\0'; // remove its closing brace
	struct text text = {0};
	text_add_format(&text, "%s%s,\"samples\":[", json->has_targets ? ",\n" : "\n", object);
	json->target = target;
	json->has_targets = true;
	json->has_samples = false;
	return export_write_text(json->options, &text, err);
}

static enum status json_sample(void *export, const struct sample *sample, struct error *err)
{
	struct json_export *json = export;
	const struct snapshot snapshot = {
		&json->target->identity, sample, .containers_max = SIZE_MAX};
	AUTO(freep) char *object = NULL;
	enum status status = write_snapshot(&snapshot, true, &object, err);
	if (!status)
		status = export_write(json->options, json->has_samples ? ",\n" : "\n", err);
	json->has_samples = true;
	return status ? status : export_write(json->options, object, err);
}

static enum status json_end_target(void *export, struct error *err)
{
	return export_write(((const struct json_export *)export)->options, "]}", err);
}

static enum status json_end(void *export, size_t left_out, struct error *err)
{
	(void)left_out;
	return export_write(((const struct json_export *)export)->options, "]}\n", err);
}

static void json_destroy(void *export)
{
	free(export);
}

const struct exporter json_exporter = {
	.name = "json",
	.summary = "all that is in the file",
	.wants = json_wants,
	.begin = json_begin,
	.target = json_begin_target,
	.sample = json_sample,
	.target_end = json_end_target,
	.end = json_end,
	.destroy = json_destroy,
};

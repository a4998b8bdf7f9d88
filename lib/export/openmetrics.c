// SPDX-License-Identifier: MIT
#include "export/openmetrics.h"

#include "analysis/results.h"
#include "base/guard.h"
#include "export/export.h"
#include "export/process_name.h"
#include "result/figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// First the figures of figures.def that have a metric, each family by the number of its first
// figure; then the metrics of this list, which the table below explains.
enum metric {
	METRIC_GROWTH_RATE = FIGURE_COUNT,
	METRIC_LEAKING,
	METRIC_OBJECTS,
	METRIC_OBJECT_BYTES,
	METRIC_CONTAINER_LENGTH,
	METRIC_COLLECTOR_ENABLED,
	METRIC_UNCOLLECTABLE,
	METRIC_THREADS,
	METRIC_PAUSE,
	METRIC_SAMPLE_TIME,
	METRIC_PROCESS_COUNT,
	METRIC_COUNT,
};

struct metric_spec {
	const char *name, *help;
};

// All metrics are gauges for the last sample. Lines have no time stamps, since the textfile
// collector refuses them; leaktop_sample_timestamp_seconds has the time.
static const struct metric_spec specs[METRIC_COUNT] = {
#define MEMORY(name, source, title, metric, kind, help) {metric, help},
#define TOTAL(name, unit, source, key, column, title, metric, kind, help) {metric, help},
#define COPY(...) {NULL, NULL},
#include "result/figures.def"
	[METRIC_GROWTH_RATE] = {"leaktop_process_memory_growth_bytes_per_second",
		"Pace of growth over the recorded samples, of RSS, or of Python objects where the "
		"verdict rests on these."},
	[METRIC_LEAKING] = {"leaktop_process_leaking", "1 for significant growth that goes on, 0 "
						       "for none; absent while it is too early to "
						       "say."},
	[METRIC_OBJECTS] = {"leaktop_python_objects",
		"Python objects by type, for the types that grew most."},
	[METRIC_OBJECT_BYTES] = {"leaktop_python_object_bytes",
		"Size of Python objects by type, for the types that grew most."},
	[METRIC_CONTAINER_LENGTH] = {"leaktop_python_container_length",
		"Length of the named containers that grew most."},
	[METRIC_COLLECTOR_ENABLED] = {"leaktop_python_gc_enabled",
		"Whether the cyclic garbage collector is on."},
	[METRIC_UNCOLLECTABLE] = {"leaktop_python_gc_garbage_objects", "Length of gc.garbage."},
	[METRIC_THREADS] = {"leaktop_process_threads", "Threads."},
	[METRIC_PAUSE] = {"leaktop_sample_pause_seconds",
		"How long the process stood still for the sample."},
	[METRIC_SAMPLE_TIME] = {"leaktop_sample_timestamp_seconds",
		"When the sample was taken, as Unix time."},
	[METRIC_PROCESS_COUNT] = {"leaktop_processes",
		"Processes with a current sample, also where they are too many to be shown."},
};

// Processes come one by one, but the lines of a metric must be together, so each metric has its own
// text.
struct metrics {
	const struct export_options *options;
	struct text lines[METRIC_COUNT];
	size_t processes; // all that came, including those that are not shown
};

// The value of a label: backslashes, quotes and line feeds are escaped, which suits both formats.
static void add_escaped(struct text *text, const char *value)
{
	struct text safe = {0};
	text_add_foreign(&safe, value, strlen(value));
	text->failed |= safe.failed;
	for (const char *byte = safe.bytes; byte && *byte; byte++) {
		if (*byte == '\\' || *byte == '"')
			text_add(text, "\\");
		text_add_bytes(text, byte, 1);
	}
	text_deinit(&safe);
}

struct label {
	const char *name, *value;
};

enum { LABELS_MAX = 2 };

// The process for which lines are added.
struct metric_process {
	struct metrics *metrics;
	char pid[16];
	char process[PROCESS_NAME_SIZE];
};

static void add_label(struct text *text, const char *name, const char *value)
{
	text_add_format(text, "%s%s=\"", text->bytes[text->length - 1] == '{' ? "" : ",", name);
	add_escaped(text, value);
	text_add(text, "\"");
}

// Adds one line. A label without a name ends labels.
static void add_line(const struct metric_process *subject, enum metric metric,
	const struct label *labels, const char *value)
{
	struct text *text = &subject->metrics->lines[metric];
	text_add_format(text, "%s{", specs[metric].name);
	if (text->failed)
		return;
	add_label(text, "pid", subject->pid);
	add_label(text, "process", subject->process);
	for (size_t i = 0; i < LABELS_MAX && labels[i].name; i++)
		add_label(text, labels[i].name, labels[i].value);
	text_add_format(text, "} %s\n", value);
}

static const struct label no_labels[LABELS_MAX] = {{0}};

static void add_real(const struct metric_process *subject, enum metric metric, double value)
{
	char buffer[32];
	snprintf(buffer, sizeof(buffer), "%.12g", value);
	add_line(subject, metric, no_labels, buffer);
}

static void add_labelled(const struct metric_process *subject, enum metric metric,
	const struct label *labels, uint64_t value)
{
	char buffer[32];
	snprintf(buffer, sizeof(buffer), "%" PRIu64, value);
	add_line(subject, metric, labels, buffer);
}

static void add_figure(const struct metric_process *subject, enum metric metric, uint64_t value)
{
	add_labelled(subject, metric, no_labels, value);
}

// Figures that share a metric are listed under the first of them.
static void add_figures(const struct metric_process *subject, const struct reading *reading)
{
	enum metric family = 0;
	for (unsigned i = 0; i < FIGURE_COUNT; i++) {
		const struct figure *figure = &figures[i];
		if (figure->help)
			family = i;
		if (!figure->metric || !figure_is_known(figure, reading))
			continue;
		const struct label labels[LABELS_MAX] = {
			{figure->kind ? "kind" : NULL, figure->kind}};
		add_labelled(subject, family, labels, figure_amount(figure, reading));
	}
}

static void add_verdict(const struct metric_process *subject, const struct verdict *verdict)
{
	const struct trend *trend = verdict->is_of_objects ? &verdict->objects : &verdict->trend;
	if (verdict->is_of_objects ? verdict->has_objects : verdict->has_trend)
		add_real(subject, METRIC_GROWTH_RATE, trend->bytes_per_minute / 60);
	if (verdict->kind != VERDICT_TOO_EARLY)
		add_figure(subject, METRIC_LEAKING, verdict->kind == VERDICT_LEAK);
}

static void add_type(
	const struct metric_process *subject, const char *name, uint64_t count, uint64_t bytes)
{
	const struct label labels[LABELS_MAX] = {{"type", name}};
	add_labelled(subject, METRIC_OBJECTS, labels, count);
	add_labelled(subject, METRIC_OBJECT_BYTES, labels, bytes);
}

// Names that have a line already. A file is not trusted, and a repeated line would make the reader
// refuse all lines.
struct names {
	const char *items[METRICS_ROWS_MAX + 1];
	size_t count, most;
};

static void init_names(struct names *names, const struct metrics *metrics)
{
	size_t rows = metrics->options->rows;
	names->count = 0;
	names->most = rows && rows < METRICS_ROWS_MAX ? rows : METRICS_ROWS_MAX;
}

static bool add_name(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->items[i], name))
			return false;
	names->items[names->count++] = name;
	return true;
}

static const char other_types[] = "other";

// The types that grew most by name, and the others as one, so that the sum is that of all objects.
static void add_types(const struct metric_process *subject, const struct census *census,
	const struct growth *growth)
{
	struct names names;
	init_names(&names, subject->metrics);
	add_name(&names, other_types);
	uint64_t count = 0, bytes = 0;
	for (size_t i = 0; growth && i < growth->type_count && names.count < names.most + 1; i++) {
		const struct growth_type *type = &growth->types[i];
		if (type->bytes_delta <= 0)
			break;
		if (!add_name(&names, type->name))
			continue;
		add_type(subject, type->name, type->count_after, type->bytes_after);
		count += type->count_after;
		bytes += type->bytes_after;
	}
	// The figures of a file may not add up.
	const struct census_totals *totals = &census->totals;
	add_type(subject, other_types, totals->objects > count ? totals->objects - count : 0,
		totals->bytes > bytes ? totals->bytes - bytes : 0);
}

// The containers that grew, fastest first. Only those with a path, since an address means nothing
// later. Of several with the same path only the one that grew most is listed.
static void add_containers(const struct metric_process *subject, const struct census *census,
	const struct growth *growth)
{
	struct names names;
	init_names(&names, subject->metrics);
	for (size_t i = 0; growth && i < growth->container_count && names.count < names.most; i++) {
		const struct growth_container *grown = &growth->containers[i];
		const struct census_container *container = &census->containers[grown->after];
		if (grown->length_delta <= 0)
			break; // they are sorted
		if (!container->path || !add_name(&names, container->path))
			continue;
		const struct label labels[LABELS_MAX] = {
			{"container", container->path}, {"type", grown->type}};
		add_labelled(subject, METRIC_CONTAINER_LENGTH, labels, container->length);
	}
}

static void add_heap(const struct metric_process *subject, const struct results *results)
{
	const struct sample *sample = results->history.current;
	add_types(subject, sample->census, results->since_baseline);
	add_containers(subject, sample->census, results->since_baseline);
	add_real(subject, METRIC_PAUSE, sample->copy.stopped_ms / 1000);
	if (sample->interpreter_count) {
		add_figure(subject, METRIC_COLLECTOR_ENABLED, sample->interpreters[0].gc_enabled);
		add_figure(subject, METRIC_UNCOLLECTABLE, sample->interpreters[0].garbage);
	}
	if (sample->thread_count)
		add_figure(subject, METRIC_THREADS, sample->thread_count);
}

static unsigned metrics_wants(const struct export_options *options)
{
	(void)options;
	return EXPORT_RESULTS;
}

static enum status metrics_begin(
	const struct export_options *options, void **ret, struct error *err)
{
	struct metrics *metrics = calloc(1, sizeof(*metrics));
	if (!metrics)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the metrics");
	metrics->options = options;
	*ret = metrics;
	return STATUS_OK;
}

static void metrics_destroy(void *export)
{
	struct metrics *metrics = export;
	for (size_t i = 0; metrics && i < METRIC_COUNT; i++)
		text_deinit(&metrics->lines[i]);
	free(metrics);
}

// The heap is from the last sample that has one; the kernel's figures are from the very last
// sample.
static enum status metrics_target(
	void *export, const struct export_target *target, struct error *err)
{
	(void)err; // lines that fail are found at the end
	struct metrics *metrics = export;
	if (metrics->processes++ >= METRICS_PROCESSES_MAX)
		return STATUS_OK;
	const struct history *history = &target->results->history;
	struct metric_process subject = {.metrics = metrics};
	snprintf(subject.pid, sizeof(subject.pid), "%d", (int)target->identity.pid);
	process_name(&target->identity, subject.process);
	struct reading reading = sample_reading(history->current);
	reading.memory = target->last.memory;
	add_figures(&subject, &reading);
	add_verdict(&subject, &target->results->verdict);
	if (history->current->census)
		add_heap(&subject, target->results);
	add_real(&subject, METRIC_SAMPLE_TIME, (double)target->last.taken_ms / 1000);
	return STATUS_OK;
}

static enum status metrics_end(void *export, size_t left_out, struct error *err)
{
	(void)left_out;
	const struct metrics *metrics = export;
	struct text text = {0};
	for (size_t i = 0; i < METRIC_COUNT; i++) {
		const struct text *lines = &metrics->lines[i];
		text.failed |= lines->failed;
		if (!lines->length && i != METRIC_PROCESS_COUNT)
			continue;
		text_add_format(&text, "# HELP %s %s\n# TYPE %s gauge\n", specs[i].name,
			specs[i].help, specs[i].name);
		if (lines->length)
			text_add_bytes(&text, lines->bytes, lines->length);
	}
	text_add_format(&text, "%s %zu\n", specs[METRIC_PROCESS_COUNT].name, metrics->processes);
	// OpenMetrics requires this line; for the textfile collector it is a comment.
	text_add(&text, "# EOF\n");
	return export_write_text(metrics->options, &text, err);
}

const struct exporter openmetrics_exporter = {
	.name = "openmetrics",
	.summary = "the last samples, for Prometheus",
	// The node exporter runs as another user, and anybody may see these figures. Processes that
	// have ended are not listed.
	.is_public = true,
	.targets = EXPORT_CURRENT,
	.wants = metrics_wants,
	.begin = metrics_begin,
	.target = metrics_target,
	.end = metrics_end,
	.destroy = metrics_destroy,
};

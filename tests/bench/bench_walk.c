// SPDX-License-Identifier: MIT
// Measures the walk: bench_walk PID [RUNS] copies the memory of a Python process once, then counts
// the collector's lists and walks the whole heap, RUNS times each, and prints the time of each run
// and the best figures.
#include "base/guard.h"
#include "graph/dominators.h"
#include "graph/graph.h"
#include "heap/census_builder.h"
#include "heap/collector.h"
#include "heap/graph_builder.h"
#include "heap/heap.h"
#include "heap/type.h"
#include "heap/walk.h"
#include "interp/runtime.h"
#include "result/census.h"
#include "symbols/interpreter_file.h"
#include "target/capture.h"
#include "target/image.h"
#include "target/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STEP_BUDGET = 1 << 16 };

// Of this thread's own work, so that other programs disturb less; none of it waits.
static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Bytes of memory that this process has in use, of its own making.
static uint64_t own_bytes(void)
{
	AUTO(fclosep) FILE *file = fopen("/proc/self/statm", "r");
	unsigned long long size = 0, resident = 0;
	if (!file || fscanf(file, "%llu %llu", &size, &resident) != 2)
		return 0;
	return resident * 4096;
}

struct figures {
	uint64_t objects, tracked, references;
	double count_seconds, walk_seconds, census_seconds, graph_seconds, dominators_seconds;
	uint64_t peak_bytes, graph_peak_bytes, dominators_peak_bytes;
};

static enum status measure_walk(const struct heap *heap, const struct interpreter *interpreters,
	size_t interpreter_count, struct figures *figures, bool is_last, struct error *err)
{
	AUTO(census_builder_destroyp) struct census_builder *builder = NULL;
	AUTO(walk_destroyp) struct walk *walk = NULL;
	AUTO(census_destroyp) struct census *census = NULL;
	uint64_t bytes_before = own_bytes();
	double start = now();
	enum status status = walk_create(heap, interpreters, interpreter_count, &walk, err);
	if (!status)
		status = census_builder_create(walk, &builder);
	while (!status) {
		status = walk_step(walk, STEP_BUDGET, err);
		if (status != STATUS_MORE)
			break;
		status = STATUS_OK;
	}
	if (status)
		return status;
	double walked = now();
	printf("run: walk %.2f ms\n", (walked - start) * 1e3);
	figures->peak_bytes = own_bytes() - bytes_before;
	status = census_builder_finish(builder, &census, err);
	if (status)
		return status;
	double end = now();
	if (walked - start < figures->walk_seconds)
		figures->walk_seconds = walked - start;
	if (end - walked < figures->census_seconds)
		figures->census_seconds = end - walked;
	figures->objects = census->totals.objects;
	if (is_last) {
		const struct census_totals *totals = &census->totals;
		printf("objects %llu  bytes %llu  tracked %llu  opaque %llu  unreadable %llu  "
		       "unreached %llu  inexact %d  types %zu  containers %zu\n",
			(unsigned long long)totals->objects, (unsigned long long)totals->bytes,
			(unsigned long long)totals->tracked, (unsigned long long)totals->opaque,
			(unsigned long long)totals->unreadable,
			(unsigned long long)totals->unreached, totals->is_inexact,
			census->type_count, census->container_count);
	}
	return STATUS_OK;
}

// What a step leaves behind is more than before it.
static void note_peak(uint64_t bytes_before, uint64_t *peak)
{
	uint64_t bytes = own_bytes() - bytes_before;
	if (bytes > *peak)
		*peak = bytes;
}

// The same walk, which fills a graph too; to the end of that. In a run of its own for memory, since
// asking for that takes time.
static enum status measure_graph(const struct heap *heap, const struct interpreter *interpreters,
	size_t interpreter_count, struct figures *figures, bool for_memory, struct error *err)
{
	AUTO(census_builder_destroyp) struct census_builder *census = NULL;
	AUTO(graph_builder_destroyp) struct graph_builder *builder = NULL;
	AUTO(walk_destroyp) struct walk *walk = NULL;
	uint64_t bytes_before = own_bytes();
	double start = now();
	enum status status = walk_create(heap, interpreters, interpreter_count, &walk, err);
	if (!status)
		status = census_builder_create(walk, &census);
	if (!status)
		status = graph_builder_create(walk, &builder);
	while (!status && (status = walk_step(walk, STEP_BUDGET, err)) == STATUS_MORE)
		status = STATUS_OK;
	while (!status && (status = graph_builder_step(builder, STEP_BUDGET, err)) == STATUS_MORE) {
		status = STATUS_OK;
		if (for_memory)
			note_peak(bytes_before, &figures->graph_peak_bytes);
	}
	if (status)
		return status;
	double seconds = now() - start;
	if (!for_memory && seconds < figures->graph_seconds)
		figures->graph_seconds = seconds;
	struct graph graph = graph_builder_take(builder);
	figures->references = graph.edge_count;
	// What the walk has is not needed any more.
	graph_builder_destroy(take_ptr(builder));
	census_builder_destroy(take_ptr(census));
	walk_destroy(take_ptr(walk));
	struct dominators dominators = {.graph = &graph};
	start = now();
	while ((status = dominators_step(&dominators, STEP_BUDGET)) == STATUS_MORE)
		if (for_memory)
			note_peak(bytes_before, &figures->dominators_peak_bytes);
	seconds = now() - start;
	if (!for_memory && seconds < figures->dominators_seconds)
		figures->dominators_seconds = seconds;
	dominators_deinit(&dominators);
	graph_deinit(&graph);
	return status;
}

static enum status measure_count(const struct heap *heap, const struct interpreter *interpreters,
	size_t interpreter_count, struct figures *figures, struct error *err)
{
	AUTO(freep) uint64_t *counts = NULL;
	size_t length;
	double start = now();
	enum status status = collector_count(
		heap, interpreters, interpreter_count, &counts, &length, &figures->tracked, err);
	double seconds = now() - start;
	printf("run: count %.2f ms\n", seconds * 1e3);
	if (seconds < figures->count_seconds)
		figures->count_seconds = seconds;
	return status;
}

static enum status measure(const struct capture *capture, const struct runtime *runtime,
	int runs, struct error *err)
{
	const struct image *image = capture->image;
	AUTO(freep) struct interpreter *interpreters = NULL;
	size_t count;
	enum status status = runtime_read_interpreters(runtime, image, &interpreters, &count, err);
	struct figures figures = {.count_seconds = 1e9, .walk_seconds = 1e9, .census_seconds = 1e9,
		.graph_seconds = 1e9,
		.dominators_seconds = 1e9};
	for (int run = 0; !status && run < runs; run++) {
		AUTO(types_destroyp) struct types *types = NULL;
		status = types_create(&types);
		if (status)
			break;
		struct heap heap = {
			.python = runtime_python_copy(runtime, capture->image, capture),
			.runtime = runtime,
			.layout = runtime->layout,
			.image = image,
			.types = types,
		};
		status = measure_count(&heap, interpreters, count, &figures, err);
		if (!status)
			status = measure_walk(
				&heap, interpreters, count, &figures, run + 1 == runs, err);
		if (!status)
			status = measure_graph(&heap, interpreters, count, &figures, false, err);
		if (!status && run + 1 == runs)
			status = measure_graph(&heap, interpreters, count, &figures, true, err);
	}
	if (status)
		return status;
	double objects = (double)figures.objects;
	printf("walk    %.3f s  %.2f M objects/s  %.1f ns/object  %.1f bytes/object\n",
		figures.walk_seconds, objects / figures.walk_seconds / 1e6,
		figures.walk_seconds * 1e9 / objects, (double)figures.peak_bytes / objects);
	printf("census  %.3f s  %.1f ns/object\n", figures.census_seconds,
		figures.census_seconds * 1e9 / objects);
	printf("graph   %.3f s  %.2f of the walk  %.2f references/object  %.1f bytes/object beyond\n",
		figures.graph_seconds, figures.graph_seconds / figures.walk_seconds,
		(double)figures.references / objects,
		((double)figures.graph_peak_bytes - (double)figures.peak_bytes) / objects);
	printf("dominators  %.3f s  %.2f of the walk with the graph  %.1f bytes/object\n",
		figures.dominators_seconds,
		(figures.graph_seconds + figures.dominators_seconds) / figures.walk_seconds,
		(double)figures.dominators_peak_bytes / objects);
	printf("count   %.3f s  %.1f ns/object  %llu tracked\n", figures.count_seconds,
		figures.count_seconds * 1e9 / (double)figures.tracked,
		(unsigned long long)figures.tracked);
	return STATUS_OK;
}

static enum status run(pid_t pid, int runs, struct error *err)
{
	AUTO(target_closep) struct target *target = NULL;
	AUTO(interpreter_file_closep) struct interpreter_file *file = NULL;
	AUTO(runtime_destroyp) struct runtime *runtime = NULL;
	AUTO(capture_destroyp) struct capture *capture = NULL;
	enum status status = target_open_pid(pid, &target, err);
	if (!status)
		status = interpreter_file_open(target, &file, err);
	if (!status)
		status = runtime_create(target, file, &runtime, err);
	if (!status)
		status = capture_create(&capture, err);
	struct copy_options options = {0};
	if (!status)
		status = target_capture(target, capture, &options, err);
	if (status)
		return status;
	const struct copy_report *report = &capture->report;
	printf("copy    %.1f ms stopped  %.1f MB copied  %.1f MB unreadable\n", report->stopped_ms,
		(double)report->copied_bytes / 1e6, (double)report->unreadable_bytes / 1e6);
	return measure(capture, runtime, runs, err);
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: %s PID [RUNS]\n", argv[0]);
		return 2;
	}
	struct error err = {""};
	enum status status = run((pid_t)atol(argv[1]), argc > 2 ? atoi(argv[2]) : 5, &err);
	if (status)
		fprintf(stderr, "%s: %s\n", argv[0], err.message);
	return status != STATUS_OK;
}

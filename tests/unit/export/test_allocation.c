// SPDX-License-Identifier: MIT
// Memory runs out at each allocation in turn, from the comparison of samples to the finished
// document: the answer is STATUS_NO_MEMORY or a whole result, and nothing is lost (the sanitizer
// judges that).
#include "export/json.h"
#include "export/table_text.h"

#include "../failing.h"
#include "../test.h"
#include "analysis/shortlist.h"
#include "recorded.h"
#include "view/view_processes.h"

#include <jansson.h>

static enum status make_growth(const struct service *service)
{
	struct growth *growth = NULL;
	enum status status = growth_create(
		service->results.history.baseline, service->results.history.current, &growth, NULL);
	growth_destroy(growth);
	return status;
}

// Both comparisons, and the verdict that stands upon them. Whatever fails, what is there is whole.
static enum status make_results(const struct service *service)
{
	(void)service;
	long left = allocations_left;
	allocations_left = LONG_MAX;
	struct results results = {0};
	for (unsigned i = 0; i < 3; i++) {
		struct sample *sample = make_sample(i + 1, i);
		service_heap(sample, i);
		sample->census->least_length = 1;
		history_add_sample_take(&results.history, sample);
	}
	allocations_left = left;
	enum status status = results_add_memory(&results, &results.history.current->memory, NULL);
	if (!status)
		status = results_compare(&results, NULL);
	if (!status && (!results.since_previous || !results.since_baseline))
		status = STATUS_FAILED;
	results_deinit(&results);
	return status;
}

static enum status make_shortlist(const struct service *service)
{
	size_t *items = NULL, count;
	enum status status = shortlist_create(service->results.history.current->census,
		service->results.since_baseline, service->results.since_previous, 4, &items,
		&count);
	free(items);
	return status;
}

static enum status make_tables(const struct service *service)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && views[i]; i++) {
		struct table *table = NULL;
		status = views[i]->load(&service->results, &table, NULL);
		table_destroy(table);
	}
	return status;
}

static enum status make_picker(const struct service *service)
{
	(void)service;
	struct process process = {.pid = 1, .has_python = true, .command_line = "python3"};
	const struct process_list list = {&process, 1};
	struct table *table = NULL;
	enum status status =
		view_processes(&(struct process_view_input){.now = &list}, &table, NULL);
	table_destroy(table);
	return status;
}

static enum status make_headline(const struct service *service)
{
	char *lines[3] = {NULL};
	enum status status = view_headline(&service->results, 80, lines);
	for (unsigned i = 0; i < 3; i++)
		free(lines[i]);
	return status;
}

static enum status make_text(const struct service *service)
{
	struct table *table = NULL;
	struct text text = {0};
	enum status status = types_view.load(&service->results, &table, NULL);
	if (!status)
		status = table_text_add(table,
			&(struct text_options){.width = 60, .max_rows = 2, .ascii = true}, &text);
	text_deinit(&text);
	table_destroy(table);
	return status;
}

static enum status make_snapshot(const struct service *service)
{
	char *text = NULL;
	enum status status = export_json_snapshot(&service->results, true, &text, NULL);
	free(text);
	return status;
}

static enum status make_diff(const struct service *service)
{
	char *text = NULL;
	enum status status = export_json_diff(service->results.history.baseline,
		service->results.history.current, service->results.since_baseline, true, &text,
		NULL);
	free(text);
	return status;
}

static enum status make_json_table(const struct service *service)
{
	struct table *table = NULL;
	char *text = NULL;
	enum status status = types_view.load(&service->results, &table, NULL);
	if (!status)
		status = export_json_table(table, true, &text, NULL);
	free(text);
	table_destroy(table);
	return status;
}

// These add to a text, which says at last whether all of it is there.
static enum status end_text(struct text *text, enum status status)
{
	bool failed = text->failed;
	text_deinit(text);
	return !status && failed ? STATUS_NO_MEMORY : status;
}

// A short recording through an exporter.
static enum status export_some(
	const struct service *service, const struct exporter *exporter, const char *table)
{
	const struct sample *current = service->results.history.current;
	struct sample *const samples[] = {
		service->results.history.baseline, service->results.history.current};
	struct reading readings[3];
	for (unsigned i = 0; i < 3; i++)
		readings[i] = recorded_reading(current, i);
	const struct recorded_drive drive = {.results = &service->results,
		.readings = readings,
		.reading_count = 3,
		.samples = samples,
		.sample_count = 2,
		.host = "host",
		.processes = 2,
		.left_out = 1,
		.table = table,
		.rows = 10};
	struct text text = {0};
	return end_text(&text, recorded_drive(exporter, &drive, &text));
}

static const struct exporter *exporter_tried;

static enum status make_export(const struct service *service)
{
	return export_some(service, exporter_tried, NULL);
}

static enum status make_export_of_table(const struct service *service)
{
	return export_some(service, exporter_tried, "types");
}

static enum status make_trend(const struct service *service)
{
	struct trend trend;
	const struct series *memory = &service->results.history.memory;
	return trend_of_points(memory->items, memory->count, &trend);
}

// The verdict has no status: without memory for a trend it is too early to say.
static enum status make_verdict(const struct service *service)
{
	struct verdict verdict;
	verdict_reach(&service->results.history, service->results.since_baseline, &verdict);
	bool whole = verdict.kind == VERDICT_LEAK && verdict.has_trend && verdict.has_objects;
	return whole ? STATUS_OK : STATUS_NO_MEMORY;
}

// A sample is taken in whatever happens; the series may miss it.
static enum status make_history(const struct service *service)
{
	(void)service;
	long left = allocations_left;
	allocations_left = LONG_MAX;
	struct sample *sample = make_sample(1, 1);
	service_heap(sample, 1);
	allocations_left = left;
	struct history history = {0};
	enum status status = history_add_memory(&history, &sample->memory);
	history_add_sample_take(&history, sample);
	if (history.current != sample)
		status = STATUS_FAILED;
	else if (!history.objects.count || !history.types.count)
		status = STATUS_NO_MEMORY;
	history_deinit(&history);
	return status;
}

// Fails the first allocation, then the second, ... until all of them succeed.
static void try_all(const struct service *service, const char *what,
	enum status (*make)(const struct service *service))
{
	enum { ENOUGH = 20000 };
	enum status status = STATUS_NO_MEMORY;
	long allowed = 0;
	for (; allowed < ENOUGH && status == STATUS_NO_MEMORY; allowed++) {
		allocations_left = allowed;
		status = make(service);
	}
	bool was_short = allocations_left < 0;
	allocations_left = LONG_MAX;
	printf("# %s: %ld allocations\n", what, allowed - 1);
	test_check(status == STATUS_OK && allowed > 1, what, __FILE__, __LINE__);
	// Only what can do without an optional allocation may succeed while one failed.
	if (was_short)
		printf("# %s: whole without one of them\n", what);
}

int main(void)
{
	json_set_alloc_funcs(__wrap_malloc, free);
	struct service service;
	service_start(&service);
	try_all(&service, "growth", make_growth);
	try_all(&service, "results", make_results);
	try_all(&service, "shortlist", make_shortlist);
	try_all(&service, "trend", make_trend);
	try_all(&service, "verdict", make_verdict);
	try_all(&service, "history", make_history);
	try_all(&service, "tables", make_tables);
	try_all(&service, "picker", make_picker);
	try_all(&service, "headline", make_headline);
	try_all(&service, "text", make_text);
	try_all(&service, "snapshot", make_snapshot);
	try_all(&service, "diff", make_diff);
	try_all(&service, "table as JSON", make_json_table);
	for (size_t i = 0; exporters[i]; i++) {
		exporter_tried = exporters[i];
		try_all(&service, exporters[i]->name, make_export);
		if (exporters[i]->takes_table)
			try_all(&service, "a table", make_export_of_table);
	}
	service_stop(&service);
	return test_done();
}

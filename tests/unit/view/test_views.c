// SPDX-License-Identifier: MIT
#include "view/view.h"

#include "../golden.h"
#include "export/table_text.h"
#include "service.h"

#include <locale.h>

static struct table *load(const struct results *results, const char *name)
{
	struct table *table = NULL;
	struct error err = {0};
	const struct view_ops *view = view_find(name);
	CHECK(view && view->load(results, &table, &err) == STATUS_OK);
	return table;
}

static void check_table(struct table *table, const char *golden)
{
	struct text text = {0};
	CHECK(table_text_add(table, &(struct text_options){.width = 100}, &text) == STATUS_OK);
	check_golden(text.bytes, golden);
	text_deinit(&text);
	table_destroy(table);
}

static void check_view(const struct results *results, const char *name, const char *golden)
{
	check_table(load(results, name), golden);
}

static void check_leaking_service(void)
{
	struct service service;
	service_start(&service);
	check_view(&service.results, "types", "view/types.txt");
	check_view(&service.results, "containers", "view/containers.txt");
	check_view(&service.results, "memory", "view/memory.txt");
	check_view(&service.results, "collector", "view/collector.txt");
	check_view(&service.results, "threads", "view/threads.txt");
	service_stop(&service);
}

static void check_interpreters(void)
{
	struct service service;
	service_start(&service);
	const struct history *history = &service.results.history;
	const struct results *results = &service.results;
	CHECK(view_is_offered(&types_view, results));
	CHECK(!view_is_offered(&interpreters_view, results));
	service_share(history->baseline);
	service_share(history->previous);
	service_share(history->current);
	CHECK(view_is_offered(&interpreters_view, results));
	check_view(results, "interpreters", "view/interpreters.txt");
	struct table *table = load(results, "interpreters"), *types = NULL;
	CHECK(table->row_count == 2);
	CHECK(!interpreters_view.open_row(results, table->subjects[0], &types));
	check_table(types, "view/interpreters_types.txt");
	CHECK(!interpreters_view.open_row(results, table->subjects[1], &types));
	CHECK(types->row_count == 1);
	CHECK_STRING(types->cells[0].text, "list");
	table_destroy(types);

	// One that is new, and one whose id no longer is: nothing to compare with.
	history->current->interpreters[1].id = 8;
	table_destroy(load(results, "interpreters"));
	CHECK(!interpreters_view.open_row(results, table->subjects[1], &types));
	CHECK(!types->row_count);
	table_destroy(types);
	table_destroy(table);
	service_stop(&service);
}

// With one sample there is no growth: cells are empty, the largest come first.
static void check_first_sample(void)
{
	struct results results = {0};
	struct history *history = &results.history;
	struct sample *sample = make_sample(1, 1);
	service_heap(sample, 8);
	history_add_sample_take(history, sample);
	check_view(&results, "types", "view/types_first.txt");
	check_view(&results, "containers", "view/containers_first.txt");
	check_view(&results, "memory", "view/memory_first.txt");
	check_view(&results, "collector", "view/collector_first.txt");
	check_view(&results, "threads", "view/threads_first.txt");
	service_runtime(sample, 8);
	service_share(sample);
	check_view(&results, "interpreters", "view/interpreters_first.txt");
	history_deinit(history);
}

static void check_notes(void)
{
	struct results results = {0};
	struct history *history = &results.history;
	for (size_t i = 0; views[i]; i++) {
		struct table *table = load(&results, views[i]->name);
		CHECK_STRING(table->note, "no sample yet");
		table_destroy(table);
	}
	struct sample *sample = make_sample(1, 1);
	census_destroy(sample->census);
	sample->census = NULL;
	sample->census_missing = strdup("a copy of 9.00G would not fit in 2.00G");
	history_add_sample_take(history, sample);
	struct table *table = load(&results, "types");
	CHECK_STRING(table->note, "a copy of 9.00G would not fit in 2.00G");
	CHECK(!table->row_count);
	table_destroy(table);
	table = load(&results, "containers");
	CHECK_STRING(table->note, "a copy of 9.00G would not fit in 2.00G");
	table_destroy(table);

	sample = make_sample(2, 2);
	sample->census->totals.is_inexact = true;
	history_add_sample_take(history, sample);
	table = load(&results, "types");
	CHECK_STRING(table->note, "the collector was at work: some objects may be missing");
	table_destroy(table);
	history_deinit(history);
}

// Figures that make no sense are figures still; positions that do are passed over.
static void check_hostile_sample(void)
{
	struct results results = {0};
	struct history *history = &results.history;
	struct sample *sample = make_sample(1, 1);
	add_type(sample, "\x1b]0;evil\x07\xff", UINT64_MAX, UINT64_MAX);
	add_container(sample, 1, 77, UINT64_MAX, "no such type");
	add_container(sample, 2, 0, UINT64_MAX, "a\nb");
	sample->interpreters = calloc(1, sizeof(*sample->interpreters));
	sample->interpreter_count = 1;
	sample->interpreters[0].generation_count = UINT32_MAX;
	sample->interpreters[0].generations[0].count = INT32_MIN;
	sample->threads = calloc(1, sizeof(*sample->threads));
	sample->thread_count = 1;
	sample->threads[0] = (struct sample_thread){.tid = -1, .state = '\x1b', .line = -7};
	history_add_sample_take(history, sample);
	struct table *table = load(&results, "types");
	CHECK_STRING(table->cells[0].text, "\\x1b]0;evil\\x07\\xff");
	table_destroy(table);
	table = load(&results, "containers");
	CHECK(table->row_count == 1);
	CHECK_STRING(table->cells[0].text, "a\\x0ab");
	table_destroy(table);
	table = load(&results, "collector");
	CHECK(table->row_count == 4);
	table_destroy(table);
	table = load(&results, "threads");
	CHECK(table->cells[0].is_empty && table->cells[1].is_empty);
	table_destroy(table);
	history_deinit(history);
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	CHECK(view_find("types") == views[0]);
	CHECK(!view_find("nonsense"));
	check_leaking_service();
	check_interpreters();
	check_first_sample();
	check_notes();
	check_hostile_sample();
	return test_done();
}

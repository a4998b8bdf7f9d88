// SPDX-License-Identifier: MIT
// Every figure of figures.def goes its whole way: from a sample into a file, out of it again, and from
// there to JSON, CSV, metrics and the table of memory.
#include "result/figures.h"

#include "../store/stored.h"
#include "analysis/results.h"
#include "export/csv.h"
#include "export/export.h"
#include "export/json.h"
#include "view/view.h"

#include <inttypes.h>
#include <jansson.h>

// Distinct for each figure, and none is part of another as text.
static uint64_t value_of(size_t figure)
{
	return 7000000000 + 1001 * figure;
}

static void set_figure(size_t i, struct reading *reading)
{
	if (figures[i].unit == FIGURE_MS)
		figure_set_ms(&figures[i], (double)value_of(i) + 0.5, reading);
	else
		figure_set_amount(&figures[i], value_of(i), reading);
}

// A sample that knows everything, or nothing but its RSS.
static struct sample *make_sample(bool knows)
{
	struct sample *sample = stored_sample(1, 3, 2);
	struct reading reading = {.has_heap = knows};
	for (size_t i = 0; i < FIGURE_COUNT; i++) {
		if (!knows && figures[i].source != FIGURE_ALWAYS)
			continue;
		set_figure(i, &reading);
		figure_note_known(&figures[i], &reading);
	}
	sample->memory = reading.memory;
	sample->copy = reading.copy;
	sample->census->totals = reading.totals;
	if (!knows) {
		census_destroy(sample->census);
		sample->census = NULL;
	}
	return sample;
}

static struct sample *store_and_read(const struct sample *sample, const char *name)
{
	const char *path = stored_path(name);
	const struct recorded_target target = stored_target(4711);
	struct store *store = NULL;
	struct sample *read = NULL;
	struct error err = {""};
	CHECK(!store_open_append(path, &store, &err) && !store_add(store, &target, sample, &err));
	store_close(store);
	store = NULL;
	CHECK(!store_open(path, &store, &err) && !store_read(store, 1, &read, &err));
	store_close(store);
	return read;
}

static bool has_value(const struct figure *figure, uint64_t value, const struct reading *reading)
{
	if (figure->unit == FIGURE_MS)
		return figure_ms(figure, reading) == (double)value + 0.5;
	return figure_amount(figure, reading) == (figure->unit == FIGURE_FLAG ? 1 : value);
}

static void check_reading(const struct reading *reading, bool knows)
{
	for (size_t i = 0; i < FIGURE_COUNT; i++) {
		const struct figure *figure = &figures[i];
		bool is_known = knows || figure->source == FIGURE_ALWAYS;
		bool good = figure_is_known(figure, reading) == is_known;
		good &= is_known ? has_value(figure, value_of(i), reading)
				 : figure->unit == FIGURE_MS || !figure_amount(figure, reading);
		test_check(good, figure->name, __FILE__, __LINE__);
	}
}

static void check_json(const struct results *results)
{
	char *text = NULL;
	CHECK(!export_json_snapshot(results, true, &text, NULL));
	json_t *root = json_loads(text ? text : "", 0, NULL);
	CHECK(root != NULL);
	const json_t *memory = json_object_get(root, "memory"), *heap = json_object_get(root, "heap");
	const json_t *pause = json_object_get(root, "pause");
	for (size_t i = 0; i < FIGURE_COUNT; i++) {
		const struct figure *figure = &figures[i];
		const json_t *value = NULL;
		if (figure->group == FIGURE_COPY)
			value = json_object_get(pause, figure->name);
		else if (figure->unit == FIGURE_BYTES && figure->column)
			value = json_object_get(memory, figure->column);
		else if (figure->heap_key)
			value = json_object_get(heap, figure->heap_key);
		else
			continue;
		bool good = figure->unit == FIGURE_FLAG ? json_is_true(value)
			: figure->unit == FIGURE_MS
			? json_real_value(value) == (double)value_of(i) + 0.5
			: (uint64_t)json_integer_value(value) == value_of(i);
		if (figure->heap_key)
			good &= (uint64_t)json_integer_value(
					json_object_get(heap, figure->heap_key)) == value_of(i);
		test_check(good, figure->name, __FILE__, __LINE__);
	}
	json_decref(root);
	free(text);
}

// Cuts a field off the front of a line.
static const char *next_field(char **line)
{
	return strsep(line, ",\r");
}

static void check_csv(const struct reading *reading, bool knows)
{
	const struct csv_process process = {.pid = 1};
	struct text heading = {0}, row = {0};
	csv_add_readings_heading(&heading);
	csv_add_reading(reading, &process, &row);
	char *names = heading.bytes, *values = row.bytes;
	for (int i = 0; i < 4; i++) {
		next_field(&names);
		next_field(&values);
	}
	for (size_t i = 0; i < FIGURE_COUNT; i++) {
		const struct figure *figure = &figures[i];
		if (!figure->column)
			continue;
		char expected[48] = "";
		if (knows || figure->source == FIGURE_ALWAYS)
			snprintf(expected, sizeof(expected), "%" PRIu64 "%s", value_of(i),
				figure->unit == FIGURE_MS ? ".500" : "");
		CHECK_STRING(next_field(&names), figure->column);
		CHECK_STRING(next_field(&values), expected);
	}
	text_deinit(&heading);
	text_deinit(&row);
}

static enum status write_text(void *context, const char *text, struct error *err)
{
	(void)err;
	text_add(context, text);
	return STATUS_OK;
}

static void check_metrics(const struct results *results, const struct reading *reading)
{
	struct text text = {0};
	const struct export_sink sink = {write_text, &text};
	const struct export_options options = {.sink = &sink};
	const struct export_target target = {.identity = results->history.identity,
		.host = "", .boot_id = "", .results = results, .last = *reading};
	void *export = NULL;
	CHECK(!openmetrics_exporter.begin(&options, &export, NULL));
	CHECK(!openmetrics_exporter.target(export, &target, NULL));
	CHECK(!openmetrics_exporter.end(export, 0, NULL));
	openmetrics_exporter.destroy(export);
	for (size_t i = 0; text.bytes && i < FIGURE_COUNT; i++) {
		const struct figure *figure = &figures[i];
		char name[128], value[48];
		if (!figure->metric)
			continue;
		snprintf(name, sizeof(name), "\n%s{", figure->metric);
		snprintf(value, sizeof(value), "} %" PRIu64 "\n", value_of(i));
		test_check(strstr(text.bytes, name) && strstr(text.bytes, value), figure->name,
			__FILE__, __LINE__);
	}
	text_deinit(&text);
}

static void check_table(const struct results *results, bool knows)
{
	struct table *table = NULL;
	CHECK(!memory_view.load(results, &table, NULL));
	for (size_t i = 0; table && i < FIGURE_COUNT; i++) {
		bool is_shown = !figures[i].title;
		for (size_t row = 0; !is_shown && row < table->row_count; row++) {
			const struct cell *cells = &table->cells[row * table->column_count];
			is_shown = !strcmp(cells[0].text, figures[i].title) &&
				(knows || figures[i].source == FIGURE_ALWAYS
						? cells[1].unsigned_value == value_of(i)
						: cells[1].is_empty);
		}
		test_check(is_shown, figures[i].name, __FILE__, __LINE__);
	}
	table_destroy(table);
}

static void test_all(bool knows)
{
	struct sample *sample = make_sample(knows);
	struct sample *read = store_and_read(sample, knows ? "all" : "none");
	sample_destroy(sample);
	if (!read)
		return;
	struct results results = {.history = {.identity = {.pid = 4711}}};
	const struct reading reading = sample_reading(read);
	results_add_sample_take(&results, read);
	check_reading(&reading, knows);
	check_csv(&reading, knows);
	check_table(&results, knows);
	if (knows) {
		check_json(&results);
		check_metrics(&results, &reading);
	}
	results_deinit(&results);
}

// A family of metrics has its help with the first of its figures, which stand together.
static void test_families(void)
{
	const char *family = NULL;
	for (size_t i = 0; i < FIGURE_COUNT; i++) {
		const char *metric = figures[i].metric;
		bool is_first = metric && (!family || strcmp(family, metric) != 0);
		test_check(is_first == (figures[i].help != NULL), figures[i].name, __FILE__,
			__LINE__);
		if (metric)
			family = metric;
	}
}

int main(void)
{
	test_all(true);
	test_all(false);
	test_families();
	return test_done();
}

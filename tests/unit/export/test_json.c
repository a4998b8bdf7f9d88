// SPDX-License-Identifier: MIT
#include "export/json.h"

#include "../test.h"
#include "recorded.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>

// Whether a reader that is not jansson takes the document too.
static bool python_reads(const char *text)
{
	FILE *python = popen("python3 -c 'import json, sys; json.load(sys.stdin)'", "w");
	return python && fputs(text, python) >= 0 && pclose(python) == 0;
}

static json_t *parse(const char *text)
{
	json_error_t error = {.text = ""};
	CHECK(python_reads(text));
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!CHECK(root))
		printf("# %s\n", error.text);
	return root;
}

// Follows keys, ended by NULL.
static const json_t *at(const json_t *value, ...)
{
	va_list keys;
	va_start(keys, value);
	for (const char *key; value && (key = va_arg(keys, const char *));)
		value = json_object_get(value, key);
	va_end(keys);
	return value;
}

static bool has_keys(const json_t *object, const char *const *keys)
{
	for (; *keys; keys++) {
		if (!json_object_get(object, *keys)) {
			printf("# no %s\n", *keys);
			return false;
		}
	}
	return true;
}

static const json_t *find(const json_t *array, const char *key, const char *name)
{
	size_t i;
	json_t *item;
	json_array_foreach(array, i, item)
	{
		const char *value = json_string_value(json_object_get(item, key));
		if (value && !strcmp(value, name))
			return item;
	}
	return NULL;
}

static json_int_t integer(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return json_is_integer(value) ? json_integer_value(value) : -1;
}

static json_t *snapshot(const struct results *results, bool compact, bool *one_line)
{
	char *text = NULL;
	struct error err = {0};
	CHECK(export_json_snapshot(results, compact, &text, &err) == STATUS_OK);
	*one_line = !strchr(text, '\n');
	json_t *root = parse(text);
	free(text);
	return root;
}

static void check_snapshot_head(const json_t *root)
{
	CHECK(has_keys(root, (const char *[]){"schema", "taken_at", "target", "pause", "memory",
				     "gc", "heap", "types", "containers", NULL}));
	CHECK_STRING(json_string_value(at(root, "schema", NULL)), "leaktop.snapshot/1");
	CHECK_STRING(json_string_value(at(root, "taken_at", NULL)), "2024-05-01T12:00:00.000Z");
	CHECK(integer(at(root, "target", NULL), "pid") == 76591);
	CHECK_STRING(json_string_value(at(root, "target", "exe", NULL)), "/usr/bin/python3.11");
	CHECK_STRING(json_string_value(at(root, "target", "cmdline", NULL)),
		"/usr/bin/python3.11 service.py");
	CHECK_STRING(json_string_value(at(root, "target", "python", NULL)), "3.11.2");
	CHECK_STRING(json_string_value(at(root, "target", "layout", NULL)), "table");
	CHECK(json_is_array(at(root, "target", "build", NULL)));
	CHECK_STRING(json_string_value(at(root, "pause", "mode", NULL)), "copy");
	CHECK(json_real_value(at(root, "pause", "stopped_ms", NULL)) == 38.2);
	CHECK(integer(at(root, "pause", NULL), "threads") == 2);
	CHECK(integer(at(root, "pause", NULL), "copied_bytes") == 560 << 20);
}

static void check_snapshot_body(const json_t *root)
{
	const json_t *memory = at(root, "memory", NULL), *gc = at(root, "gc", NULL);
	const json_t *heap = at(root, "heap", NULL);
	CHECK(integer(memory, "rss_bytes") == 608 << 20);
	CHECK(integer(memory, "swap_bytes") == 0);
	CHECK(integer(memory, "python_objects_bytes") == integer(heap, "bytes"));
	CHECK(integer(memory, "pymalloc_arena_bytes") == 408 << 20);
	CHECK(json_is_true(at(gc, "enabled", NULL)));
	CHECK(json_array_size(at(gc, "generations", NULL)) == 3);
	CHECK(integer(json_array_get(at(gc, "generations", NULL), 0), "count") == 612);
	CHECK(integer(json_array_get(at(gc, "generations", NULL), 2), "threshold") == 10);
	CHECK(integer(gc, "garbage") == 3 && integer(gc, "frozen") == 1200);
	CHECK(has_keys(heap, (const char *[]){"objects", "bytes", "tracked", "untracked", "opaque",
				     "unreadable", NULL}));
	CHECK(json_is_true(at(heap, "exact", NULL)));
	CHECK(integer(heap, "tracked") == 50000);

	const json_t *types = at(root, "types", NULL), *containers = at(root, "containers", NULL);
	CHECK(json_array_size(types) == 5);
	CHECK(integer(find(types, "type", "dict"), "count") == 41231 + 8 * 1240);
	CHECK(json_array_get(types, 0) == find(types, "type", "str")); // the largest
	CHECK(json_array_size(containers) == 6);
	const json_t *cache = json_array_get(containers, 0); // the fastest growing
	CHECK_STRING(json_string_value(at(cache, "path", NULL)), "__main__.cache");
	CHECK_STRING(json_string_value(at(cache, "type", NULL)), "dict");
	CHECK(integer(cache, "length") == 9927);
	CHECK(integer(cache, "address") == 0x7f0000001000);
	CHECK(json_is_null(at(json_array_get(containers, 5), "path", NULL)));
	const json_t *thread = json_array_get(at(root, "threads", NULL), 0);
	CHECK_STRING(json_string_value(at(thread, "function", NULL)), "retrieve_user");
	CHECK(integer(thread, "line") == 30);
}

// With one interpreter its types are those of the snapshot.
static void check_interpreters(void)
{
	struct service service;
	struct error err = {""};
	char *document = NULL;
	service_start(&service);
	CHECK(!export_json_snapshot(&service.results, true, &document, &err));
	json_t *root = json_loads(document, 0, NULL);
	const json_t *only = json_array_get(at(root, "interpreters", NULL), 0);
	CHECK(json_array_size(at(root, "interpreters", NULL)) == 1);
	CHECK(json_is_null(at(only, "types", NULL)) && json_is_null(at(only, "objects", NULL)));
	json_decref(root);
	free(document);

	service_share(service.results.history.current);
	CHECK(!export_json_snapshot(&service.results, true, &document, &err));
	root = json_loads(document, 0, NULL);
	const json_t *interpreters = at(root, "interpreters", NULL);
	const json_t *first = json_array_get(interpreters, 0);
	const json_t *second = json_array_get(interpreters, 1);
	CHECK(integer(first, "id") == 0 && integer(second, "id") == 7);
	CHECK(integer(second, "objects") == 4590 && integer(second, "tracked") == 4000);
	CHECK(integer(second, "untracked") == 590 && integer(second, "bytes") == 4590 * 88);
	CHECK(json_array_size(at(first, "types", NULL)) == 5);
	const json_t *types = at(first, "types", NULL);
	CHECK(json_array_get(types, 0) == find(types, "type", "str")); // the largest
	CHECK(integer(find(at(second, "types", NULL), "type", "list"), "count") == 4590);
	json_decref(root);
	free(document);
	service_stop(&service);
}

static void check_snapshot(void)
{
	struct service service;
	service_start(&service);
	bool one_line = false;
	json_t *root = snapshot(&service.results, true, &one_line);
	CHECK(one_line);
	check_snapshot_head(root);
	check_snapshot_body(root);
	json_t *indented = snapshot(&service.results, false, &one_line);
	CHECK(!one_line && json_equal(root, indented));
	json_decref(indented);
	json_decref(root);
	service_stop(&service);
}

// What is not known is null, and never 0.
static void check_unknown(void)
{
	struct results results = {0};
	struct history *history = &results.history;
	char *text = NULL;
	struct error err = {0};
	CHECK(export_json_snapshot(&results, true, &text, &err) == STATUS_NOT_FOUND);
	CHECK_STRING(err.message, "no sample was taken yet");
	struct sample *sample = make_sample(1, 1);
	census_destroy(sample->census);
	sample->census = NULL;
	sample->census_missing = strdup("too large");
	sample->threads = calloc(1, sizeof(*sample->threads));
	sample->thread_count = 1;
	history_add_sample_take(history, sample);
	bool one_line;
	json_t *root = snapshot(&results, true, &one_line);
	CHECK(json_is_null(at(root, "heap", NULL)) && json_is_null(at(root, "gc", NULL)));
	CHECK_STRING(json_string_value(at(root, "heap_missing", NULL)), "too large");
	CHECK(json_is_null(at(root, "memory", "pss_bytes", NULL)));
	CHECK(json_is_null(at(root, "memory", "python_objects_bytes", NULL)));
	CHECK(json_is_null(at(root, "target", "exe", NULL)));
	CHECK(json_array_size(at(root, "types", NULL)) == 0);
	CHECK(json_array_size(at(root, "containers", NULL)) == 0);
	const json_t *thread = json_array_get(at(root, "threads", NULL), 0);
	CHECK(json_is_null(at(thread, "tid", NULL)) && json_is_null(at(thread, "state", NULL)));
	CHECK(json_is_null(at(thread, "file", NULL)) && json_is_null(at(thread, "line", NULL)));
	json_decref(root);
	history_deinit(history);
}

static void check_hostile(void)
{
	struct results results = {0};
	struct history *history = &results.history;
	struct sample *sample = make_sample(1, 1);
	add_type(sample, "a\"\\\x1b\xff\xc3\xa9", UINT64_MAX, 1);
	add_container(sample, UINT64_MAX, 5, 1, "no such type");
	add_container(sample, UINT64_MAX, 0, UINT64_MAX, "x\xed\xa0\x80");
	history_add_sample_take(history, sample);
	sample->copy.stopped_ms = (double)INFINITY;
	bool one_line;
	json_t *root = snapshot(&results, true, &one_line);
	const json_t *type = json_array_get(at(root, "types", NULL), 0);
	CHECK_STRING(json_string_value(at(type, "type", NULL)), "a\"\\\\x1b\\xff\xc3\xa9");
	CHECK(json_is_real(at(type, "count", NULL)));
	CHECK(json_array_size(at(root, "containers", NULL)) == 1);
	const json_t *container = json_array_get(at(root, "containers", NULL), 0);
	CHECK_STRING(json_string_value(at(container, "path", NULL)), "x\\xed\\xa0\\x80");
	CHECK(json_is_null(at(root, "pause", "stopped_ms", NULL)));
	json_decref(root);
	history_deinit(history);
}

static void check_diff(void)
{
	struct service service;
	service_start(&service);
	const struct history *history = &service.results.history;
	char *text = NULL;
	struct error err = {0};
	CHECK(export_json_diff(history->baseline, history->current, service.results.since_baseline,
		      true, &text, &err) == STATUS_OK);
	json_t *root = parse(text);
	CHECK_STRING(json_string_value(at(root, "schema", NULL)), "leaktop.diff/1");
	CHECK(json_real_value(at(root, "seconds", NULL)) == 40);
	CHECK(integer(root, "rss_delta") == 8 << 20);
	const json_t *types = at(root, "types", NULL), *containers = at(root, "containers", NULL);
	CHECK(json_array_size(types) == 6);
	const json_t *str = json_array_get(types, 0);
	CHECK_STRING(json_string_value(at(str, "type", NULL)), "str");
	CHECK(integer(str, "count_before") == 410233);
	CHECK(integer(str, "count_after") == 459841);
	CHECK(integer(str, "count_delta") == 49608);
	CHECK(integer(str, "bytes_delta") == 49608 * 60);
	CHECK(json_number_value(at(str, "count_per_minute", NULL)) == 74412);
	CHECK(json_number_value(at(str, "bytes_per_minute", NULL)) == 74412 * 60);
	CHECK(integer(find(types, "type", "startup.Once"), "count_after") == 0);
	CHECK(json_array_size(containers) == 3);
	const json_t *cache = json_array_get(containers, 0);
	CHECK_STRING(json_string_value(at(cache, "path", NULL)), "__main__.cache");
	CHECK_STRING(json_string_value(at(cache, "type", NULL)), "dict");
	CHECK(integer(cache, "length_before") == 7 && integer(cache, "length_after") == 9927);
	CHECK(integer(cache, "length_delta") == 9920);
	CHECK(json_number_value(at(cache, "length_per_minute", NULL)) == 14880);
	json_decref(root);
	free(text);
	service_stop(&service);
}

static void check_table(void)
{
	struct service service;
	service_start(&service);
	struct table *table = NULL;
	struct error err = {0};
	char *text = NULL;
	CHECK(types_view.load(&service.results, &table, &err) == STATUS_OK);
	CHECK(table_set_note(table, "a note") == STATUS_OK);
	CHECK(export_json_table(table, false, &text, &err) == STATUS_OK);
	json_t *root = parse(text);
	CHECK_STRING(json_string_value(at(root, "schema", NULL)), "leaktop.table/1");
	CHECK_STRING(json_string_value(at(root, "title", NULL)), "Memory by type");
	CHECK_STRING(json_string_value(at(root, "note", NULL)), "a note");
	const json_t *column = json_array_get(at(root, "columns", NULL), 4);
	CHECK_STRING(json_string_value(at(column, "name", NULL)), "bytes_per_minute");
	CHECK_STRING(json_string_value(at(column, "title", NULL)), "+/MIN");
	CHECK_STRING(json_string_value(at(column, "format", NULL)), "bytes_change");
	const json_t *row = json_array_get(at(root, "rows", NULL), 0);
	CHECK_STRING(json_string_value(at(row, "type", NULL)), "str");
	CHECK(integer(row, "count") == 459841 && integer(row, "count_per_minute") == 74412);
	CHECK(json_array_size(at(row, "trend", NULL)) == 9);
	CHECK(json_is_integer(json_array_get(at(row, "trend", NULL), 0)));
	json_decref(root);
	free(text);
	table_destroy(table);
	service_stop(&service);
}

// Each process with all of its samples, each with every container.
static void check_recording(void)
{
	struct recorded recorded;
	recorded_start(&recorded);
	struct recorded_drive drive = recorded_whole(&recorded);
	drive.processes = 2;
	char *text = recorded_text(&json_exporter, &drive);
	json_t *root = parse(text);
	CHECK_STRING(json_string_value(at(root, "schema", NULL)), "leaktop.export/1");
	const json_t *targets = at(root, "targets", NULL);
	CHECK(json_array_size(targets) == 2);
	const json_t *target = json_array_get(targets, 1);
	CHECK_STRING(json_string_value(at(target, "host", NULL)), "host");
	CHECK(integer(target, "pid") == 76591 && integer(target, "start_time") == 8811);
	const json_t *samples = at(target, "samples", NULL);
	CHECK(json_array_size(samples) == RECORDED_SAMPLES);
	const json_t *last = json_array_get(samples, RECORDED_SAMPLES - 1);
	CHECK_STRING(json_string_value(at(last, "schema", NULL)), "leaktop.snapshot/1");
	CHECK(integer(at(last, "target", NULL), "pid") == 76591);
	CHECK(json_array_size(at(last, "containers", NULL)) ==
		recorded.samples[RECORDED_SAMPLES - 1]->census->container_count);
	json_decref(root);
	free(text);
	drive.processes = 0;
	text = recorded_text(&json_exporter, &drive);
	CHECK_STRING(text, "{\"schema\":\"leaktop.export/1\",\"targets\":[]}\n");
	free(text);
	recorded_stop(&recorded);
}

int main(void)
{
	check_snapshot();
	check_interpreters();
	check_unknown();
	check_hostile();
	check_diff();
	check_table();
	check_recording();
	return test_done();
}

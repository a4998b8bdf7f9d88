// SPDX-License-Identifier: MIT
#include "export/openmetrics.h"

#include "../golden.h"
#include "recorded.h"

static char *metrics_of(const struct service *service, size_t rows, unsigned processes)
{
	const struct recorded_drive drive = {.results = &service->results,
		.last_ms = 1714564805042,
		.processes = processes,
		.rows = rows};
	return recorded_text(&openmetrics_exporter, &drive);
}

static void test_service(struct service *service)
{
	char *text = metrics_of(service, 10, 1);
	check_golden(text, "export/openmetrics.txt");
	free(text);
}

static size_t count(const char *text, const char *part)
{
	size_t found = 0;
	for (; (text = strstr(text, part)); text += strlen(part))
		found++;
	return found;
}

static void test_bounds(struct service *service)
{
	char *text = metrics_of(service, 1, 1);
	CHECK(count(text, "\nleaktop_python_objects{") == 2);
	CHECK(strstr(text, "type=\"str\"") && !strstr(text, "type=\"dict\"} 5"));
	CHECK(strstr(text, "type=\"other\""));
	CHECK(count(text, "\nleaktop_python_container_length{") == 1);
	CHECK(strstr(text, "container=\"__main__.cache\""));
	free(text);
	text = metrics_of(service, 10, METRICS_PROCESSES_MAX + 50);
	CHECK(count(text, "\nleaktop_process_resident_memory_bytes{") == METRICS_PROCESSES_MAX);
	CHECK(strstr(text, "\nleaktop_processes 250\n"));
	free(text);
	text = metrics_of(service, 10, 0);
	CHECK(strstr(text, "\nleaktop_processes 0\n# EOF\n"));
	free(text);
}

// Names that the process under watch chose: no line may break, and none may come twice.
static void test_hostile(void)
{
	struct sample *before = make_sample(1, 10), *after = make_sample(2, 70);
	struct growth *growth;
	const char *const names[] = {"a\"} 1\nleaktop_process_leaking 0", "back\\slash", "other",
		"twice", "twice", "\xff\xfe"};
	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		add_type(after, names[i], 100 + i, 1000 + i);
	add_container(before, 0x10, 0, 1, "x\"\\");
	add_type(before, names[0], 1, 1);
	add_container(after, 0x10, 0, 9, "x\"\\");
	struct service service = {
		.results = {.history = {.baseline = before,
				    .previous = before,
				    .current = after,
				    .identity = {.exe = (char *)"/opt/evil\"\n"}}}};
	CHECK(!growth_create(before, after, &growth, NULL));
	service.results.since_baseline = growth;
	char *text = metrics_of(&service, 10, 1);
	CHECK(strstr(text, "type=\"a\\\"} 1\\\\x0aleaktop_process_leaking 0\"} 100\n"));
	CHECK(strstr(text, "type=\"back\\\\slash\"}"));
	CHECK(strstr(text, "type=\"\\\\xff\\\\xfe\"}"));
	CHECK(strstr(text, "container=\"x\\\"\\\\\""));
	CHECK(strstr(text, "process=\"evil\\\"\\\\x0a\""));
	CHECK(count(text, "leaktop_python_objects{pid=\"0\",process=\"evil\\\"\\\\x0a\",type="
			  "\"twice\"}") == 1);
	CHECK(count(text, "leaktop_python_objects{pid=\"0\",process=\"evil\\\"\\\\x0a\",type="
			  "\"other\"}") == 1);
	free(text);
	growth_destroy(growth);
	sample_destroy(before);
	sample_destroy(after);
}

int main(void)
{
	struct service service;
	service_start(&service);
	test_service(&service);
	test_bounds(&service);
	service_stop(&service);
	test_hostile();
	return test_done();
}

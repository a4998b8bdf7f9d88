// SPDX-License-Identifier: MIT
// What leaktop layout prints, from the debug information of this program and from built-in tables.
#include "doctor/layout_tool.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "../test.h"
#include "base/text.h"
#include "layout/layout.h"
#include "target/machine.h"

// Enough of an interpreter to make a table of.
struct pyruntimestate {
	char padding[24];
	void *gc;
	pthread_mutex_t mutex;
};

struct PyASCIIObject {
	char header[16];
	int64_t length;
};

static struct {
	struct pyruntimestate runtime;
	struct PyASCIIObject string;
} kept;

typedef enum status (*task)(
	const struct layout_request *request, struct text *text, struct error *err);

static char *run(task function, struct layout_request request, const char *file,
	const char *other_file, enum status expected, struct error *err)
{
	struct text text = {0};
	const char *files[] = {file, other_file};
	request.files = files;
	request.file_count = (file != NULL) + (other_file != NULL);
	*err = (struct error){{0}};
	enum status status = function(&request, &text, err);
	if (!CHECK(status == expected))
		printf("# %s: %s\n", status_text(status), err->message);
	return text_take(&text);
}

static void check_contains(const char *text, const char *part)
{
	if (!CHECK(strstr(text, part) != NULL))
		printf("# '%s' is not in '%s'\n", part, text);
}

static int count_lines(const char *text)
{
	int count = 0;
	while ((text = strchr(text, '\n'))) {
		count++;
		text++;
	}
	return count;
}

static void test_emit(void)
{
	struct error err;
	const struct layout_request request = {.release = "3.8.2", .versions = "3.8.0-3.8.7",
		.variant = "tiny", .origin = "a test", .set = "dict_keys=7,str_length=absent"};
	char *text = run(layout_tool_emit, request, "/proc/self/exe", NULL, STATUS_OK, &err);
	check_contains(text, "build 3.8.2/tiny 3.8.0-3.8.7 a test\n");
	check_contains(text, "\nruntime_size 72+1m\n");
	check_contains(text, "\nruntime_gc 24\n");
	check_contains(text, "\nstr_ascii_size 24\n");
	check_contains(text, "\ndict_keys 7!\n");
	check_contains(text, "\nstr_length -!\n");
	check_contains(text, "\ndict_values -\n");
	CHECK(count_lines(text) == 1 + FIELD_COUNT);
	free(text);
	// What is not named is left to layouts.in.
	text = run(layout_tool_emit, (struct layout_request){.release = "3.8.2"}, "/proc/self/exe",
		NULL, STATUS_OK, &err);
	CHECK(!strncmp(text, "build 3.8.2 -\nruntime_size 72+1m\n", 33));
	free(text);
}

static void test_wrong_requests(void)
{
	static const struct layout_request wrong[] = {
		{.release = "3.8"},
		{.release = "3.8.2", .versions = "3.8.0"},
		{.release = "3.8.2", .versions = "3.8.3-3.8.7"},
		{.release = "3.8.2", .versions = "3.8.2-"},
		{.release = "3.8.2", .set = "dict_keys"},
		{.release = "3.8.2", .set = "dict_keys="},
		{.release = "3.8.2", .set = "no_such_field=3"},
		{.release = "3.8.2", .set = "dict_keys=3x"},
		{.release = "3.8.2", .set = "dict_keys=4294967295"},
		{.release = "3.8.2", .set = "=1"},
	};
	struct error err;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *text = run(layout_tool_emit, wrong[i], "/proc/self/exe", NULL, STATUS_USAGE, &err);
		CHECK(!*text && *err.message);
		free(text);
	}
	free(run(layout_tool_emit, wrong[0], NULL, NULL, STATUS_USAGE, &err));
	// This program does not say which release of CPython it is.
	free(run(layout_tool_emit, (struct layout_request){0}, "/proc/self/exe", NULL,
		STATUS_NOT_FOUND, &err));
	check_contains(err.message, "--release");
}

static void test_list(void)
{
	struct error err;
	const struct layout_request nothing = {0}, release = {.release = "3.8.2"};
	char *text = run(layout_tool_show, nothing, NULL, NULL, STATUS_OK, &err);
	char line[128];
	snprintf(line, sizeof(line), "3.11.2           3.11.2 to 3.11.16, runtime of %d bytes\n",
		166688 + 2 * MACHINE_MUTEX_GROWTH);
	check_contains(text, line);
	check_contains(text, "3.13.5/debian    3.13.1 to 3.13.11");
	free(text);
	text = run(layout_tool_show, nothing, "3.11.2", NULL, STATUS_OK, &err);
	check_contains(text, "dict_keys                              32  PyDictObject ma_keys\n");
	check_contains(text, "keys_table_size                    absent  _dictkeysobject dk_size\n");
	free(text);
	text = run(layout_tool_show, release, "/proc/self/exe", NULL, STATUS_OK, &err);
	check_contains(text, "runtime_gc                             24  pyruntimestate gc\n");
	free(text);
	free(run(layout_tool_show, release, "/no/such/file", NULL, STATUS_INVALID, &err));
}

static void test_comparison(void)
{
	struct error err;
	const struct layout_request nothing = {0};
	char *text = run(layout_tool_compare, nothing, "3.11.2", "3.11.2", STATUS_OK, &err);
	CHECK_STRING(text, "");
	free(text);
	text = run(layout_tool_compare, nothing, "3.13.5", "3.13.5/debian", STATUS_FAILED, &err);
	CHECK_STRING(text, "gc_generations                         24       20\n");
	check_contains(err.message, "1 of ");
	free(text);
	free(run(layout_tool_compare, nothing, "3.13.5", NULL, STATUS_USAGE, &err));
}

static void test_installed(void)
{
	struct error err;
	const struct layout_request request = {.release = "3.11.2"};
	char *text = run(layout_tool_check, request, "/proc/self/exe", NULL, STATUS_FAILED, &err);
	CHECK_STRING(text, "");
	char message[128];
	snprintf(message, sizeof(message),
		"no built-in table is for CPython 3.11.2 with a runtime of %zu bytes",
		sizeof(struct pyruntimestate));
	CHECK_STRING(err.message, message);
	free(text);
}

int main(void)
{
	struct error err;
	struct text text = {0};
	const char *own = "/proc/self/exe";
	const struct layout_request request = {.files = &own, .file_count = 1, .release = "3.8.2"};
	kept.runtime.gc = &kept;
	enum status status = layout_tool_emit(&request, &text, &err);
	text_deinit(&text);
	test_comparison();
	if (status == STATUS_NOT_FOUND) {
		printf("ok %d - tables of this program # SKIP built without -g\n", ++test_count);
		return test_done();
	}
	test_emit();
	test_wrong_requests();
	test_list();
	test_installed();
	return test_done();
}

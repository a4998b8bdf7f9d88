// SPDX-License-Identifier: MIT
#include "view/view.h"

#include "../test.h"
#include "base/text.h"
#include "service.h"

#include <locale.h>

static void check_lines(
	const struct results *results, unsigned width, const char *const expected[3])
{
	char *lines[3] = {NULL};
	CHECK(view_headline(results, width, lines) == STATUS_OK);
	for (unsigned i = 0; i < 3; i++) {
		CHECK_STRING(lines[i], expected[i]);
		free(lines[i]);
	}
}

static void check_service(void)
{
	struct service service;
	service_start(&service);
	check_lines(&service.results, 0,
		(const char *[]){
			"leaktop  pid 76591  python 3.11.2  service.py   sample 9, every 5 s"
			"   stopped 38 ms (0.8%)",
			"RSS 608.0M ▁▂▃▄▅▅▆█ +12.0M/min   python 38.4M  pymalloc free 31.0M"
			"  files 42.0M  other 496.6M",
			"LEAKING +12.0 MB/min (12.0 to 12.0): 63% Python objects, held by "
			"__main__.cache"});
	service_stop(&service);
}

static void check_nothing_yet(void)
{
	const struct results results = {.history = {.identity = {.pid = 7,
							    .python = "3.13.5",
							    .build = {"debug", "free-threaded"}}}};
	check_lines(&results, 0,
		(const char *[]){"leaktop  pid 7  python 3.13.5 debug free-threaded  "
				 "   no sample yet",
			"RSS unknown", "too early to say"});
}

static void check_first_line(unsigned width, const char *expected)
{
	struct service service;
	char *lines[3] = {NULL};
	service_start(&service);
	CHECK(view_headline(&service.results, width, lines) == STATUS_OK);
	CHECK_STRING(lines[0], expected);
	for (unsigned i = 0; i < 3; i++)
		free(lines[i]);
	service_stop(&service);
}

// What stands behind the command is worth more than its end.
static void check_narrow(void)
{
	static const char *const lines[] = {
		("leaktop  pid 76591  python 3.11.2  service.py   sample 9, every 5 s"
		 "   stopped 38 ms (0.8%)"),
		"leaktop  pid 76591  python 3.11.2  service.py   sample 9   stopped 38 ms (0.8%)",
		"leaktop  pid 76591  python 3.11.2  service.…   sample 9   stopped 38 ms (0.8%)",
		"leaktop  pid 76591  python 3.11.2  service…   sample 9   stopped 38 ms (0.8%)",
	};
	unsigned width = (unsigned)strlen(lines[0]);
	check_first_line(width, lines[0]);
	check_first_line(width - 1, lines[1]);
	width = (unsigned)strlen(lines[1]);
	check_first_line(width, lines[1]);
	check_first_line(width - 1, lines[2]);
	check_first_line(width - 2, lines[3]);
	check_first_line(20, lines[3]);
}

// No control reaches the screen, and no command line pushes the rest off it.
static void check_hostile_identity(void)
{
	struct results results = {.history = {.identity = {.pid = 7, .python = "3.11.2"}}};
	struct history *history = &results.history;
	struct text command = {0};
	text_add(&command, "python3 \x1b[2J\n");
	while (command.length < 100000)
		text_add(&command, "long ");
	history->identity.command_line = text_take(&command);
	struct sample *sample = make_sample(1, 1);
	census_destroy(sample->census);
	sample->census = NULL;
	sample->census_missing = strdup("cannot \x1b attach");
	history_add_sample_take(history, sample);
	check_lines(&results, 0,
		(const char *[]){"leaktop  pid 7  python 3.11.2  "
				 "\\x1b[2J\\x0along long long long long lon…"
				 "   sample 1   stopped 0.0 ms",
			"RSS 0", "too early to say; cannot \\x1b attach"});
	history_deinit(history);
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	check_service();
	check_narrow();
	check_nothing_yet();
	check_hostile_identity();
	return test_done();
}

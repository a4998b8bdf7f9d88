// SPDX-License-Identifier: MIT
#include "result/command.h"

#include "../test.h"

#include <string.h>

static void check(const char *line, enum command_kind kind, const char *shown, const char *name)
{
	struct command command = command_parse(line);
	CHECK(command.kind == kind);
	CHECK_STRING(command.shown, shown);
	CHECK(command.name_length == strlen(name));
	CHECK(!strncmp(command.name, name, command.name_length));
}

static void test_scripts(void)
{
	check("/usr/bin/python3 /srv/service.py --a /b", COMMAND_SCRIPT, "service.py --a /b", "service.py");
	check("venv/bin/python  app.py", COMMAND_SCRIPT, "app.py", "app.py");
	check("python3 -I -S -X importtime script.py", COMMAND_SCRIPT, "script.py", "script.py");
	check("python3 -Xdev -ISX importtime -bbW error -uWd s.py -m x", COMMAND_SCRIPT, "s.py -m x", "s.py");
	check("python3 --check-hash-based-pycs never s.py", COMMAND_SCRIPT, "s.py", "s.py");
	check("python3 -E -- -odd.py", COMMAND_SCRIPT, "-odd.py", "-odd.py");
	check("python3 -u - words", COMMAND_SCRIPT, "- words", "-");
}

static void test_modules_and_code(void)
{
	check("python3 -X dev -m uvicorn app:app", COMMAND_MODULE, "-m uvicorn app:app", "uvicorn");
	check("python3 -Im http.server", COMMAND_MODULE, "-Im http.server", "http.server");
	check("python3 -mhttp.server 80", COMMAND_MODULE, "-mhttp.server 80", "http.server");
	check("python3 -c import secret", COMMAND_CODE, "-c import secret", "");
	check("python3 -Sc pass -m x", COMMAND_CODE, "-Sc pass -m x", "");
	check("python3 -m", COMMAND_MODULE, "-m", "");
}

static void test_programs(void)
{
	check("", COMMAND_PROGRAM, "", "");
	check("/", COMMAND_PROGRAM, "", "");
	check("/usr/bin/python3.13", COMMAND_PROGRAM, "python3.13", "python3.13");
	check("/usr/bin/python3 -I -X", COMMAND_PROGRAM, "python3 -I -X", "python3");
	check("python3 -W", COMMAND_PROGRAM, "python3 -W", "python3");
	check("/srv/bin/gunicorn -c x app", COMMAND_PROGRAM, "gunicorn -c x app", "gunicorn");
	check("./run me", COMMAND_PROGRAM, "run me", "run");
	// What a process calls itself is no path.
	check("kworker/0:1 leak.py", COMMAND_PROGRAM, "kworker/0:1 leak.py", "kworker/0:1");
	check("gunicorn: worker [app/x]", COMMAND_PROGRAM, "gunicorn: worker [app/x]", "gunicorn:");
}

int main(void)
{
	test_scripts();
	test_modules_and_code();
	test_programs();
	return test_done();
}

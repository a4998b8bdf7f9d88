// SPDX-License-Identifier: MIT
#include "export/process_name.h"

#include "../test.h"
#include "result/identity.h"

#include <stdlib.h>
#include <string.h>

static void check_name(const char *command, const char *exe, const char *expected)
{
	const struct identity identity = {.command_line = (char *)command, .exe = (char *)exe};
	char name[PROCESS_NAME_SIZE];
	process_name(&identity, name);
	CHECK_STRING(name, expected);
}

int main(void)
{
	check_name("/usr/bin/python3 /srv/app/service.py --token=s3cret", "", "service.py");
	check_name("python3.11 -u -X dev -W error app.py", "", "app.py");
	check_name("python3 -I -S -X importtime script.py", "", "script.py");
	check_name("python3 -Im uvicorn app:app", "", "uvicorn");
	check_name("kworker/0:1 /srv/leak.py", "/memfd:x (deleted)", "kworker/0:1");
	check_name("python3 -m uvicorn app:app", "", "uvicorn");
	check_name("/srv/venv/bin/gunicorn app", "", "gunicorn");
	check_name("python3 -c import secret", "/usr/bin/python3.11", "python3.11");
	check_name("python3", "/usr/bin/python3.11", "python3.11");
	check_name("", "/usr/bin/python3.11", "python3.11");
	check_name(NULL, NULL, "");
	check_name("/", NULL, "");
	check_name("python3 -m", "/x/y", "y");
	char *deep = malloc(1002);
	memset(deep, 'x', 1000);
	memcpy(deep + 61, "\u2603", 3); // the last byte that fits lies in the middle of it
	deep[1000] = '\0';
	char expected[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	check_name(deep, NULL, expected);
	free(deep);
	return test_done();
}

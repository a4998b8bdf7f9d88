// SPDX-License-Identifier: MIT
// Unit tests that need a real interpreter: starts one with a script, copies its memory, and gives
// what the script says of itself, to compare with. The interpreters are /usr/bin/python3, those that
// the environment variable LEAKTOP_PYTHONS names, separated by spaces, and, for tests that ask for them and
// are run by root, those in usr/bin below the directories that LEAKTOP_TEST_ROOTS names, separated by colons.
//
// The script prints lines of a word and a value, then READY; then it waits on its standard input.
#pragma once

#include "base/guard.h"
#include "interp/runtime.h"
#include "symbols/interpreter_file.h"
#include "target/capture.h"
#include "target/image.h"
#include "target/target.h"

#include "test.h"

#include <glob.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LIVE_FACTS_BYTES = 1 << 16 };

struct live {
	pid_t pid;
	int input;			 // closing it lets the script end
	char facts[LIVE_FACTS_BYTES]; // what it printed
	struct target *target;
	struct interpreter_file *file;
	struct runtime *runtime;
	struct capture *capture;
	const struct image *image; // of capture
	struct interpreter *interpreters;
	size_t interpreter_count;
};

// How to read the objects of the copy.
static inline __attribute__((unused)) struct python live_python(const struct live *live)
{
	return runtime_python_copy(live->runtime, live->image, live->capture);
}

// Ends the process and releases everything.
static inline void live_stop(struct live *live)
{
	int status;
	if (live->input >= 0)
		close(live->input);
	if (live->pid > 0)
		waitpid(live->pid, &status, 0);
	free(live->interpreters);
	capture_destroy(live->capture);
	runtime_destroy(live->runtime);
	interpreter_file_close(live->file);
	target_close(live->target);
	*live = (struct live){.input = -1};
}

// Reads what the script prints up to READY; false where it ends before.
static inline bool live_read_facts(struct live *live, int output)
{
	size_t used = 0;
	while (used < sizeof(live->facts) - 1) {
		ssize_t got = read(output, live->facts + used, sizeof(live->facts) - 1 - used);
		if (got <= 0)
			return false;
		used += (size_t)got;
		live->facts[used] = '\0';
		if (strstr(live->facts, "\nREADY\n"))
			return true;
	}
	return false;
}

static inline bool live_spawn(
	struct live *live, const char *root, const char *python, const char *script)
{
	int input[2], output[2];
	if (pipe(input) || pipe(output))
		return false;
	live->pid = fork();
	if (live->pid == 0) {
		dup2(input[0], 0);
		dup2(output[1], 1);
		close(input[1]);
		close(output[0]);
		if (*root && (chroot(root) || chdir("/")))
			_exit(126);
		execl(python, python, "-X", "utf8", "-c", script, (char *)NULL);
		_exit(127);
	}
	close(input[0]);
	close(output[1]);
	live->input = input[1];
	bool good = live->pid > 0 && live_read_facts(live, output[0]);
	close(output[0]);
	return good;
}

// Waits until the script waits on its standard input, a moment behind its READY: only then is it known
// where its frames stand. Gives up after ten seconds, and where the kernel does not tell.
static inline void live_wait_for_read(const struct live *live)
{
	char path[64], waits[64], line[64];
	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)live->pid);
	snprintf(waits, sizeof(waits), "%d 0x0 ", SYS_read);
	for (unsigned i = 0; i < 10000; i++) {
		AUTO(fclosep) FILE *file = fopen(path, "re");
		if (!file || !fgets(line, sizeof(line), file) ||
			!strncmp(line, waits, strlen(waits)))
			return;
		nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
	}
}

static inline bool live_take_capture(struct live *live)
{
	const struct copy_options options = {0};
	if (capture_create(&live->capture, NULL) ||
		target_capture(live->target, live->capture, &options, NULL))
		return false;
	live->image = live->capture->image;
	return true;
}

// Starts one interpreter, whose path is one below root ("": ours). Where this leaktop does not support its version or build the checks are skipped,
// with the reason; other failures are failed checks.
static inline bool live_start(
	struct live *live, const char *root, const char *python, const char *script)
{
	struct error err = {{0}};
	printf("# %s%s\n", root, python);
	*live = (struct live){.input = -1};
	if (!*root && access(python, X_OK)) {
		printf("ok %d # SKIP no %s\n", ++test_count, python);
		return false;
	}
	bool started = live_spawn(live, root, python, script);
	CHECK(started);
	if (started)
		live_wait_for_read(live);
	if (!started || !CHECK(!target_open_pid(live->pid, &live->target, &err)) ||
		!CHECK(!interpreter_file_open(live->target, &live->file, &err)))
		return false;
	enum status status = runtime_create(live->target, live->file, &live->runtime, &err);
	if (status == STATUS_NOT_PYTHON && strstr(err.message, "not support")) {
		printf("ok %d # SKIP %s\n", ++test_count, err.message);
		return false;
	}
	if (!CHECK(status == STATUS_OK))
		printf("# %s\n", err.message);
	return status == STATUS_OK && CHECK(live_take_capture(live)) &&
		CHECK(!runtime_read_interpreters(live->runtime, live->image, &live->interpreters,
			&live->interpreter_count, NULL));
}

// The value behind a word that the script printed; "" where it did not. Good until the next call.
static inline __attribute__((unused)) const char *live_fact(const struct live *live, const char *word)
{
	static char value[4096];
	size_t length = strlen(word);
	value[0] = '\0';
	for (const char *line = live->facts; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, word, length) && line[length] == ' ') {
			snprintf(value, sizeof(value), "%.*s", (int)strcspn(line + length + 1, "\n"),
				line + length + 1);
			return value;
		}
		if (!*line)
			break;
	}
	return value;
}

static inline __attribute__((unused)) uint64_t live_number(const struct live *live, const char *word)
{
	return strtoull(live_fact(live, word), NULL, 10);
}

// Runs test for the system's interpreter and those of LEAKTOP_PYTHONS.
static inline __attribute__((unused)) void live_each(
	const char *script, void (*test)(const struct live *live))
{
	const char *more = getenv("LEAKTOP_PYTHONS");
	AUTO(freep) struct live *live = malloc(sizeof(*live));
	AUTO(freep) char *list = NULL;
	if (!live || asprintf(&list, "/usr/bin/python3 %s", more ? more : "") < 0)
		abort();
	char *rest = NULL;
	for (char *python = strtok_r(list, " ", &rest); python; python = strtok_r(NULL, " ", &rest)) {
		if (live_start(live, "", python, script))
			test(live);
		live_stop(live);
	}
}

// Runs test for each interpreter in usr/bin below root.
static inline void live_each_below(
	const char *root, const char *script, void (*test)(const struct live *live))
{
	static const char *const names[] = {"python3.[0-9]", "python3.[0-9][0-9]"};
	AUTO(freep) struct live *live = malloc(sizeof(*live));
	glob_t found = {0};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		AUTO(freep) char *pattern = NULL;
		if (!live || asprintf(&pattern, "%s/usr/bin/%s", root, names[i]) < 0)
			abort();
		glob(pattern, i ? GLOB_APPEND : 0, NULL, &found);
	}
	if (!CHECK(found.gl_pathc > 0))
		printf("# no interpreter below %s\n", root);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		if (live_start(live, root, found.gl_pathv[i] + strlen(root), script))
			test(live);
		live_stop(live);
	}
	globfree(&found);
}

// The same as live_each(), and for those below LEAKTOP_TEST_ROOTS.
static inline __attribute__((unused)) void live_each_installed(
	const char *script, void (*test)(const struct live *live))
{
	const char *roots = getenv("LEAKTOP_TEST_ROOTS");
	AUTO(freep) char *list = strdup(roots && !geteuid() ? roots : "");
	char *rest = NULL;
	live_each(script, test);
	for (char *root = strtok_r(list, ":", &rest); root; root = strtok_r(NULL, ":", &rest))
		live_each_below(root, script, test);
}

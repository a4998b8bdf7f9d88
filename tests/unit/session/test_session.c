// SPDX-License-Identifier: MIT
// A session with a real interpreter, which the test controls through its standard input.
#include "session/session.h"

#include "../test.h"
#include "base/guard.h"
#include "base/time.h"
#include "target/process.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char python[] = "/usr/bin/python3";

static const char script[] =
	"import os, sys, threading, time\n"
	"class Session: pass\n"
	"cache = []\n"
	"def wait_for_ever():\n"
	"    time.sleep(1000)\n"
	"threading.Thread(target=wait_for_ever, name='worker 7', daemon=True).start()\n"
	"while not any(f.f_code.co_name == 'wait_for_ever' for f in sys._current_frames().values()):\n"
	"    time.sleep(0.001)\n"
	"print('READY', flush=True)\n"
	"for line in sys.stdin:\n"
	"    if line == 'exec\\n':\n"
	"        os.execv(sys.executable, [sys.executable, '-c',\n"
	"            'print(\"READY\", flush=True); input()'])\n"
	"    cache.extend(Session() for _ in range(int(line)))\n"
	"    print('DONE', flush=True)\n";

struct child {
	pid_t pid;
	FILE *input, *output;
};

static void expect(struct child *child, const char *word)
{
	char line[64] = "";
	CHECK(fgets(line, sizeof(line), child->output) != NULL);
	line[strcspn(line, "\n")] = '\0';
	CHECK_STRING(line, word);
}

static void child_start(struct child *child)
{
	int input[2], output[2];
	if (pipe(input) || pipe(output))
		abort();
	child->pid = fork();
	if (!child->pid) {
		dup2(input[0], 0);
		dup2(output[1], 1);
		close(input[1]);
		close(output[0]);
		execl(python, python, "-c", script, (char *)NULL);
		_exit(127);
	}
	close(input[0]);
	close(output[1]);
	child->input = fdopen(input[1], "w");
	child->output = fdopen(output[0], "r");
	expect(child, "READY");
}

// Until all of its threads sleep, as they will: each waits for something.
static void wait_asleep(const struct child *child)
{
	bool busy = true;
	for (int i = 0; busy && i < 10000; i++) {
		struct process_thread *threads = NULL;
		size_t count = 0;
		busy = process_threads_read(child->pid, &threads, &count, NULL) != STATUS_OK;
		for (size_t j = 0; j < count; j++)
			busy |= threads[j].state != 'S';
		free(threads);
		usleep(1000);
	}
	CHECK(!busy);
}

static void ask(struct child *child, const char *command, const char *answer)
{
	fprintf(child->input, "%s\n", command);
	fflush(child->input);
	expect(child, answer);
}

static void child_end(struct child *child)
{
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
	fclose(child->input);
	fclose(child->output);
}

static enum status take_sample(struct session *session)
{
	struct error err = {""};
	enum status status = session_begin_sample(session, &err);
	while (!status || status == STATUS_MORE) {
		status = session_step(session, &err);
		if (status != STATUS_MORE)
			break;
	}
	if (status)
		printf("# %s\n", err.message);
	return status;
}

static struct session *open_session(const struct child *child, uint64_t max_memory_bytes)
{
	struct session_options options = {
		.pid = child->pid, .interval_seconds = 1, .max_memory_bytes = max_memory_bytes};
	struct session *session = NULL;
	struct error err = {""};
	if (!CHECK(!session_open(&options, &session, &err)))
		printf("# %s\n", err.message);
	return session;
}

static uint64_t count_of(const struct sample *sample, const char *type)
{
	for (size_t i = 0; sample && sample->census && i < sample->census->type_count; i++)
		if (!strcmp(sample->census->types[i].name, type))
			return sample->census->types[i].count;
	return 0;
}

static int64_t growth_of(const struct growth *growth, const char *type)
{
	for (size_t i = 0; growth && i < growth->type_count; i++)
		if (!strcmp(growth->types[i].name, type))
			return growth->types[i].count_delta;
	return 0;
}

static const struct census_container *container_of(const struct sample *sample, const char *path)
{
	const struct census *census = sample->census;
	for (size_t i = 0; i < census->container_count; i++)
		if (census->containers[i].path && !strcmp(census->containers[i].path, path))
			return &census->containers[i];
	return NULL;
}

static void check_first_sample(const struct child *child, const struct results *results)
{
	const struct sample *sample = results->history.current;
	CHECK(sample && sample->number == 1 && sample->census && !sample->census_missing);
	CHECK(!results->since_previous && !results->since_baseline);
	CHECK(results->history.identity.pid == child->pid);
	CHECK(strstr(results->history.identity.command_line, "wait_for_ever") != NULL);
	// Escaped: a command line of several lines stays one.
	CHECK(!strchr(results->history.identity.command_line, '\n'));
	CHECK(sample->taken_ms > 1700000000000 && sample->taken_ms <= time_wall_ms());
	CHECK(sample->copy.stopped_ms > 0 && sample->copy.copied_bytes > 0);
	CHECK(sample->memory.has_split && sample->memory.rss_bytes > 0);
	CHECK(sample->interpreter_count == 1 && sample->interpreters[0].gc_enabled);
	uint64_t tracked = 0;
	for (unsigned i = 0; i < sample->interpreters[0].generation_count; i++)
		tracked += sample->interpreters[0].generations[i].objects;
	CHECK(tracked == sample->census->totals.tracked && tracked > 100);
}

static void check_threads(const struct child *child, const struct sample *sample)
{
	CHECK(sample->thread_count == 2);
	CHECK(sample->threads[0].tid == child->pid && sample->threads[0].is_python);
	CHECK(sample->threads[1].tid != child->pid && sample->threads[1].is_python);
	CHECK_STRING(sample->threads[0].name, "MainThread");
	CHECK_STRING(sample->threads[1].name, "worker 7");
	CHECK_STRING(sample->threads[0].function, "<module>");
	CHECK_STRING(sample->threads[1].function, "wait_for_ever");
	CHECK_STRING(sample->threads[1].file, "<string>");
	CHECK(sample->threads[1].line == 5);
	// As they were, not as they are for a moment after the pause.
	CHECK(sample->threads[0].state == 'S' && sample->threads[1].state == 'S');
}

static void check_growth(struct child *child, struct session *session)
{
	const struct results *results = session_results(session);
	uint64_t before = count_of(results->history.current, "__main__.Session");
	ask(child, "500", "DONE");
	CHECK(!take_sample(session));
	results = session_results(session);
	CHECK(before == 0);
	CHECK(count_of(results->history.current, "__main__.Session") == 500);
	CHECK(growth_of(results->since_previous, "__main__.Session") == 500);
	CHECK(growth_of(results->since_baseline, "__main__.Session") == 500);
	const struct census_container *cache =
		container_of(results->history.current, "__main__.cache");
	CHECK(cache && cache->length == 500);
	session_set_baseline(session);
	results = session_results(session);
	CHECK(results->since_previous && !results->since_baseline);
	CHECK(results->history.baseline == results->history.current);
}

static void check_cancel(struct session *session)
{
	uint64_t met, expected;
	unsigned number = session_results(session)->history.current->number;
	CHECK(!session_begin_sample(session, NULL));
	CHECK(session_step(session, NULL) == STATUS_MORE);
	session_progress(session, &met, &expected);
	CHECK(expected > 0);
	session_cancel_sample(session);
	session_progress(session, &met, &expected);
	CHECK(met == 0);
	CHECK(session_results(session)->history.current->number == number);
	CHECK(session_step(session, NULL) == STATUS_OK);
	CHECK(!take_sample(session));
	CHECK(session_results(session)->history.current->number > number);
}

static void check_memory_series(struct session *session)
{
	size_t before = session_results(session)->history.memory.count;
	CHECK(!session_poll_memory(session, NULL));
	CHECK(session_results(session)->history.memory.count == before + 1);
}

// Too little memory: the sample is there, without a census and with the reason, and the threads that
// the kernel knows of.
static void check_limit(const struct child *child)
{
	struct session *session = open_session(child, 4096);
	CHECK(!take_sample(session));
	const struct sample *sample = session_results(session)->history.current;
	CHECK(sample && !sample->census && sample->census_missing);
	CHECK(strstr(sample->census_missing, "showing process memory only") != NULL);
	CHECK(sample->memory.rss_bytes > 0);
	CHECK(sample->thread_count == 2 && !sample->threads[0].is_python);
	session_close(session);
}

static void check_exec(struct child *child, struct session *session)
{
	struct error err = {""};
	ask(child, "exec", "READY");
	CHECK(session_begin_sample(session, &err) == STATUS_GONE);
	CHECK(strstr(err.message, "another program") != NULL);
	// The last results stay.
	CHECK(count_of(session_results(session)->history.current, "__main__.Session") == 500);
	CHECK(session_poll_memory(session, &err) == STATUS_GONE);
}

int main(void)
{
	struct child child;
	child_start(&child);
	wait_asleep(&child);
	struct session *session = open_session(&child, 0);
	if (!session)
		return test_done();
	CHECK(!session_results(session)->history.current);
	CHECK(!take_sample(session));
	check_first_sample(&child, session_results(session));
	check_threads(&child, session_results(session)->history.current);
	check_growth(&child, session);
	check_cancel(session);
	check_memory_series(session);
	check_limit(&child);
	check_exec(&child, session);
	child_end(&child);
	struct error err = {""};
	CHECK(session_begin_sample(session, &err) == STATUS_GONE);
	session_close(session);
	return test_done();
}

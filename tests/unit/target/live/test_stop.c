// SPDX-License-Identifier: MIT
// Stops and resumes a process: what the process may notice, and what it must not.
#include "target/live/stop.h"

#include "../../test.h"
#include "base/time.h"
#include "child.h"
#include "target/proc.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/ptrace.h>
#include <sys/time.h>

enum { THREADS = 50, SIGNALS = 300 };

struct watch {
	struct shared *shared;
	unsigned long beats;
	bool stood_still;
	enum status result;
};

// Whether nothing runs for five milliseconds.
static enum status watch_still(void *context, struct error *err)
{
	(void)err;
	struct watch *watch = context;
	unsigned long before = atomic_load(&watch->shared->beats);
	nap_us(5000);
	watch->beats = atomic_load(&watch->shared->beats);
	watch->stood_still = watch->beats == before;
	return watch->result;
}

static enum status do_nothing(void *context, struct error *err)
{
	(void)context;
	(void)err;
	return STATUS_OK;
}

static enum status stop_child(
	pid_t pid, stop_work *work, void *context, struct stop_report *ret, struct error *err)
{
	int proc_fd;
	enum status status = proc_open(pid, &proc_fd, err);
	if (status)
		return status;
	status = stop_and_work(pid, proc_fd, work, context, ret, err);
	close(proc_fd);
	return status;
}

static void *beat_thread(void *shared)
{
	beat_slowly(shared);
	return NULL;
}

static void beat_in_threads(struct shared *shared)
{
	pthread_t thread;
	for (int i = 1; i < THREADS; i++)
		pthread_create(&thread, NULL, beat_thread, shared);
	beat_slowly(shared);
}

static void test_threads(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(beat_in_threads, shared);
	// The threads may still be on their way.
	struct stop_report report = {0};
	struct error err = {""};
	CHECK(WAIT_FOR(!stop_child(pid, do_nothing, NULL, &report, &err) &&
		report.threads == THREADS));
	struct watch watch = {.shared = shared};
	CHECK(!stop_child(pid, watch_still, &watch, &report, &err));
	CHECK(watch.stood_still && report.threads == THREADS);
	CHECK(report.stopped_ms >= 5 && child_beats(shared));
	// The work may fail: the process goes on all the same.
	watch.result = STATUS_INVALID;
	CHECK(stop_child(pid, watch_still, &watch, &report, &err) == STATUS_INVALID);
	CHECK(watch.stood_still && child_beats(shared));
	child_kill(pid);
	shared_destroy(shared);
}

// Stopped before, stopped after; and it continues when told to, not earlier.
static void test_stopped_stays_stopped(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(beat_in_threads, shared);
	kill(pid, SIGSTOP);
	CHECK(WAIT_FOR(child_state(pid) == 'T'));
	struct watch watch = {.shared = shared};
	struct stop_report report;
	for (int i = 0; i < 3; i++) {
		CHECK(!stop_child(pid, watch_still, &watch, &report, NULL) && watch.stood_still);
		CHECK(WAIT_FOR(child_state(pid) == 'T'));
	}
	unsigned long before = atomic_load(&shared->beats);
	nap_us(20000);
	CHECK(atomic_load(&shared->beats) == before && child_state(pid) == 'T');
	kill(pid, SIGCONT);
	CHECK(child_beats(shared));
	child_kill(pid);
	shared_destroy(shared);
}

static enum status send_stop(void *context, struct error *err)
{
	(void)err;
	kill(*(pid_t *)context, SIGSTOP);
	return STATUS_OK;
}

static enum status send_continue(void *context, struct error *err)
{
	(void)err;
	kill(*(pid_t *)context, SIGCONT);
	return STATUS_OK;
}

static enum status send_kill(void *context, struct error *err)
{
	(void)err;
	kill(*(pid_t *)context, SIGKILL);
	return STATUS_OK;
}

// Somebody else stops, continues or kills the process while it is ours.
static void test_stop_meanwhile(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(beat_in_threads, shared);
	struct stop_report report;
	CHECK(!stop_child(pid, send_stop, &pid, &report, NULL));
	CHECK(WAIT_FOR(child_state(pid) == 'T'));
	CHECK(!stop_child(pid, send_continue, &pid, &report, NULL));
	CHECK(child_beats(shared));
	CHECK(!stop_child(pid, send_kill, &pid, &report, NULL));
	int status = 0;
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	CHECK(WTERMSIG(status) == SIGKILL);
	shared_destroy(shared);
}

static struct shared *handler_shared;

static void count_signal(int number)
{
	(void)number;
	atomic_fetch_add(&handler_shared->signals, 1);
}

static void beat_with_handler(struct shared *shared)
{
	handler_shared = shared;
	struct sigaction action = {.sa_handler = count_signal};
	sigaction(SIGRTMIN, &action, NULL);
	beat_in_threads(shared);
}

// Real-time signals queue, so each one that was sent has to arrive.
static void test_signals_arrive(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(beat_with_handler, shared);
	pid_t sender = fork();
	if (!sender) {
		for (int i = 0; i < SIGNALS; i++) {
			sigqueue(pid, SIGRTMIN, (union sigval){.sival_int = i});
			nap_us(100);
		}
		_exit(0);
	}
	struct stop_report report;
	unsigned stops = 0;
	while (waitpid(sender, NULL, WNOHANG) == 0)
		stops += !stop_child(pid, do_nothing, NULL, &report, NULL);
	CHECK(stops > 0);
	CHECK(WAIT_FOR(atomic_load(&shared->signals) == SIGNALS));
	printf("# %u stops among %d signals\n", stops, SIGNALS);
	child_kill(pid);
	shared_destroy(shared);
}

static void beat_with_timer(struct shared *shared)
{
	handler_shared = shared;
	struct sigaction action = {.sa_handler = count_signal};
	sigaction(SIGALRM, &action, NULL);
	const struct itimerval timer = {
		.it_interval = {.tv_usec = 500},
		.it_value = {.tv_usec = 500},
	};
	setitimer(ITIMER_REAL, &timer, NULL);
	beat_forever(shared);
}

static void test_timer_goes_on(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(beat_with_timer, shared);
	struct stop_report report;
	struct watch watch = {.shared = shared};
	for (int i = 0; i < 20; i++) {
		unsigned long before = atomic_load(&shared->signals);
		if (!CHECK(!stop_child(pid, watch_still, &watch, &report, NULL) &&
			    watch.stood_still &&
			    WAIT_FOR(atomic_load(&shared->signals) > before)))
			break;
	}
	child_kill(pid);
	shared_destroy(shared);
}

static struct shared *own_shared;

static void note_own_signal(int number)
{
	(void)number;
	atomic_fetch_add(&own_shared->signals, 1);
}

static enum status stop_ourselves(void *context, struct error *err)
{
	(void)err;
	kill(getpid(), SIGTSTP);
	nap_us(2000);
	*(unsigned long *)context = atomic_load(&own_shared->signals);
	return STATUS_OK;
}

// A terminal's stop must not catch us while somebody else stands still for us.
static void test_own_stop_is_delayed(void)
{
	struct shared *shared = shared_create();
	own_shared = shared_create();
	struct sigaction action = {.sa_handler = note_own_signal};
	struct sigaction before;
	sigaction(SIGTSTP, &action, &before);
	pid_t pid = child_start(beat_forever, shared);
	unsigned long seen_meanwhile = 1;
	struct stop_report report;
	CHECK(!stop_child(pid, stop_ourselves, &seen_meanwhile, &report, NULL));
	CHECK(!seen_meanwhile && atomic_load(&own_shared->signals) == 1);
	child_kill(pid);
	sigaction(SIGTSTP, &before, NULL);
	shared_destroy(own_shared);
	shared_destroy(shared);
}

static void *wait_in_vfork(void *argument)
{
	struct shared *shared = argument;
	pid_t pid = vfork();
	if (!pid) {
		atomic_store(&shared->is_ready, 1);
		while (!atomic_load(&shared->shall_end))
			;
		_exit(0);
	}
	return NULL;
}

static void beat_beside_vfork(struct shared *shared)
{
	pthread_t thread;
	pthread_create(&thread, NULL, wait_in_vfork, shared);
	for (;;) {
		atomic_fetch_add(&shared->beats, 1);
		nap_us(50);
	}
}

// A thread that waits for its vfork child sleeps uninterruptibly: it cannot be made to stop, and
// does not have to be.
static void test_uninterruptible(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(beat_beside_vfork, shared);
	struct watch watch = {.shared = shared};
	struct stop_report report = {0};
	struct error err = {""};
	for (int i = 0; i < 3; i++) {
		enum status status = stop_child(pid, watch_still, &watch, &report, &err);
		if (!CHECK(!status && watch.stood_still && report.threads == 2))
			printf("# %s\n", err.message);
		CHECK(report.stopped_ms < 1000 && child_beats(shared));
	}
	atomic_store(&shared->shall_end, 1);
	CHECK(WAIT_FOR(!stop_child(pid, do_nothing, NULL, &report, NULL) && report.threads == 1));
	CHECK(child_beats(shared));
	child_kill(pid);
	shared_destroy(shared);
}

static void hold_traced(struct shared *shared)
{
	pid_t pid = (pid_t)atomic_load(&shared->address);
	ptrace(PTRACE_SEIZE, pid, NULL, NULL);
	beat_slowly(shared);
}

static void test_traced_already(void)
{
	struct shared *shared = shared_create();
	struct shared *tracer_shared = shared_create();
	pid_t pid = child_start(beat_slowly, shared);
	atomic_store(&tracer_shared->address, (unsigned long)pid);
	pid_t tracer = child_start(hold_traced, tracer_shared);
	struct stop_report report = {0};
	struct error err = {""};
	char expected[32];
	snprintf(expected, sizeof(expected), "process %d (", (int)tracer);
	CHECK(stop_child(pid, do_nothing, NULL, &report, &err) == STATUS_BUSY);
	if (!CHECK(strstr(err.message, expected)))
		printf("# %s\n", err.message);
	CHECK(child_beats(shared));
	child_kill(tracer);
	CHECK(WAIT_FOR(!stop_child(pid, do_nothing, NULL, &report, &err)));
	child_kill(pid);
	shared_destroy(tracer_shared);
	shared_destroy(shared);
}

int main(void)
{
	test_threads();
	test_stopped_stays_stopped();
	test_stop_meanwhile();
	test_signals_arrive();
	test_timer_goes_on();
	test_own_stop_is_delayed();
	test_uninterruptible();
	test_traced_already();
	return test_done();
}

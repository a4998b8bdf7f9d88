// SPDX-License-Identifier: MIT
// Copies of processes that do not keep still, end, or become others; and copiers that are killed.
#include "target/target.h"

#include "../../test.h"
#include "base/time.h"
#include "child.h"
#include "target/capture.h"

#include <fcntl.h>
#include <pthread.h>

// gcc and clang tell it each in its way.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

// A process with the shadow memory of a sanitizer is large, and copied slowly.
#if defined(__SANITIZE_ADDRESS__)
enum { ROUNDS = 12, KILLS = 40, CHURNING_THREADS = 3 };
#else
enum { ROUNDS = 60, KILLS = 200, CHURNING_THREADS = 3 };
#endif

static const struct copy_options no_options = {0};

// One copy of a process that may be anything by now, with a target opened for it. err has the
// reason of a failure.
static enum status copy_once(pid_t pid, struct capture *capture, struct error *err)
{
	struct target *target;
	enum status status = target_open_pid(pid, &target, err);
	if (status)
		return status;
	status = target_capture(target, capture, &no_options, err);
	target_close(target);
	return status;
}

static struct capture *create_capture(void)
{
	struct capture *capture;
	if (capture_create(&capture, NULL))
		exit(1);
	return capture;
}

// Copies again and again: each time it works, or fails as it may; the process always runs on.
static void copy_restless(const char *what, void (*body)(struct shared *), enum status allowed)
{
	struct shared *shared = shared_create();
	struct capture *capture = create_capture();
	pid_t pid = child_start(body, shared);
	unsigned good = 0;
	bool runs_on = true;
	double longest_ms = 0;
	for (int i = 0; i < ROUNDS && runs_on; i++) {
		struct error err = {""};
		double begun_ms = time_monotonic_ms();
		enum status status = copy_once(pid, capture, &err);
		double took_ms = time_monotonic_ms() - begun_ms;
		longest_ms = took_ms > longest_ms ? took_ms : longest_ms;
		good += !status;
		if (status && status != allowed) {
			printf("# %s: %s\n", what, err.message);
			test_check(false, "the copy fails as it may", __FILE__, __LINE__);
			break;
		}
		runs_on = child_beats(shared);
	}
	printf("# %s: %u of %d copies, the longest took %.1f ms\n", what, good, ROUNDS, longest_ms);
	CHECK(runs_on);
	CHECK(good > 0);
	CHECK(longest_ms < 5000);
	child_kill(pid);
	capture_destroy(capture);
	shared_destroy(shared);
}

static void *beat_once(void *argument)
{
	struct shared *shared = argument;
	atomic_fetch_add(&shared->beats, 1);
	return NULL;
}

static void *churn_threads(void *shared)
{
	for (;;) {
		pthread_t threads[2];
		int started = 0;
		while (started < 2 && !pthread_create(&threads[started], NULL, beat_once, shared))
			started++;
		while (started)
			pthread_join(threads[--started], NULL);
	}
	return NULL;
}

static void start_and_end_threads(struct shared *shared)
{
	pthread_t thread;
	for (int i = 1; i < CHURNING_THREADS; i++)
		pthread_create(&thread, NULL, churn_threads, shared);
	atomic_store(&shared->is_ready, 1);
	churn_threads(shared);
}

static void fork_children(struct shared *shared)
{
	atomic_store(&shared->is_ready, 1);
	for (;;) {
		pid_t pid = fork();
		if (!pid)
			_exit(0);
		if (pid > 0)
			waitpid(pid, NULL, 0);
		atomic_fetch_add(&shared->beats, 1);
	}
}

static void map_and_unmap(struct shared *shared)
{
	atomic_store(&shared->is_ready, 1);
	for (unsigned i = 1;; i++) {
		size_t size = (size_t)(i % 64 + 1) << 16;
		char *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);
		memset(bytes, 1, size);
		munmap(bytes, size);
		atomic_fetch_add(&shared->beats, 1);
	}
}

// The program that the children below turn into: this test, with a file of counters. Threads that
// run while another one calls exec make the kernel kill them first.
struct executed {
	struct shared *shared;
	char fd[16];
};

static void *spin(void *shared)
{
	beat_forever(shared);
	return NULL;
}

static void *beat_thread(void *shared)
{
	beat_slowly(shared);
	return NULL;
}

static void *exec_again(void *argument)
{
	struct executed *executed = argument;
	nap_us(200);
	execl("/proc/self/exe", "test_trouble", executed->fd, (char *)NULL);
	_exit(1);
}

static int run_executed(const char *fd)
{
	struct executed executed;
	executed.shared = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		atoi(fd), 0);
	snprintf(executed.fd, sizeof(executed.fd), "%s", fd);
	if (executed.shared == MAP_FAILED)
		return 1;
	pthread_t thread;
	for (int i = 0; i < CHURNING_THREADS; i++)
		pthread_create(&thread, NULL, i ? beat_thread : spin, executed.shared);
	pthread_create(&thread, NULL, exec_again, &executed);
	beat_slowly(executed.shared);
	return 0;
}

static int counters_fd;

static void become_executed(struct shared *shared)
{
	char fd[16];
	snprintf(fd, sizeof(fd), "%d", counters_fd);
	(void)shared;
	execl("/proc/self/exe", "test_trouble", fd, (char *)NULL);
}

static void test_exec(void)
{
	counters_fd = memfd_create("counters", 0);
	struct shared *shared = MAP_FAILED;
	if (!ftruncate(counters_fd, sizeof(*shared)))
		shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
			counters_fd, 0);
	if (!CHECK(shared != MAP_FAILED))
		return;
	struct capture *capture = create_capture();
	pid_t pid = child_start(become_executed, shared);
	unsigned good = 0;
	bool runs_on = true;
	bool is_allowed = true;
	for (int i = 0; i < 8 * ROUNDS && runs_on && is_allowed; i++) {
		struct error err = {""};
		enum status status = copy_once(pid, capture, &err);
		good += !status;
		is_allowed = !status || status == STATUS_GONE;
		if (!is_allowed)
			printf("# %s\n", err.message);
		runs_on = child_beats(shared);
	}
	printf("# exec: %u of %d copies\n", good, 8 * ROUNDS);
	CHECK(runs_on);
	CHECK(is_allowed);
	child_kill(pid);
	capture_destroy(capture);
	close(counters_fd);
	shared_destroy(shared);
}

// Once the process runs another program, nothing that was found out about it holds.
static void test_exec_is_noticed(void)
{
	int fds[2];
	struct capture *capture = create_capture();
	if (!CHECK(!pipe(fds)))
		return;
	pid_t pid = fork();
	if (!pid) {
		char c;
		close(fds[1]);
		if (read(fds[0], &c, 1) == 1)
			execl("/bin/sleep", "sleep", "60", (char *)NULL);
		_exit(1);
	}
	struct target *target;
	struct error err = {""};
	CHECK(!target_open_pid(pid, &target, &err) && !target_check(target, &err));
	CHECK(!target_capture(target, capture, &no_options, &err));
	CHECK(write(fds[1], "x", 1) == 1 && WAIT_FOR(target_check(target, &err) == STATUS_GONE));
	CHECK(strstr(err.message, "another program"));
	CHECK(target_capture(target, capture, &no_options, &err) == STATUS_GONE);
	target_close(target);
	child_kill(pid);
	close(fds[0]);
	close(fds[1]);
	capture_destroy(capture);
}

static void end_soon(struct shared *shared)
{
	pthread_t thread;
	for (int i = 0; i < CHURNING_THREADS; i++)
		pthread_create(&thread, NULL, beat_thread, shared);
	atomic_store(&shared->is_ready, 1);
	nap_us((unsigned)atomic_load(&shared->address) * (1 + (unsigned)getpid() % 8));
	_exit(42);
}

// Its parent, here ourselves, gets the exit status in any case. Where copies are slow it lives
// longer, so that both happens: a copy before the end, and the end in the middle of one.
static void test_ends_meanwhile(void)
{
	struct capture *capture = create_capture();
	unsigned good = 0;
	unsigned life_us = 300;
	bool is_right = true;
	struct error err = {""};
	for (int i = 0; i < ROUNDS && is_right; i++) {
		struct shared *shared = shared_create();
		atomic_store(&shared->address, life_us);
		pid_t pid = child_start(end_soon, shared);
		unsigned before = good;
		enum status result = STATUS_OK;
		while (!result) {
			result = copy_once(pid, capture, &err);
			good += !result;
		}
		int status = 0;
		is_right = result == STATUS_GONE && waitpid(pid, &status, 0) == pid &&
			WIFEXITED(status) && WEXITSTATUS(status) == 42;
		if (!is_right)
			printf("# exit status %x, %s\n", (unsigned)status, err.message);
		if (good == before && life_us < 100000)
			life_us *= 2;
		shared_destroy(shared);
	}
	printf("# ends: %u copies of %d processes\n", good, ROUNDS);
	CHECK(is_right && good > 0);
	capture_destroy(capture);
}

static void end_at_once(struct shared *shared)
{
	atomic_store(&shared->is_ready, 1);
	_exit(0);
}

static void leave_leader(struct shared *shared)
{
	pthread_t thread;
	pthread_create(&thread, NULL, spin, shared);
	atomic_store(&shared->is_ready, 1);
	pthread_exit(NULL);
}

static void test_zombies(void)
{
	struct shared *shared = shared_create();
	struct capture *capture = create_capture();
	struct error err = {""};
	pid_t pid = child_start(end_at_once, shared);
	CHECK(WAIT_FOR(child_state(pid) == 'Z'));
	CHECK(copy_once(pid, capture, &err) == STATUS_GONE && *err.message);
	waitpid(pid, NULL, 0);
	CHECK(copy_once(pid, capture, &err) == STATUS_GONE);
	CHECK(copy_once(0, capture, &err) == STATUS_GONE);
	CHECK(copy_once(-1, capture, &err) == STATUS_GONE);
	atomic_store(&shared->is_ready, 0);
	pid = child_start(leave_leader, shared);
	CHECK(WAIT_FOR(child_state(pid) == 'Z'));
	// Its first thread alone has ended: it is copied through the other one, which goes on.
	CHECK(!copy_once(pid, capture, &err) && child_beats(shared));
	CHECK(capture->report.copied_bytes > 0 && capture->usage.rss_bytes > 0);
	child_kill(pid);
	capture_destroy(capture);
	shared_destroy(shared);
}

static pid_t copied_pid;

static void copy_forever(struct shared *shared)
{
	struct capture *capture = create_capture();
	for (;;) {
		if (!copy_once(copied_pid, capture, NULL))
			atomic_fetch_add(&shared->beats, 1);
		atomic_store(&shared->is_ready, 1);
	}
}

static struct shared *handler_shared;

static void count_signal(int number)
{
	(void)number;
	atomic_fetch_add(&handler_shared->signals, 1);
}

static void beat_with_memory(struct shared *shared)
{
	struct sigaction action = {.sa_handler = count_signal};
	handler_shared = shared;
	sigaction(SIGRTMIN, &action, NULL);
	const size_t size = (size_t)32 << 20;
	char *bytes = malloc(size);
	memset(bytes, 7, size);
	pthread_t thread;
	for (int i = 0; i < CHURNING_THREADS; i++)
		pthread_create(&thread, NULL, beat_thread, shared);
	beat_slowly(shared);
	free(bytes);
}

// The process runs on each time, and has got every signal, also those that were on their way when
// the copier died.
static void test_copier_killed(void)
{
	struct shared *shared = shared_create();
	struct shared *copier_shared = shared_create();
	copied_pid = child_start(beat_with_memory, shared);
	bool runs_on = true;
	int kills = 0;
	unsigned random = 1;
	unsigned long sent = 0;
	for (; kills < KILLS && runs_on; kills++) {
		atomic_store(&copier_shared->is_ready, 0);
		pid_t copier = child_start(copy_forever, copier_shared);
		random = random * 1103515245 + 12345;
		for (unsigned naps = random / 65536 % 80; naps; naps--) {
			sent += !sigqueue(copied_pid, SIGRTMIN, (union sigval){0});
			nap_us(50);
		}
		child_kill(copier);
		runs_on = child_beats(shared) && child_state(copied_pid) != 'T' &&
			child_state(copied_pid) != 't';
	}
	printf("# %lu copies, %d copiers killed, %lu signals\n",
		atomic_load(&copier_shared->beats), kills, sent);
	CHECK(runs_on && kills == KILLS);
	CHECK(WAIT_FOR(atomic_load(&shared->signals) == sent));
	child_kill(copied_pid);
	shared_destroy(copier_shared);
	shared_destroy(shared);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return run_executed(argv[1]);
	copy_restless("threads", start_and_end_threads, STATUS_OK);
	copy_restless("forks", fork_children, STATUS_OK);
	copy_restless("mappings", map_and_unmap, STATUS_OK);
	test_exec();
	test_exec_is_noticed();
	test_ends_meanwhile();
	test_zombies();
	test_copier_killed();
	return test_done();
}

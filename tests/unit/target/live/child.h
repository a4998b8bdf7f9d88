// SPDX-License-Identifier: MIT
// Processes to look at: children of the test that share one page of counters with it.
#pragma once

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct shared {
	atomic_int is_ready;
	atomic_int shall_end;
	atomic_ulong beats;   // grows while the child runs
	atomic_ulong signals; // that a handler of the child has seen
	atomic_ulong address; // of whatever the test compares
};

static inline void nap_us(unsigned microseconds)
{
	struct timespec time = {.tv_nsec = (long)microseconds * 1000};
	nanosleep(&time, NULL);
}

// Waits up to ten seconds, which even a busy machine does not need.
#define WAIT_FOR(condition)                                                                        \
	({                                                                                         \
		int naps_ = 0;                                                                     \
		while (!(condition) && naps_++ < 100000)                                           \
			nap_us(100);                                                               \
		(condition);                                                                       \
	})

static inline struct shared *shared_create(void)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return shared;
}

static inline void shared_destroy(struct shared *shared)
{
	munmap(shared, sizeof(*shared));
}

// Runs body in a child, which ends with the test at the latest. Returns when the child is ready.
static inline pid_t child_start(void (*body)(struct shared *), struct shared *shared)
{
	fflush(stdout);
	pid_t pid = fork();
	if (pid < 0) {
		perror("fork");
		exit(1);
	}
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		body(shared);
		_exit(0);
	}
	if (!WAIT_FOR(atomic_load(&shared->is_ready)))
		printf("# the child did not get ready\n");
	return pid;
}

static inline void child_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

// Whether the child has run on since it was asked.
static inline bool child_beats(struct shared *shared)
{
	unsigned long before = atomic_load(&shared->beats);
	return WAIT_FOR(atomic_load(&shared->beats) > before);
}

static inline void beat_forever(struct shared *shared)
{
	atomic_store(&shared->is_ready, 1);
	for (;;)
		atomic_fetch_add(&shared->beats, 1);
}

// As beat_forever(), leaving the processor to others.
static inline void beat_slowly(struct shared *shared)
{
	atomic_store(&shared->is_ready, 1);
	for (;;) {
		atomic_fetch_add(&shared->beats, 1);
		nap_us(50);
	}
}

// The state of a process, as in /proc/PID/stat.
static inline char child_state(pid_t pid)
{
	char path[64];
	char state = '?';
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *file = fopen(path, "r");
	if (!file)
		return state;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(file);
	return state;
}

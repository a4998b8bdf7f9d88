// SPDX-License-Identifier: MIT
#include "target/live/patience.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

// Shared by the two threads; whoever leaves last frees it.
struct wait {
	struct patience_job *job;
	pthread_mutex_t mutex;
	pthread_cond_t done;
	bool is_done;
	bool is_abandoned;
};

static void wait_destroy(struct wait *wait)
{
	pthread_cond_destroy(&wait->done);
	pthread_mutex_destroy(&wait->mutex);
	free(wait);
}

static void *worker_main(void *argument)
{
	struct wait *wait = argument;
	wait->job->work(wait->job);
	pthread_mutex_lock(&wait->mutex);
	bool is_abandoned = wait->is_abandoned;
	wait->is_done = true;
	pthread_cond_signal(&wait->done);
	pthread_mutex_unlock(&wait->mutex);
	if (is_abandoned) {
		wait->job->release(wait->job);
		wait_destroy(wait);
	}
	return NULL;
}

static struct wait *wait_create(struct patience_job *job)
{
	struct wait *wait = calloc(1, sizeof(*wait));
	if (!wait)
		return NULL;
	wait->job = job;
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&wait->done, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&wait->mutex, NULL);
	return wait;
}

// Handlers run in the caller: the worker must not be who takes a signal.
static int start(struct wait *wait, pthread_t *ret)
{
	sigset_t all;
	sigset_t before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int number = pthread_create(ret, NULL, worker_main, wait);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return number;
}

static bool await(struct wait *wait, double limit_ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	uint64_t nanoseconds = (uint64_t)until.tv_nsec + (uint64_t)(limit_ms * 1e6);
	until.tv_sec += (time_t)(nanoseconds / 1000000000);
	until.tv_nsec = (long)(nanoseconds % 1000000000);
	pthread_mutex_lock(&wait->mutex);
	int number = 0;
	while (!wait->is_done && number != ETIMEDOUT)
		number = pthread_cond_timedwait(&wait->done, &wait->mutex, &until);
	bool is_done = wait->is_done;
	wait->is_abandoned = !is_done;
	pthread_mutex_unlock(&wait->mutex);
	return is_done;
}

enum status patience_run(struct patience_job *job, double limit_ms)
{
	pthread_t thread;
	struct wait *wait = wait_create(job);
	if (!wait || start(wait, &thread)) {
		if (wait)
			wait_destroy(wait);
		job->release(job);
		return STATUS_NO_MEMORY;
	}
	if (!await(wait, limit_ms)) {
		pthread_detach(thread);
		return STATUS_UNREADABLE;
	}
	pthread_join(thread, NULL);
	wait_destroy(wait);
	return STATUS_OK;
}

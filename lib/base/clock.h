// SPDX-License-Identifier: MIT
// Time that runs on, also while the machine sleeps.
#pragma once

#include <time.h>

// Seconds since boot (CLOCK_BOOTTIME), the clock of samples and readings.
static inline double clock_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// Sleeps for a time; a signal ends it early.
static inline void clock_sleep(double seconds)
{
	struct timespec time = {.tv_sec = (time_t)seconds};
	time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
	nanosleep(&time, NULL);
}

// SPDX-License-Identifier: MIT
#include "base/time.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

// The years that RFC 3339 can write end with 9999.
static const int64_t last_second = 253402300799;

double time_boot_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double time_monotonic_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int64_t time_wall_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void time_sleep(double seconds)
{
	struct timespec time = {.tv_sec = (time_t)seconds};
	time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
	nanosleep(&time, NULL);
}

void time_nap_us(unsigned microseconds)
{
	struct timespec left = {
		.tv_sec = microseconds / 1000000,
		.tv_nsec = (long)(microseconds % 1000000) * 1000,
	};
	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
		;
}

// The calendar's parts of a time, and its milliseconds.
static struct tm split(int64_t wall_ms, int *ret_ms)
{
	if (wall_ms < 0 || wall_ms / 1000 > last_second)
		wall_ms = 0;
	const time_t seconds = (time_t)(wall_ms / 1000);
	struct tm parts;
	gmtime_r(&seconds, &parts);
	*ret_ms = (int)(wall_ms % 1000);
	return parts;
}

char *time_format(int64_t wall_ms, char *buffer)
{
	int ms;
	const struct tm parts = split(wall_ms, &ms);
	size_t length = strftime(buffer, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(buffer + length, TIME_TEXT_SIZE - length, ".%03dZ", ms);
	return buffer;
}

char *time_format_plain(int64_t wall_ms, char *buffer)
{
	int ms;
	const struct tm parts = split(wall_ms, &ms);
	strftime(buffer, TIME_TEXT_SIZE, "%Y-%m-%d %H:%M:%S", &parts);
	return buffer;
}

char *time_format_compact(int64_t wall_ms, char *buffer)
{
	int ms;
	const struct tm parts = split(wall_ms, &ms);
	strftime(buffer, TIME_TEXT_SIZE, "%Y%m%dT%H%M%S", &parts);
	return buffer;
}

// SPDX-License-Identifier: MIT
#include "base/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

// The years that RFC 3339 can write end with 9999.
static const int64_t last_second = 253402300799;

int64_t date_now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void split(int64_t time_ms, struct tm *ret_parts, int *ret_ms)
{
	int64_t seconds = time_ms / 1000, ms = time_ms % 1000;
	if (ms < 0) {
		ms += 1000;
		seconds--;
	}
	if (seconds < 0 || seconds > last_second)
		seconds = ms = 0;
	const time_t time = (time_t)seconds;
	gmtime_r(&time, ret_parts);
	*ret_ms = (int)ms;
}

char *date_format(int64_t time_ms, char *buffer)
{
	struct tm parts;
	int ms;
	split(time_ms, &parts, &ms);
	size_t length = strftime(buffer, DATE_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(buffer + length, DATE_SIZE - length, ".%03dZ", ms);
	return buffer;
}

char *date_format_plain(int64_t time_ms, char *buffer)
{
	struct tm parts;
	int ms;
	split(time_ms, &parts, &ms);
	strftime(buffer, DATE_SIZE, "%Y-%m-%d %H:%M:%S", &parts);
	return buffer;
}

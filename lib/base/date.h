// SPDX-License-Identifier: MIT
// Points in time, in UTC.
#pragma once

#include <stdint.h>

enum { DATE_SIZE = 40 };

// Now, in milliseconds since 1970. The clock on the wall: it may be set back.
int64_t date_now_ms(void);

// Writes milliseconds since 1970 as RFC 3339: "2024-05-01T12:00:00.000Z". buffer of DATE_SIZE,
// which is returned; a time that no calendar has becomes 1970.
char *date_format(int64_t time_ms, char *buffer);

// The same for people, to the second: "2024-05-01 12:00:00".
char *date_format_plain(int64_t time_ms, char *buffer);

// SPDX-License-Identifier: MIT
// The clocks that we read, naps, and points in time as text.
//
//	clock	   unit	    for
//	boot	   seconds  the age of samples and readings: it runs on while the machine sleeps, never
//			    goes back, and begins anew with each boot
//	monotonic  ms	    how long our own work takes: it stands still while the machine sleeps
//	wall	   ms	    when something happened, for people: since 1970, in UTC; it may be set back
#pragma once

#include <stdint.h>

double time_boot_seconds(void);	  // CLOCK_BOOTTIME
double time_monotonic_ms(void);	  // CLOCK_MONOTONIC
int64_t time_wall_ms(void);	  // CLOCK_REALTIME

// Sleeps for a time of at least 0; a signal ends it early.
void time_sleep(double seconds);

// Sleeps for all of a time, whatever signals come.
void time_nap_us(unsigned microseconds);

// What a buffer for one of the texts below must hold.
enum { TIME_TEXT_SIZE = 40 };

// Writes a time of the wall clock as RFC 3339: "2024-05-01T12:00:00.000Z". Returns buffer; a time
// outside of the years 1970 to 9999 becomes the start of 1970.
char *time_format(int64_t wall_ms, char *buffer);

// The same for people, to the second: "2024-05-01 12:00:00".
char *time_format_plain(int64_t wall_ms, char *buffer);

// The same for names of files: "20240501T120000".
char *time_format_compact(int64_t wall_ms, char *buffer);

// SPDX-License-Identifier: MIT
// Large memory that runs out when a test says so, as failing.h has it for small pieces. The linker sends
// the mappings of the library here: AM_LDFLAGS_FAILING_MAPS in tests.am.
#pragma once

#include <limits.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/types.h>

static volatile long maps_left = LONG_MAX;

void *__real_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);
void *__real_mremap(void *address, size_t old_size, size_t size, int flags, ...);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);
void *__wrap_mremap(void *address, size_t old_size, size_t size, int flags, ...);

void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
	maps_left = maps_left - 1;
	return maps_left < 0 ? MAP_FAILED
			     : __real_mmap(address, size, protection, flags, file, offset);
}

void *__wrap_mremap(void *address, size_t old_size, size_t size, int flags, ...)
{
	maps_left = maps_left - 1;
	return maps_left < 0 ? MAP_FAILED : __real_mremap(address, old_size, size, flags);
}

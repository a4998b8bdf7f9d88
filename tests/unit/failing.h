// SPDX-License-Identifier: MIT
// Memory that runs out when a test says so. The linker sends the allocations of the library here:
// $(AM_LDFLAGS_FAILING) in tests.am.
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

// Volatile: compilers know that malloc() itself reads no variables of a program.
static volatile long allocations_left = LONG_MAX;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
char *__real_strdup(const char *string);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);
char *__wrap_strdup(const char *string);

static bool may_allocate(void)
{
	allocations_left = allocations_left - 1;
	return allocations_left >= 0;
}

void *__wrap_malloc(size_t size)
{
	return may_allocate() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
	return may_allocate() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *pointer, size_t size)
{
	return may_allocate() ? __real_realloc(pointer, size) : NULL;
}

char *__wrap_strdup(const char *string)
{
	return may_allocate() ? __real_strdup(string) : NULL;
}

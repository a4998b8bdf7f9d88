// SPDX-License-Identifier: MIT
// Scope guards: a local that owns something is released on every way out of its scope.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Declares a local whose release function runs when it leaves scope: AUTO(freep) char *s = NULL;
#define AUTO(release) __attribute__((cleanup(release)))

// Hands over what a guarded pointer owns: the guard is left with NULL.
#define take_ptr(p)                                                                                \
	({                                                                                         \
		__typeof__(p) *take_from_ = &(p);                                                  \
		__typeof__(p) taken_ = *take_from_;                                                \
		*take_from_ = NULL;                                                                \
		taken_;                                                                            \
	})

// Makes x_destroyp(), fit for AUTO(), from a release function that accepts NULL. Stands in the header
// that declares the function, below it.
#define GUARD(type, release)                                                                       \
	static inline __attribute__((unused)) void release##p(type **p)                           \
	{                                                                                          \
		release(*p);                                                                       \
	}

static inline void freep(void *p)
{
	free(*(void **)p);
}

static inline void closep(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void fclosep(FILE **file)
{
	if (*file)
		fclose(*file);
}

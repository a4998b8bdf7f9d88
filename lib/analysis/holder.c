// SPDX-License-Identifier: MIT
#include "analysis/holder.h"

#include <stdbool.h>
#include <string.h>

// As many of the fastest are looked at; all of them are on the shortlist and have names.
static const size_t SUSPECTS_MAX = 64;
// The table of interned strings owns nothing: its references are not counted, a string leaves it
// when its last owner does (Objects/unicodeobject.c, PyUnicode_InternInPlace up to 3.11 and
// intern_common after). It grows with any leak of strings and holds none of them.
static bool is_bookkeeping(const struct census_container *container)
{
	const char *path = census_local_path(container);
	return path && !strncmp(path, "<interned", strlen("<interned"));
}

// Whether a container that grew since the baseline still grew since the previous sample.
static bool is_steady(const struct history *history, const struct growth_container *suspect)
{
	const struct sample *previous = history->previous;
	if (!previous || !previous->census || previous == history->baseline)
		return true;
	const struct census_container *now = &history->current->census->containers[suspect->after];
	const struct census_container *then =
		census_find_container(previous->census, now->address, suspect->type);
	return then && then->length < now->length;
}

const struct growth_container *holder_find(
	const struct history *history, const struct growth *growth)
{
	const struct sample *current = history->current;
	if (!growth || !current || !current->census)
		return NULL;
	const struct growth_container *fallback = NULL;
	for (size_t i = 0; i < growth->container_count && i < SUSPECTS_MAX; i++) {
		const struct growth_container *suspect = &growth->containers[i];
		if (suspect->length_delta <= 0)
			break; // they are sorted
		if (suspect->after >= current->census->container_count ||
			is_bookkeeping(&current->census->containers[suspect->after]))
			continue;
		if (is_steady(history, suspect))
			return suspect;
		fallback = fallback ? fallback : suspect;
	}
	return fallback;
}

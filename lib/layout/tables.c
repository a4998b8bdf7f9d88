// SPDX-License-Identifier: MIT
#include "layout/layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static bool fits(const struct layout *layout, uint32_t version, uint64_t runtime_size)
{
	return version >= layout->first_version && version <= layout->last_version &&
	       (!layout->runtime_size || !runtime_size || layout->runtime_size == runtime_size);
}

// 3.14.5 went back to the collector of 3.13: a table of 3.14.0 says nothing of its lists.
static bool is_of_minor(const struct layout *layout, uint32_t version, uint64_t runtime_size)
{
	struct layout_traits traits;
	(void)runtime_size;
	return layout->first_version >> 8 == version >> 8 && !layout_traits_for(version, &traits) &&
	       !memcmp(&traits, &layout->traits, sizeof(traits));
}

static const struct layout *find(uint32_t version, uint64_t runtime_size, const struct layout *after,
	bool (*is_wanted)(const struct layout *layout, uint32_t version, uint64_t runtime_size))
{
	bool is_behind = !after;
	for (const struct layout *const *table = layout_tables(); *table; table++) {
		if (is_behind && is_wanted(*table, version, runtime_size))
			return *table;
		if (*table == after)
			is_behind = true;
	}
	return NULL;
}

const struct layout *layout_find(uint32_t version, uint64_t runtime_size, const struct layout *after)
{
	return find(version, runtime_size, after, fits);
}

const struct layout *layout_find_minor(uint32_t version, const struct layout *after)
{
	return find(version, 0, after, is_of_minor);
}

// Several tables may stand for one minor version: each is named once.
static bool is_first_of_minor(const struct layout *const *table)
{
	return table == layout_tables() || table[0]->first_version >> 8 != table[-1]->first_version >> 8;
}

void layout_describe_supported(char *buffer, unsigned size)
{
	const struct layout *const *table;
	unsigned count = 0, written = 0, used = 0;
	for (table = layout_tables(); *table; table++)
		count += is_first_of_minor(table);
	buffer[0] = '\0';
	for (table = layout_tables(); *table && used < size; table++) {
		if (!is_first_of_minor(table))
			continue;
		const char *separator = !written ? "" : written + 1 < count ? ", " : " and ";
		uint32_t version = (*table)->first_version;
		used += (unsigned)snprintf(buffer + used, size - used, "%s%u.%u", separator,
			version >> 16, version >> 8 & 0xff);
		written++;
	}
}

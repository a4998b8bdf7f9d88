// SPDX-License-Identifier: MIT
#include "layout/tables/tables.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

// Only versions that the whole tool was checked against, object by object. Where two tables fit the
// same release, the one that more installations have stands first.
static const struct layout *const tables[] = {
	&layout_3_8_20,
	&layout_3_9_2,
	&layout_3_10_15,
	&layout_3_11_2,
	&layout_3_11_0,
	&layout_3_12_0,
	&layout_3_12_1,
	&layout_3_12_6,
	&layout_3_12_7,
	&layout_3_13_0,
	&layout_3_13_5,
	&layout_3_13_5_debian,
	&layout_3_13_12,
	&layout_3_13_12_debian,
	&layout_3_13_13,
	&layout_3_13_13_debian,
	&layout_3_14_0,
	&layout_3_14_2,
	&layout_3_14_3,
	&layout_3_14_4,
	&layout_3_14_8,
	&layout_3_15_0,
	&layout_3_15_0_jit,
	NULL,
};

// Known, but not yet checked by the whole tool: nobody is shown figures made with them.
static const struct layout *const candidates[] = {
	NULL,
};

const struct layout *const *layout_tables(void)
{
	return tables;
}

const struct layout *const *layout_candidates(void)
{
	return candidates;
}

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
	for (const struct layout *const *table = tables; *table; table++) {
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
	return table == tables || table[0]->first_version >> 8 != table[-1]->first_version >> 8;
}

void layout_describe_supported(char *buffer, unsigned size)
{
	const struct layout *const *table;
	unsigned count = 0, written = 0, used = 0;
	for (table = tables; *table; table++)
		count += is_first_of_minor(table);
	buffer[0] = '\0';
	for (table = tables; *table && used < size; table++) {
		if (!is_first_of_minor(table))
			continue;
		const char *separator = !written ? "" : written + 1 < count ? ", " : " and ";
		uint32_t version = (*table)->first_version;
		used += (unsigned)snprintf(buffer + used, size - used, "%s%u.%u", separator,
			version >> 16, version >> 8 & 0xff);
		written++;
	}
}

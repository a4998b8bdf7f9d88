// SPDX-License-Identifier: MIT
#include "layout/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(name, in_struct, member) [FIELD_##name] = {#name, in_struct, member},
static const struct {
	const char *name, *in_struct, *member;
} fields[FIELD_COUNT] = {
#include "layout/fields.def"
};
#undef FIELD

const char *layout_field_name(enum layout_field field)
{
	return (unsigned)field < FIELD_COUNT ? fields[field].name : "unknown field";
}

void layout_field_place(enum layout_field field, const char **ret_struct, const char **ret_member)
{
	*ret_struct = fields[field].in_struct;
	*ret_member = fields[field].member;
}

bool layout_field_is_of_object(enum layout_field field)
{
	static const char *const moving[] = {
		"pyruntimestate", "_is", "_ts", "_PyThreadStateImpl", "_gc_runtime_state"};
	for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++)
		if (!strcmp(fields[field].in_struct, moving[i]))
			return false;
	return true;
}

unsigned layout_count_unknown(const struct layout *layout)
{
	unsigned count = 0;
	for (int i = 0; i < FIELD_COUNT; i++)
		count += layout->field[i] == LAYOUT_UNKNOWN;
	return count;
}

void layout_destroy(struct layout *layout)
{
	if (!layout)
		return;
	free(layout->origin);
	free(layout);
}

// --- Choosing a table ----------------------------------------------------------------------------

static bool fits(const struct layout *layout, uint32_t version, uint64_t runtime_size)
{
	return version >= layout->first_version && version <= layout->last_version &&
	       (!layout->runtime_size || !runtime_size || layout->runtime_size == runtime_size);
}

// Their behaviour must be the same: 3.14.5 went back to the collector of 3.13, so a table of 3.14.0
// does not tell where its lists are.
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

// A minor version may have several tables; its name is printed once.
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

// --- Behaviour -----------------------------------------------------------------------------------

#define TRAIT(name, first, last, why) .name = version >= first && version <= last,
enum status layout_traits_for(uint32_t version, struct layout_traits *ret)
{
	if (version < LAYOUT_OLDEST || version > LAYOUT_NEWEST)
		return STATUS_UNSUPPORTED;
	*ret = (struct layout_traits){
#include "layout/traits.def"
	};
	return STATUS_OK;
}
#undef TRAIT

uint32_t layout_pool_size(uint32_t version)
{
	return LAYOUT_POOL_SIZE(version);
}

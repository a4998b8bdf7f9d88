// SPDX-License-Identifier: MIT
#include "analysis/type_series.h"

#include "result/census.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void items_free(struct type_counts *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(items[i].name);
	free(items);
}

void type_series_deinit(struct type_series *series)
{
	if (!series)
		return;
	items_free(series->items, series->count);
	*series = (struct type_series){0};
}

static bool all_zero(const struct type_counts *item)
{
	for (size_t i = 0; i < TYPE_SERIES_LENGTH; i++)
		if (item->counts[i])
			return false;
	return true;
}

// Makes the series of a type with one more sample. before is NULL for a new type.
static bool item_advance(struct type_counts *item, const char *name,
	const struct type_counts *before, size_t position, uint64_t count)
{
	if (before)
		memcpy(item->counts, before->counts, sizeof(item->counts));
	else
		memset(item->counts, 0, sizeof(item->counts));
	if (position == TYPE_SERIES_LENGTH) {
		position--;
		memmove(item->counts, item->counts + 1, position * sizeof(item->counts[0]));
	}
	item->counts[position] = count;
	item->name = strdup(name);
	return item->name;
}

// Compares the next names of two ascending lists; negative: only the first list has it, 0: both
// have it.
static int compare_next(
	const struct type_series *series, size_t old, const struct census *census, size_t new)
{
	if (old == series->count)
		return 1;
	if (new == census->type_count)
		return -1;
	return strcmp(series->items[old].name, census->types[new].name);
}

enum status type_series_add(struct type_series *series, const struct census *census)
{
	size_t capacity = series->count + census->type_count;
	struct type_counts *items = malloc((capacity ? capacity : 1) * sizeof(*items));
	if (!items)
		return STATUS_NO_MEMORY;

	size_t count = 0;
	for (size_t old = 0, new = 0; old < series->count || new < census->type_count;) {
		int order = compare_next(series, old, census, new);
		const char *name = order <= 0 ? series->items[old].name : census->types[new].name;
		const struct type_counts *before = order <= 0 ? &series->items[old++] : NULL;
		uint64_t now = order >= 0 ? census->types[new++].count : 0;
		if (!item_advance(&items[count], name, before, series->length, now)) {
			items_free(items, count);
			return STATUS_NO_MEMORY;
		}
		if (all_zero(&items[count]))
			free(items[count].name);
		else
			count++;
	}
	items_free(series->items, series->count);
	series->items = items;
	series->count = count;
	if (series->length < TYPE_SERIES_LENGTH)
		series->length++;
	return STATUS_OK;
}

static int compare_name(const void *key, const void *item)
{
	return strcmp(key, ((const struct type_counts *)item)->name);
}

const struct type_counts *type_series_find(const struct type_series *series, const char *name)
{
	if (!series->count)
		return NULL;
	return bsearch(name, series->items, series->count, sizeof(*series->items), compare_name);
}

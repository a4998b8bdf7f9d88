// SPDX-License-Identifier: MIT
#include "analysis/absent.h"

#include "result/census.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int compare_type(const void *key, const void *item)
{
	return strcmp(key, ((const struct census_type *)item)->name);
}

static const struct census_type *find_type(const struct census *census, const char *name)
{
	if (!census->type_count)
		return NULL;
	return bsearch(name, census->types, census->type_count, sizeof(*census->types), compare_type);
}

static int compare_address(const void *left, const void *right)
{
	const struct census_container *a = left, *b = right;
	return (a->address > b->address) - (a->address < b->address);
}

static bool has_address(const struct census *census, size_t count, addr_t address)
{
	const struct census_container key = {.address = address};
	return count && bsearch(&key, census->containers, count, sizeof(key), compare_address);
}

// Paths in angle brackets are those of frames, and of what the interpreter keeps for itself.
static bool is_of_module(const struct census_container *container)
{
	const char *path = census_local_path(container);
	return path && path[0] != '<';
}

enum status absent_add(
	struct census *before, const struct census *after, const struct census *witness)
{
	size_t known = before->container_count, room = known + after->container_count + 1;
	struct census_container *grown = realloc(before->containers, room * sizeof(*grown));
	if (!grown)
		return STATUS_NO_MEMORY;
	before->containers = grown;
	for (size_t i = 0; i < after->container_count; i++) {
		const struct census_container *container = &after->containers[i];
		if (!is_of_module(container) || container->length <= before->least_length ||
			container->type >= after->type_count ||
			has_address(before, known, container->address))
			continue;
		const char *name = after->types[container->type].name;
		const struct census_type *type = find_type(before, name);
		if (!type || (witness && !census_find_container(witness, container->address, name)))
			continue;
		before->containers[before->container_count++] = (struct census_container){
			.address = container->address,
			.type = (uint32_t)(type - before->types),
			.length = before->least_length,
		};
	}
	if (before->container_count > known)
		qsort(before->containers, before->container_count, sizeof(*before->containers),
			compare_address);
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "result/census.h"

#include <stdlib.h>
#include <string.h>

void census_destroy(struct census *census)
{
	if (!census)
		return;
	for (size_t i = 0; i < census->type_count; i++)
		free(census->types[i].name);
	for (size_t i = 0; i < census->container_count; i++)
		free(census->containers[i].path);
	for (size_t i = 0; i < census->unreached_count; i++)
		free(census->unreached[i].type);
	for (size_t i = 0; i < census->interpreter_count; i++)
		free(census->interpreters[i].types);
	filler_list_free(&census->fillers);
	free(census->interpreters);
	free(census->unreached);
	free(census->types);
	free(census->containers);
	free(census);
}

const char *census_local_path(const struct census_container *container)
{
	static const char prefix[] = "<interpreter ";
	const char *path = container->path;
	if (!path || strncmp(path, prefix, strlen(prefix)) != 0)
		return path;
	const char *end = strstr(path, ">.");
	return end ? end + strlen(">.") : path;
}

bool census_is_of_module(const struct census_container *container)
{
	const char *path = census_local_path(container);
	return path && path[0] != '<';
}

const struct filler *census_fillers(
	const struct census *census, const struct census_container *container, size_t *ret_count)
{
	size_t index = (size_t)(container - census->containers), first = 0;
	while (first < census->fillers.count && census->fillers.items[first].container != index)
		first++;
	size_t end = first;
	while (end < census->fillers.count && census->fillers.items[end].container == index)
		end++;
	*ret_count = end - first;
	return end > first ? census->fillers.items + first : NULL;
}

static int compare_address(const void *key, const void *item)
{
	addr_t address = *(const addr_t *)key;
	const struct census_container *container = item;
	return (address > container->address) - (address < container->address);
}

const struct census_container *census_container_at(const struct census *census, addr_t address)
{
	if (!census->container_count)
		return NULL;
	return bsearch(&address, census->containers, census->container_count,
		sizeof(*census->containers), compare_address);
}

const struct census_container *census_find_container(
	const struct census *census, addr_t address, const char *type)
{
	const struct census_container *found = census_container_at(census, address);
	if (!found || found->type >= census->type_count)
		return NULL;
	return strcmp(census->types[found->type].name, type) ? NULL : found;
}

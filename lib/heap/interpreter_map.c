// SPDX-License-Identifier: MIT
#include "heap/interpreter_map.h"

#include <assert.h>

enum status interpreter_map_init(struct interpreter_map *map, size_t interpreter_count)
{
	*map = (struct interpreter_map){0};
	for (; interpreter_count >> map->plane_count; map->plane_count++)
		if (map->plane_count == INTERPRETER_PLANES_MAX ||
			visited_init(&map->planes[map->plane_count])) {
			interpreter_map_deinit(map);
			return STATUS_NO_MEMORY;
		}
	return STATUS_OK;
}

void interpreter_map_deinit(struct interpreter_map *map)
{
	for (unsigned i = 0; i < map->plane_count; i++)
		visited_deinit(&map->planes[i]);
	*map = (struct interpreter_map){0};
}

enum status interpreter_map_set(struct interpreter_map *map, addr_t address, size_t interpreter)
{
	size_t earlier;
	if (address >> IMAGE_ADDRESS_BITS || interpreter_map_get(map, address, &earlier))
		return STATUS_OK;
	for (unsigned i = 0; i < map->plane_count; i++) {
		if (!((interpreter + 1) >> i & 1))
			continue;
		enum status status = visited_add_chunk(&map->planes[i], address);
		if (status)
			return status;
		uint64_t *word = visited_word(&map->planes[i], address);
		assert(word);
		*word |= visited_bit(address);
	}
	return STATUS_OK;
}

bool interpreter_map_get(const struct interpreter_map *map, addr_t address, size_t *ret)
{
	size_t number = 0;
	for (unsigned i = 0; i < map->plane_count; i++)
		number |= (size_t)visited_has(&map->planes[i], address) << i;
	if (!number)
		return false;
	*ret = number - 1;
	return true;
}

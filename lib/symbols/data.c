// SPDX-License-Identifier: MIT
#include "symbols/data.h"

#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "target/maps.h"
#include "target/target.h"

enum {
	CHUNK_SIZE = 1 << 20,
	BYTES_MAX = 64 << 20,
};

struct reading {
	const struct target *target;
	char *buffer; // CHUNK_SIZE bytes
	size_t bytes_read;
	data_visitor visit;
	void *context;
};

static bool read_map(struct reading *reading, const struct map *map)
{
	for (addr_t addr = map->start; addr < map->end && reading->bytes_read < BYTES_MAX;) {
		size_t size = map->end - addr < CHUNK_SIZE ? (size_t)(map->end - addr) : CHUNK_SIZE;
		reading->bytes_read += size;
		if (!target_read(reading->target, addr, reading->buffer, size) &&
			!reading->visit(reading->context, addr, reading->buffer, size))
			return false;
		addr += size == CHUNK_SIZE ? size - DATA_OVERLAP : size;
	}
	return true;
}

enum status data_read(
	const struct target *target, const char *path, data_visitor visit, void *context)
{
	AUTO(maps_destroyp) struct maps *maps = NULL;
	AUTO(freep) char *buffer = malloc(CHUNK_SIZE);
	if (!buffer)
		return STATUS_NO_MEMORY;
	enum status status = target_read_maps(target, false, &maps, NULL);
	if (status)
		return status;
	struct reading reading = {
		.target = target, .buffer = buffer, .visit = visit, .context = context};
	const struct map *before = NULL;
	for (size_t i = 0; i < maps->count; i++) {
		const struct map *map = &maps->items[i];
		bool is_own = !strcmp(map->path, path);
		bool is_bss = before && before->end == map->start && !*map->path;
		before = is_own ? map : NULL;
		if (map->writable && (is_own || is_bss) && !read_map(&reading, map))
			break;
	}
	return STATUS_OK;
}

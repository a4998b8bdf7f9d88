// SPDX-License-Identifier: MIT
// The text of /proc/PID/maps and smaps: whatever it is, the result is in order.
#include "base/guard.h"
#include "fuzz.h"
#include "target/maps.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(maps_destroyp) struct maps *maps = NULL;
	if (maps_parse((const char *)data, size, &maps, NULL))
		return 0;
	addr_t end = 0;
	for (size_t i = 0; i < maps->count; i++) {
		const struct map *map = &maps->items[i];
		if (map->start < end || map->end <= map->start || strlen(map->path) > size ||
			maps_find(maps, map->start) != map)
			abort();
		end = map->end;
		(void)map_is_heap(map);
	}
	return 0;
}

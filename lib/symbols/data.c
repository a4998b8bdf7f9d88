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
	WORD = 8,
	VERSION_MAJOR = 3,
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

// --- An interpreter without symbols ----------------------------------------------------------------

struct landmark_search {
	const struct target *target;
	struct landmarks found;
};

static uint64_t word_at(const char *bytes)
{
	uint64_t word;
	memcpy(&word, bytes, sizeof(word));
	return word;
}

// The cookie of _Py_DebugOffsets, and PY_VERSION_HEX behind it.
static bool is_runtime(const char *bytes)
{
	return !memcmp(bytes, "xdebugpy", WORD) && word_at(bytes + WORD) >> 24 == VERSION_MAJOR;
}

// With a header that is longer by extra.
static bool is_type(const struct landmark_search *search, addr_t addr, const char *bytes, uint32_t extra)
{
	char name[sizeof("type")];
	return word_at(bytes + extra + HEADER_TYPE) == addr &&
	       !target_read(search->target, word_at(bytes + extra + HEADER_NAME), name,
		       sizeof(name)) &&
	       !memcmp(name, "type", sizeof(name));
}

static bool search_chunk(void *context, addr_t addr, const char *bytes, size_t size)
{
	struct landmark_search *search = context;
	for (size_t i = 0; i + HEADER_EXTRA + HEADER_NAME + WORD <= size; i += WORD) {
		if (!search->found.runtime && is_runtime(bytes + i))
			search->found.runtime = addr + i;
		if (!search->found.type && (is_type(search, addr + i, bytes + i, 0) ||
						   is_type(search, addr + i, bytes + i, HEADER_EXTRA)))
			search->found.type = addr + i;
	}
	return true;
}

enum status data_find_landmarks(
	const struct target *target, const char *path, struct landmarks *ret)
{
	struct landmark_search search = {.target = target};
	enum status status = data_read(target, path, search_chunk, &search);
	if (!status)
		*ret = search.found;
	return status;
}

enum status data_read_header_extra(const struct target *target, addr_t type, uint32_t *ret)
{
	static const uint32_t extras[] = {0, HEADER_EXTRA};
	for (size_t i = 0; i < sizeof(extras) / sizeof(extras[0]); i++) {
		uint64_t found = 0;
		enum status status = target_read(
			target, type + extras[i] + HEADER_TYPE, &found, sizeof(found));
		if (status)
			return status;
		if (found == type) {
			*ret = extras[i];
			return STATUS_OK;
		}
	}
	return STATUS_INVALID;
}

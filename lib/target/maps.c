// SPDX-License-Identifier: MIT
#include "target/maps.h"

#include "base/guard.h"
#include "base/vector.h"

#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

// What is left of the text, or of one line of it.
struct cursor {
	const char *at;
	const char *end;
};

// A mapping under construction: paths are offsets until their storage no longer moves.
struct parsed {
	struct map map;
	size_t path;
};

VECTOR(parsed_maps, struct parsed)

struct parser {
	struct parsed_maps items;
	char *paths;
	size_t paths_length;
};

static void parser_deinit(struct parser *parser)
{
	parsed_maps_deinit(&parser->items);
	free(parser->paths);
}

void maps_destroy(struct maps *maps)
{
	if (!maps)
		return;
	free(maps->items);
	free(maps->paths);
	free(maps);
}

static bool cursor_skip(struct cursor *cursor, char c)
{
	if (cursor->at == cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

static void cursor_skip_blanks(struct cursor *cursor)
{
	while (cursor_skip(cursor, ' '))
		;
}

static struct cursor cursor_take_line(struct cursor *text)
{
	struct cursor line = *text;
	const char *newline = memchr(text->at, '\n', (size_t)(text->end - text->at));
	line.end = newline ? newline : text->end;
	text->at = newline ? newline + 1 : text->end;
	return line;
}

// Lower case only, as the kernel writes it: that tells an address from the word "Anonymous".
static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

static bool cursor_take_number(struct cursor *cursor, int base, uint64_t *ret)
{
	const char *start = cursor->at;
	uint64_t value = 0;
	for (; cursor->at < cursor->end && digit_value(*cursor->at) < base; cursor->at++) {
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
			__builtin_add_overflow(value, (uint64_t)digit_value(*cursor->at), &value))
			return false;
	}
	*ret = value;
	return cursor->at > start;
}

static bool cursor_take_permissions(struct cursor *cursor, struct map *map)
{
	if (cursor->end - cursor->at < 4)
		return false;
	map->readable = cursor->at[0] == 'r';
	map->writable = cursor->at[1] == 'w';
	map->executable = cursor->at[2] == 'x';
	map->shared = cursor->at[3] == 's';
	cursor->at += 4;
	return true;
}

// 7f3a12345000-7f3a12346000 rw-p 00001000 fe:01 262283                     /usr/lib/libz.so.1
// The line is left at the path, or at its end where there is none.
static bool line_parse_map(struct cursor *line, struct map *ret)
{
	struct map map = {.path = ""};
	uint64_t major = 0;
	uint64_t minor = 0;
	bool good = cursor_take_number(line, 16, &map.start) && cursor_skip(line, '-') &&
		cursor_take_number(line, 16, &map.end) && cursor_skip(line, ' ') &&
		cursor_take_permissions(line, &map) && cursor_skip(line, ' ') &&
		cursor_take_number(line, 16, &map.offset) && cursor_skip(line, ' ') &&
		cursor_take_number(line, 16, &major) && cursor_skip(line, ':') &&
		cursor_take_number(line, 16, &minor) && cursor_skip(line, ' ') &&
		cursor_take_number(line, 10, &map.inode) && map.start < map.end;
	if (!good)
		return false;
	map.device = makedev((unsigned)major, (unsigned)minor);
	cursor_skip_blanks(line);
	*ret = map;
	return true;
}

// The kernel writes a newline in a path as \012 and nothing else so (seq_path() in
// fs/proc/task_mmu.c): a path that really contains "\012" cannot be told from it.
static size_t parser_add_path(struct parser *parser, const struct cursor *line)
{
	size_t start = parser->paths_length;
	for (const char *at = line->at; at < line->end; at++) {
		bool is_newline = line->end - at >= 4 && !memcmp(at, "\\012", 4);
		parser->paths[parser->paths_length++] = is_newline ? '\n' : *at;
		if (is_newline)
			at += 3;
	}
	parser->paths[parser->paths_length++] = '\0';
	return start;
}

// Where smaps says "Rss:   132 kB"; other lines are none of our business.
static void line_parse_size(struct cursor *line, struct map *map)
{
	const struct {
		const char *key;
		uint64_t *value;
	} keys[] = {
		{"Rss:", &map->rss_bytes},
		{"Pss:", &map->pss_bytes},
		{"Private_Clean:", &map->private_bytes},
		{"Private_Dirty:", &map->private_bytes},
		{"Private_Hugetlb:", &map->private_bytes},
		{"Swap:", &map->swap_bytes},
	};
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		size_t length = strlen(keys[i].key);
		if ((size_t)(line->end - line->at) < length || memcmp(line->at, keys[i].key, length))
			continue;
		line->at += length;
		cursor_skip_blanks(line);
		uint64_t kilobytes;
		uint64_t bytes;
		if (cursor_take_number(line, 10, &kilobytes) &&
			!__builtin_mul_overflow(kilobytes, UINT64_C(1024), &bytes) &&
			__builtin_add_overflow(*keys[i].value, bytes, keys[i].value))
			*keys[i].value = UINT64_MAX;
		return;
	}
}

// The file is read in pieces while the process runs on: a mapping that grew meanwhile is listed a
// second time, and keeps what it had and the rest. Anything else out of order is not maps.
static enum status parser_add(struct parser *parser, struct map map, const struct cursor *path)
{
	struct parsed *last = parsed_maps_last(&parser->items);
	if (last && map.start < last->map.end) {
		if (map.start < last->map.start)
			return STATUS_INVALID;
		map.start = last->map.end;
		if (map.end <= map.start)
			return STATUS_OK;
	}
	return parsed_maps_add(&parser->items, (struct parsed){
		.map = map,
		.path = parser_add_path(parser, path),
	});
}

static enum status parser_add_line(struct parser *parser, struct cursor line)
{
	if (line.at < line.end && digit_value(*line.at) == 16) {
		struct parsed *last = parsed_maps_last(&parser->items);
		if (!last)
			return STATUS_INVALID;
		line_parse_size(&line, &last->map);
		return STATUS_OK;
	}
	struct map map;
	if (!line_parse_map(&line, &map))
		return STATUS_INVALID;
	return parser_add(parser, map, &line);
}

static enum status parser_finish(struct parser *parser, struct maps **ret)
{
	struct maps *maps = calloc(1, sizeof(*maps));
	struct map *items = calloc(parser->items.count + 1, sizeof(*items));
	if (!maps || !items) {
		free(maps);
		free(items);
		return STATUS_NO_MEMORY;
	}
	maps->items = items;
	maps->count = parser->items.count;
	maps->paths = take_ptr(parser->paths);
	const struct parsed *parsed = parser->items.items;
	for (size_t i = 0; i < maps->count; i++) {
		items[i] = parsed[i].map;
		items[i].path = maps->paths + parsed[i].path;
	}
	*ret = maps;
	return STATUS_OK;
}

enum status maps_parse(const char *text, size_t length, struct maps **ret, struct error *err)
{
	AUTO(parser_deinit) struct parser parser = {0};
	// A path is shorter than its line and takes the place of at least the newline.
	parser.paths = malloc(length + 1);
	if (!parser.paths)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the table of mappings");

	enum status status = STATUS_OK;
	struct cursor rest = {.at = text, .end = text + length};
	while (!status && rest.at < rest.end)
		status = parser_add_line(&parser, cursor_take_line(&rest));
	if (!status)
		status = parser_finish(&parser, ret);
	if (status == STATUS_INVALID)
		return error_set(err, status, "the list of mappings makes no sense at byte %zu",
			(size_t)(rest.at - text));
	if (status)
		return error_set(err, status, "cannot allocate the table of mappings");
	return STATUS_OK;
}

const struct map *maps_find(const struct maps *maps, addr_t addr)
{
	size_t low = 0;
	size_t high = maps->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (maps->items[middle].end > addr)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == maps->count || maps->items[low].start > addr)
		return NULL;
	return &maps->items[low];
}

static bool path_begins(const struct map *map, const char *prefix)
{
	return !strncmp(map->path, prefix, strlen(prefix));
}

// Told by the name alone, since maps are read while the process stands still: to look at the file
// would be to ask its file system, which the process itself may serve. File systems for ordinary
// files are mounted below /dev at these places.
static bool is_device(const struct map *map)
{
	return path_begins(map, "/dev/") && !path_begins(map, "/dev/shm/") &&
		!path_begins(map, "/dev/hugepages/");
}

bool map_is_heap(const struct map *map)
{
	static const char *const excluded[] = {"[vvar", "[vsyscall]", "[uprobes]"};
	if (map->has_objects)
		return true;
	if (!map->readable || !map->writable || map->shared || is_device(map))
		return false;
	for (size_t i = 0; i < sizeof(excluded) / sizeof(*excluded); i++)
		if (path_begins(map, excluded[i]))
			return false;
	return true;
}

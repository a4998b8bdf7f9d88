// SPDX-License-Identifier: MIT
#include "interp/static_data.h"

#include "base/guard.h"
#include "base/path.h"
#include "base/text.h"
#include "base/vector.h"
#include "target/capture.h"
#include "target/maps.h"

#include <elf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { HEADERS_MAX = 64, PAGE = 4096 };

VECTOR(static_ranges, struct static_range)

static void ranges_release(struct static_ranges *ranges)
{
	vector_for_each(range, ranges)
		free(range->name);
	static_ranges_deinit(ranges);
}

void static_data_deinit(struct static_data *data)
{
	struct static_ranges ranges = {.items = data->ranges, .count = data->count};
	ranges_release(&ranges);
	*data = (struct static_data){0};
}

static char *file_name(const char *path)
{
	const char *name = path_base(path);
	AUTO(text_deinit) struct text text = {0};
	text_add_foreign(&text, name, strlen(name));
	return text_take(&text);
}

static enum status add_range(
	struct static_ranges *ranges, const struct map *map, addr_t start, uint64_t size)
{
	addr_t end;
	if (__builtin_add_overflow(start, size, &end) || start < map->start)
		return STATUS_OK; // not plausible: skip this range
	AUTO(freep) char *name = file_name(map->path);
	if (!name || static_ranges_add(ranges, (struct static_range){start, end, name}))
		return STATUS_NO_MEMORY;
	take_ptr(name);
	return STATUS_OK;
}

// Reads the program headers of a mapped file. They are in its first page, which is not written to
// once the program runs. False: this is no ELF file that we know.
static bool read_headers(const struct capture *capture, addr_t start, Elf64_Phdr *headers,
	unsigned *ret_count)
{
	Elf64_Ehdr header;
	if (capture_read(capture, start, &header, sizeof(header)) ||
		memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
		header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_phnum > HEADERS_MAX ||
		header.e_phentsize != sizeof(*headers) || header.e_phoff > PAGE)
		return false;
	*ret_count = header.e_phnum;
	return !capture_read(capture, start + header.e_phoff, headers,
		header.e_phnum * sizeof(*headers));
}

static enum status add_file(
	const struct capture *capture, const struct map *map, struct static_ranges *ranges)
{
	Elf64_Phdr headers[HEADERS_MAX];
	unsigned count;
	if (!read_headers(capture, map->start, headers, &count))
		return STATUS_OK;
	bool has_bias = false;
	uint64_t bias = 0;
	for (unsigned i = 0; i < count && !has_bias; i++) {
		// map shows the segment that contains the beginning of the file.
		has_bias = headers[i].p_type == PT_LOAD && headers[i].p_offset < PAGE;
		bias = map->start - (headers[i].p_vaddr - headers[i].p_offset);
	}
	enum status status = STATUS_OK;
	for (unsigned i = 0; i < count && has_bias && !status; i++) {
		if (headers[i].p_type == PT_LOAD && headers[i].p_flags & PF_W)
			status = add_range(
				ranges, map, headers[i].p_vaddr + bias, headers[i].p_memsz);
	}
	return status;
}

bool static_data_has(const struct static_data *data, addr_t address)
{
	size_t low = 0, high = data->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (address < data->ranges[middle].start)
			high = middle;
		else if (address >= data->ranges[middle].end)
			low = middle + 1;
		else
			return true;
	}
	return false;
}

enum status static_data_read(const struct capture *capture, struct static_data *ret)
{
	const struct maps *maps = capture->maps;
	enum status status = STATUS_OK;
	AUTO(ranges_release) struct static_ranges ranges = {0};
	for (size_t i = 0; !status && maps && i < maps->count; i++) {
		const struct map *map = &maps->items[i];
		if (map->inode && !map->offset && map->readable && !map->shared)
			status = add_file(capture, map, &ranges);
	}
	if (status)
		return status;
	ret->ranges = static_ranges_take_items(&ranges, &ret->count);
	return STATUS_OK;
}

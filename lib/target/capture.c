// SPDX-License-Identifier: MIT
#include "target/capture.h"

#include "base/guard.h"
#include "target/image.h"
#include "target/maps.h"

#include <stdlib.h>
#include <string.h>

enum status capture_create(struct capture **ret, struct error *err)
{
	AUTO(capture_destroyp) struct capture *capture = calloc(1, sizeof(*capture));
	if (!capture)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a capture");
	enum status status = image_create(&capture->image, err);
	if (status)
		return status;
	*ret = take_ptr(capture);
	return STATUS_OK;
}

void capture_destroy(struct capture *capture)
{
	if (!capture)
		return;
	image_destroy(capture->image);
	constants_deinit(&capture->constants);
	maps_destroy(capture->maps);
	free(capture->threads);
	free(capture);
}

bool capture_has_constant(const struct capture *capture, addr_t addr)
{
	vector_for_each (map, &capture->constants.maps)
		if (addr >= map->start && addr < map->end)
			return true;
	return false;
}

// At most size bytes, up to the end of a page of the target: the image has whole pages.
static size_t piece_size(addr_t addr, size_t size)
{
	size_t to_page_end = IMAGE_PAGE_SIZE - (size_t)(addr % IMAGE_PAGE_SIZE);
	return size < to_page_end ? size : to_page_end;
}

static const void *piece_at(const struct capture *capture, addr_t addr, size_t size)
{
	const void *bytes = image_at(capture->image, addr, size);
	return bytes ? bytes : constants_at(&capture->constants, addr, size);
}

enum status capture_read(const struct capture *capture, addr_t addr, void *buffer, size_t size)
{
	for (size_t done = 0; done < size;) {
		size_t piece = piece_size(addr + done, size - done);
		const void *bytes = piece_at(capture, addr + done, piece);
		if (!bytes)
			return STATUS_UNREADABLE;
		memcpy((char *)buffer + done, bytes, piece);
		done += piece;
	}
	return STATUS_OK;
}

enum status capture_read_string(
	const struct capture *capture, addr_t addr, size_t limit, char **ret)
{
	AUTO(freep) char *string = malloc(limit + 1);
	if (!string)
		return STATUS_NO_MEMORY;
	size_t length = 0;
	while (length < limit) {
		size_t piece = piece_size(addr + length, limit - length);
		const char *bytes = piece_at(capture, addr + length, piece);
		if (!bytes)
			return STATUS_UNREADABLE;
		size_t part = strnlen(bytes, piece);
		memcpy(string + length, bytes, part);
		length += part;
		if (part < piece)
			break;
	}
	string[length] = '\0';
	char *fitted = realloc(string, length + 1);
	if (fitted)
		string = fitted;
	*ret = take_ptr(string);
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
// A target made of literal bytes, for tests.
#include "target/target.h"

#include "base/guard.h"
#include "target/capture.h"
#include "target/image.h"
#include "target/maps.h"
#include "target/source.h"

#include <stdlib.h>
#include <string.h>

struct bytes {
	struct target target;
	struct image *image;
};

static const struct image *image_of(const struct target *target)
{
	return ((const struct bytes *)target)->image;
}

static void bytes_close(struct target *target)
{
	struct bytes *bytes = (struct bytes *)target;
	image_destroy(bytes->image);
	free(bytes);
}

static enum status bytes_check(const struct target *target, struct error *err)
{
	(void)target;
	(void)err;
	return STATUS_OK;
}

static size_t count_ranges(const struct image *image)
{
	size_t count = 0;
	addr_t start, end;
	for (addr_t at = 0; image_next_range(image, at, &start, &end); at = end)
		count++;
	return count;
}

// One mapping for each range of bytes.
static enum status bytes_read_maps(
	const struct target *target, bool with_sizes, struct maps **ret, struct error *err)
{
	(void)with_sizes;
	const struct image *image = image_of(target);
	AUTO(maps_destroyp) struct maps *maps = calloc(1, sizeof(*maps));
	if (maps)
		maps->items = calloc(count_ranges(image) + 1, sizeof(*maps->items));
	if (!maps || !maps->items)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate mappings");
	addr_t start, end;
	for (addr_t at = 0; image_next_range(image, at, &start, &end); at = end)
		maps->items[maps->count++] = (struct map){
			.start = start,
			.end = end,
			.readable = true,
			.writable = true,
			.path = "",
			.rss_bytes = end - start,
		};
	*ret = take_ptr(maps);
	return STATUS_OK;
}

static enum status bytes_read(
	const struct target *target, addr_t addr, void *buffer, size_t size)
{
	const void *bytes = image_at(image_of(target), addr, size);
	if (!bytes)
		return STATUS_UNREADABLE;
	memcpy(buffer, bytes, size);
	return STATUS_OK;
}

static enum status bytes_open_file(
	const struct target *target, const struct map *map, int *ret_fd, struct error *err)
{
	(void)target;
	(void)map;
	(void)ret_fd;
	return error_set(err, STATUS_NOT_FOUND, "a target made of bytes has no files");
}

static enum status bytes_open_root(const struct target *target, struct root *ret, struct error *err)
{
	(void)target;
	(void)ret;
	return error_set(err, STATUS_NOT_FOUND, "a target made of bytes has no files");
}

// There is nothing to stop.
static enum status bytes_capture(struct target *target, struct capture *capture,
	const struct copy_options *options, struct error *err)
{
	(void)options;
	const struct image *from = image_of(target);
	addr_t start, end;
	image_clear(capture->image);
	capture->usage = (struct memory_usage){0};
	capture->thread_count = 0;
	capture->report = (struct copy_report){.attempts = 1, .consistent = true};
	for (addr_t at = 0; image_next_range(from, at, &start, &end); at = end) {
		enum status status = image_reserve(capture->image, start, end, true, err);
		if (status)
			return status;
		memcpy(image_destination(capture->image, start), image_destination(from, start),
			end - start);
		if (image_mark(capture->image, start, end))
			return error_set(err, STATUS_NO_MEMORY, "cannot note what was copied");
		capture->report.copied_bytes += end - start;
	}
	maps_destroy(take_ptr(capture->maps));
	return bytes_read_maps(target, false, &capture->maps, err);
}

static const struct source_ops bytes_ops = {
	.close = bytes_close,
	.check = bytes_check,
	.read_maps = bytes_read_maps,
	.read = bytes_read,
	.open_file = bytes_open_file,
	.open_root = bytes_open_root,
	.capture = bytes_capture,
};

enum status target_from_image(struct image *take, struct target **ret, struct error *err)
{
	struct bytes *bytes = calloc(1, sizeof(*bytes));
	if (!bytes) {
		image_destroy(take);
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a target");
	}
	bytes->target.ops = &bytes_ops;
	bytes->image = take;
	AUTO(target_closep) struct target *target = &bytes->target;
	target->exe = strdup("");
	target->command_line = strdup("");
	if (!target->exe || !target->command_line)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a target");
	*ret = take_ptr(target);
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "target/target.h"

#include "base/guard.h"
#include "target/image.h"
#include "target/source.h"

#include <stdlib.h>
#include <string.h>

void target_close(struct target *target)
{
	if (!target)
		return;
	free(target->exe);
	free(target->command_line);
	target->ops->close(target);
}

pid_t target_pid(const struct target *target)
{
	return target->pid;
}

uint64_t target_start_time(const struct target *target)
{
	return target->start_time;
}

const char *target_exe(const struct target *target)
{
	return target->exe;
}

const char *target_command_line(const struct target *target)
{
	return target->command_line;
}

enum status target_check(const struct target *target, struct error *err)
{
	return target->ops->check(target, err);
}

enum status target_read_maps(
	const struct target *target, bool with_sizes, struct maps **ret, struct error *err)
{
	return target->ops->read_maps(target, with_sizes, ret, err);
}

enum status target_open_file(
	const struct target *target, const struct map *map, int *ret_fd, struct error *err)
{
	return target->ops->open_file(target, map, ret_fd, err);
}

enum status target_open_root(const struct target *target, struct root *ret, struct error *err)
{
	return target->ops->open_root(target, ret, err);
}

enum status target_read(const struct target *target, addr_t addr, void *buffer, size_t size)
{
	return size ? target->ops->read(target, addr, buffer, size) : STATUS_OK;
}

// At most size bytes, up to the end of a page of the target: a string may be at the end of its
// mapping.
static size_t piece_size(addr_t addr, size_t size)
{
	size_t to_page_end = IMAGE_PAGE_SIZE - (size_t)(addr % IMAGE_PAGE_SIZE);
	return size < to_page_end ? size : to_page_end;
}

enum status target_read_string(
	const struct target *target, addr_t addr, size_t limit, char **ret)
{
	AUTO(freep) char *string = malloc(limit + 1);
	if (!string)
		return STATUS_NO_MEMORY;
	size_t length = 0;
	while (length < limit) {
		size_t piece = piece_size(addr + length, limit - length);
		enum status status = target_read(target, addr + length, string + length, piece);
		if (status)
			return status;
		size_t part = strnlen(string + length, piece);
		length += part;
		if (part < piece)
			break;
	}
	string[length] = '\0';
	*ret = take_ptr(string);
	return STATUS_OK;
}

enum status target_capture(struct target *target, struct capture *capture,
	const struct copy_options *options, struct error *err)
{
	return target->ops->capture(target, capture, options, err);
}

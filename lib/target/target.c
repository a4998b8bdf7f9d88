// SPDX-License-Identifier: MIT
#include "target/target.h"

#include "base/guard.h"
#include "target/capture.h"
#include "target/live/live.h"
#include "target/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

void target_close(struct target *target)
{
	if (!target)
		return;
	if (target->proc_fd >= 0)
		close(target->proc_fd);
	if (target->pid_fd >= 0)
		close(target->pid_fd);
	free(target->exe);
	free(target->command_line);
	image_destroy(target->image);
	free(target);
}

static struct target *target_allocate(void)
{
	struct target *target = calloc(1, sizeof(*target));
	if (!target)
		return NULL;
	target->proc_fd = -1;
	target->pid_fd = -1;
	return target;
}

// Kernel threads and processes of others do not tell their exe, which is no reason to refuse them.
static enum status read_exe(struct target *target)
{
	enum status status = proc_read_link(target->proc_fd, "exe", &target->exe);
	if (status != STATUS_PERMISSION && status != STATUS_NOT_FOUND)
		return status;
	target->exe = strdup("");
	return target->exe ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status read_command_line(struct target *target)
{
	size_t length;
	enum status status = proc_read(target->proc_fd, "cmdline", &target->command_line, &length);
	if (status)
		return status;
	while (length && !target->command_line[length - 1])
		length--;
	for (size_t i = 0; i < length; i++)
		if (!target->command_line[i])
			target->command_line[i] = ' ';
	return STATUS_OK;
}

static enum status describe(struct target *target, struct error *err)
{
	struct proc_stat stat;
	enum status status = proc_read_stat(target->proc_fd, "stat", &stat);
	if (!status && (stat.state == 'Z' || stat.state == 'X'))
		return error_set(err, STATUS_GONE, "process %d has ended (a zombie)",
			(int)target->pid);
	if (!status)
		status = read_exe(target);
	if (!status)
		status = read_command_line(target);
	if (status)
		return error_set(err, status, "cannot read '/proc/%d': %s", (int)target->pid,
			status_text(status));
	target->start_time = stat.start_time;
	target->start_stack = stat.start_stack;
	return STATUS_OK;
}

enum status target_open_pid(pid_t pid, struct target **ret, struct error *err)
{
	AUTO(target_closep) struct target *target = target_allocate();
	if (!target)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a target");
	target->pid = pid;
	enum status status = proc_open(pid, &target->proc_fd, err);
	if (status)
		return status;
	// Before anything is read: what was read then belongs to the process behind pid_fd.
	target->pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	status = describe(target, err);
	if (status)
		return status;
	*ret = take_ptr(target);
	return STATUS_OK;
}

enum status target_from_image(struct image *take, struct target **ret, struct error *err)
{
	AUTO(target_closep) struct target *target = target_allocate();
	if (!target) {
		image_destroy(take);
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a target");
	}
	target->image = take;
	target->exe = strdup("");
	target->command_line = strdup("");
	if (!target->exe || !target->command_line)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a target");
	*ret = take_ptr(target);
	return STATUS_OK;
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

static bool pid_fd_has_ended(int pid_fd)
{
	struct pollfd poll_fd = {.fd = pid_fd, .events = POLLIN};
	return pid_fd >= 0 && poll(&poll_fd, 1, 0) > 0;
}

enum status target_check(const struct target *target, struct error *err)
{
	if (target->image)
		return STATUS_OK;
	struct proc_stat stat;
	enum status status = proc_read_stat(target->proc_fd, "stat", &stat);
	bool has_ended = status == STATUS_GONE || status == STATUS_NOT_FOUND ||
		pid_fd_has_ended(target->pid_fd);
	if (!has_ended && status)
		return error_set(err, status, "cannot read '/proc/%d/stat': %s", (int)target->pid,
			status_text(status));
	if (has_ended || stat.is_exiting || stat.state == 'Z' || stat.state == 'X')
		return error_set(err, STATUS_GONE, "process %d has ended", (int)target->pid);
	if (stat.start_time != target->start_time)
		return error_set(err, STATUS_GONE, "process %d has ended, another one has its pid",
			(int)target->pid);
	// An exec keeps pid and start time, and replaces everything that we know of the process.
	if (target->start_stack && stat.start_stack && stat.start_stack != target->start_stack)
		return error_set(err, STATUS_GONE, "process %d runs another program now",
			(int)target->pid);
	return STATUS_OK;
}

// A target made of bytes has one mapping for each range of them.
static enum status image_read_maps(const struct image *image, struct maps **ret)
{
	AUTO(maps_destroyp) struct maps *maps = calloc(1, sizeof(*maps));
	struct array items = {0};
	enum status status = maps ? STATUS_OK : STATUS_NO_MEMORY;
	addr_t start;
	addr_t end;
	for (addr_t at = 0; !status && image_next_range(image, at, &start, &end); at = end) {
		void *added;
		status = array_add(&items, sizeof(struct map), &added);
		if (!status)
			*(struct map *)added = (struct map){
				.start = start,
				.end = end,
				.readable = true,
				.writable = true,
				.path = "",
				.rss_bytes = end - start,
			};
	}
	if (status) {
		array_deinit(&items);
		return status;
	}
	maps->items = items.items;
	maps->count = items.count;
	*ret = take_ptr(maps);
	return STATUS_OK;
}

// Without memory are kernel threads, and processes on their way to a zombie.
static enum status explain_no_memory(const struct target *target, struct error *err)
{
	struct proc_stat stat;
	if (!proc_read_stat(target->proc_fd, "stat", &stat) && stat.is_kernel_thread)
		return error_set(err, STATUS_NOT_PYTHON, "process %d is a kernel thread",
			(int)target->pid);
	return error_set(err, STATUS_GONE, "process %d has ended", (int)target->pid);
}

enum status target_read_maps(
	const struct target *target, bool with_sizes, struct maps **ret, struct error *err)
{
	if (target->image) {
		enum status status = image_read_maps(target->image, ret);
		return status ? error_set(err, status, "cannot allocate mappings") : STATUS_OK;
	}
	const char *name = with_sizes ? "smaps" : "maps";
	AUTO(freep) char *text = NULL;
	size_t length;
	enum status status = proc_read(target->proc_fd, name, &text, &length);
	if (status == STATUS_NOT_FOUND)
		status = STATUS_GONE;
	if (status)
		return error_set(err, status, "cannot read '/proc/%d/%s': %s", (int)target->pid, name,
			status_text(status));
	if (!length)
		return explain_no_memory(target, err);
	return maps_parse(text, length, ret, err);
}

bool live_wants_mem(int number)
{
	return number == ENOSYS || number == EPERM;
}

size_t live_read(pid_t pid, int mem_fd, addr_t addr, void *buffer, size_t size)
{
	size_t done = 0;
	while (done < size) {
		struct iovec local = {.iov_base = (char *)buffer + done, .iov_len = size - done};
		struct iovec remote = {
			.iov_base = (void *)(uintptr_t)(addr + done),
			.iov_len = size - done,
		};
		ssize_t got = mem_fd >= 0
			? pread(mem_fd, local.iov_base, local.iov_len, (off_t)(addr + done))
			: process_vm_readv(pid, &local, 1, &remote, 1, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			// The end of /proc/PID/mem: the process has no memory any more.
			errno = got ? errno : ESRCH;
			break;
		}
		done += (size_t)got;
	}
	return done;
}

static enum status read_status(int number)
{
	switch (number) {
	case ESRCH:
		return STATUS_GONE;
	case EPERM:
	case EACCES:
		return STATUS_PERMISSION;
	default:
		return STATUS_UNREADABLE;
	}
}

// Reads what can be had; STATUS_OK where that is at least one byte.
static enum status read_some(
	const struct target *target, addr_t addr, void *buffer, size_t size, size_t *ret)
{
	// The kernel takes addresses as pointers and offsets of files: neither may wrap.
	if (addr > INT64_MAX || size > INT64_MAX - addr)
		return STATUS_UNREADABLE;
	size_t got = live_read(target->pid, -1, addr, buffer, size);
	if (!got && size && live_wants_mem(errno)) {
		AUTO(closep) int mem_fd = openat(target->proc_fd, "mem", O_RDONLY | O_CLOEXEC);
		if (mem_fd < 0)
			return read_status(errno);
		got = live_read(target->pid, mem_fd, addr, buffer, size);
	}
	if (!got && size)
		return read_status(errno);
	*ret = got;
	return STATUS_OK;
}

enum status target_read(const struct target *target, addr_t addr, void *buffer, size_t size)
{
	if (!size)
		return STATUS_OK;
	if (target->image) {
		const void *bytes = image_at(target->image, addr, size);
		if (!bytes)
			return STATUS_UNREADABLE;
		memcpy(buffer, bytes, size);
		return STATUS_OK;
	}
	size_t got;
	enum status status = read_some(target, addr, buffer, size, &got);
	if (status)
		return status;
	return got == size ? STATUS_OK : STATUS_UNREADABLE;
}

// At most size bytes, up to the next page of the target: a string may end where its mapping does.
static size_t piece_size(addr_t addr, size_t size)
{
	size_t to_page_end = IMAGE_PAGE_SIZE - (size_t)(addr % IMAGE_PAGE_SIZE);
	return size < to_page_end ? size : to_page_end;
}

enum status target_read_string(
	const struct target *target, addr_t addr, size_t limit, char **ret)
{
	struct array bytes = {0};
	size_t length = 0;
	enum status status = array_reserve(&bytes, 1, 1);
	while (!status && length < limit) {
		size_t piece = piece_size(addr + length, limit - length);
		status = array_reserve(&bytes, 1, length + piece + 1);
		if (!status)
			status = target_read(target, addr + length, (char *)bytes.items + length, piece);
		if (status)
			break;
		size_t part = strnlen((char *)bytes.items + length, piece);
		length += part;
		if (part < piece)
			break;
	}
	if (status) {
		array_deinit(&bytes);
		return status;
	}
	((char *)bytes.items)[length] = '\0';
	*ret = bytes.items;
	return STATUS_OK;
}

// A target made of bytes stands still by nature, and all it has is its image.
static enum status copy_literal(const struct target *target, struct capture *capture, struct error *err)
{
	const struct image *from = target->image;
	addr_t start;
	addr_t end;
	image_clear(capture->image);
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
	return target_read_maps(target, false, &capture->maps, err);
}

enum status target_capture(struct target *target, struct capture *capture,
	const struct copy_options *options, struct error *err)
{
	return target->image ? copy_literal(target, capture, err)
			     : live_capture(target, capture, options, err);
}

// SPDX-License-Identifier: MIT
#include "target/live/live.h"

#include "base/guard.h"
#include "target/maps.h"
#include "target/proc.h"
#include "target/target.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static void live_close(struct target *target)
{
	struct live *live = live_of(target);
	closep(&live->proc_fd);
	closep(&live->living_fd);
	closep(&live->pid_fd);
	free(live);
}

// Kernel threads and processes of others do not tell their exe, which is no reason to refuse them.
static enum status read_exe(struct live *live)
{
	enum status status = proc_read_link(live->living_fd, "exe", &live->target.exe);
	if (status != STATUS_PERMISSION && status != STATUS_NOT_FOUND)
		return status;
	live->target.exe = strdup("");
	return live->target.exe ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status read_command_line(struct live *live)
{
	size_t length;
	enum status status = proc_read(live->living_fd, "cmdline", &live->target.command_line, &length);
	if (status)
		return status;
	while (length && !live->target.command_line[length - 1])
		length--;
	for (size_t i = 0; i < length; i++)
		if (!live->target.command_line[i])
			live->target.command_line[i] = ' ';
	return STATUS_OK;
}

static enum status describe(struct live *live, struct error *err)
{
	struct proc_stat leader = {0}, stat = {0};
	enum status status = proc_read_stat(live->proc_fd, "stat", &leader);
	if (!status)
		status = proc_read_stat(live->living_fd, "stat", &stat);
	if (!status && (stat.state == 'Z' || stat.state == 'X'))
		return error_set(err, STATUS_GONE, "process %d has ended (a zombie)",
			(int)live->target.pid);
	if (!status)
		status = read_exe(live);
	if (!status)
		status = read_command_line(live);
	// A thread that calls exec takes the place of the first one, and for a moment neither is there.
	if (status == STATUS_NOT_FOUND)
		return error_set(err, STATUS_GONE, "process %d has ended, or begins another program",
			(int)live->target.pid);
	if (status)
		return error_set(err, status, "cannot read '/proc/%d': %s", (int)live->target.pid,
			status_text(status));
	live->target.start_time = leader.start_time;
	live->start_stack = stat.start_stack;
	return STATUS_OK;
}

static bool pid_fd_has_ended(int pid_fd)
{
	struct pollfd poll_fd = {.fd = pid_fd, .events = POLLIN};
	return pid_fd >= 0 && poll(&poll_fd, 1, 0) > 0;
}

static enum status live_check(const struct target *target, struct error *err)
{
	const struct live *live = live_of_const(target);
	struct proc_stat leader = {0}, stat = {0};
	enum status status = proc_read_stat(live->proc_fd, "stat", &leader);
	if (!status)
		status = proc_read_stat(live->living_fd, "stat", &stat);
	bool has_ended = status == STATUS_GONE || status == STATUS_NOT_FOUND ||
		pid_fd_has_ended(live->pid_fd);
	if (!has_ended && status)
		return error_set(err, status, "cannot read '/proc/%d/stat': %s", (int)target->pid,
			status_text(status));
	if (has_ended || stat.is_exiting || stat.state == 'Z' || stat.state == 'X')
		return error_set(err, STATUS_GONE, "process %d has ended", (int)target->pid);
	if (leader.start_time != target->start_time)
		return error_set(err, STATUS_GONE, "process %d has ended, another one has its pid",
			(int)target->pid);
	// An exec keeps pid and start time, and replaces everything that we know of the process.
	if (live->start_stack && stat.start_stack && stat.start_stack != live->start_stack)
		return error_set(err, STATUS_GONE, "process %d runs another program now",
			(int)target->pid);
	return STATUS_OK;
}

// Without memory are kernel threads, and processes on their way to a zombie.
static enum status explain_no_memory(const struct live *live, struct error *err)
{
	struct proc_stat stat;
	if (!proc_read_stat(live->living_fd, "stat", &stat) && stat.is_kernel_thread)
		return error_set(err, STATUS_NOT_PYTHON, "process %d is a kernel thread",
			(int)live->target.pid);
	return error_set(err, STATUS_GONE, "process %d has ended", (int)live->target.pid);
}

static enum status live_read_maps(
	const struct target *target, bool with_sizes, struct maps **ret, struct error *err)
{
	const struct live *live = live_of_const(target);
	const char *name = with_sizes ? "smaps" : "maps";
	AUTO(freep) char *text = NULL;
	size_t length;
	enum status status = proc_read(live->living_fd, name, &text, &length);
	if (status == STATUS_NOT_FOUND)
		status = STATUS_GONE;
	if (status)
		return error_set(err, status, "cannot read '/proc/%d/%s': %s", (int)target->pid, name,
			status_text(status));
	if (!length)
		return explain_no_memory(live, err);
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
	const struct live *live, addr_t addr, void *buffer, size_t size, size_t *ret)
{
	// The kernel takes addresses as pointers and offsets of files: neither may wrap.
	if (addr > INT64_MAX || size > INT64_MAX - addr)
		return STATUS_UNREADABLE;
	size_t got = live_read(live->living, -1, addr, buffer, size);
	if (!got && size && live_wants_mem(errno)) {
		AUTO(closep) int mem_fd = openat(live->living_fd, "mem", O_RDONLY | O_CLOEXEC);
		if (mem_fd < 0)
			return read_status(errno);
		got = live_read(live->living, mem_fd, addr, buffer, size);
	}
	if (!got && size)
		return read_status(errno);
	*ret = got;
	return STATUS_OK;
}

static enum status live_read_all(
	const struct target *target, addr_t addr, void *buffer, size_t size)
{
	size_t got;
	enum status status = read_some(live_of_const(target), addr, buffer, size, &got);
	if (status)
		return status;
	return got == size ? STATUS_OK : STATUS_UNREADABLE;
}

static const struct source_ops live_ops = {
	.close = live_close,
	.check = live_check,
	.read_maps = live_read_maps,
	.read = live_read_all,
	.open_file = live_open_file,
	.open_root = live_open_root,
	.capture = live_capture,
};

enum status target_open_pid(pid_t pid, struct target **ret, struct error *err)
{
	struct live *live = calloc(1, sizeof(*live));
	if (!live)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a target");
	*live = (struct live){
		.target = {.ops = &live_ops, .pid = pid},
		.proc_fd = -1,
		.living_fd = -1,
		.pid_fd = -1,
	};
	AUTO(target_closep) struct target *target = &live->target;
	enum status status = proc_open(pid, &live->proc_fd, err);
	if (status)
		return status;
	// Before anything is read: what was read then belongs to the process behind pid_fd.
	live->pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	status = proc_open_living(pid, &live->living_fd, &live->living, err);
	if (!status)
		status = describe(live, err);
	if (status)
		return status;
	*ret = take_ptr(target);
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "target/proc.h"

#include "base/guard.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Several times the size of smaps for the 65530 mappings that a process may have.
static const size_t file_limit = (size_t)1 << 29;

enum status proc_status(int number)
{
	switch (number) {
	case ESRCH:
		return STATUS_GONE;
	case EACCES:
	case EPERM:
		return STATUS_PERMISSION;
	case ENOENT:
		return STATUS_NOT_FOUND;
	case ENOMEM:
		return STATUS_NO_MEMORY;
	default:
		return STATUS_FAILED;
	}
}

enum status proc_open(pid_t pid, int *ret_fd, struct error *err)
{
	char path[32];
	// No process has such a number, and kill() would treat it as a process group.
	if (pid <= 0)
		return error_set(err, STATUS_GONE, "no process %d", (int)pid);
	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		*ret_fd = fd;
		return STATUS_OK;
	}
	if (errno != ENOENT && errno != ESRCH)
		return error_set_errno(err, proc_status(errno), errno, "cannot open '%s'", path);
	if (access("/proc/self", F_OK))
		return error_set(err, STATUS_FAILED, "cannot read '/proc': is it mounted?");
	if (!kill(pid, 0) || errno == EPERM)
		return error_set(err, STATUS_PERMISSION,
			"process %d is hidden from us: '/proc' is mounted with hidepid, run as root",
			(int)pid);
	return error_set(err, STATUS_GONE, "no process %d", (int)pid);
}

// Doubles the buffer, since files of /proc do not tell their size.
static bool buffer_grow(char **buffer, size_t *capacity)
{
	size_t wanted = *capacity ? *capacity * 2 : 8192;
	char *bytes = wanted <= file_limit ? realloc(*buffer, wanted) : NULL;
	if (!bytes) {
		errno = ENOMEM;
		return false;
	}
	*buffer = bytes;
	*capacity = wanted;
	return true;
}

enum status proc_read(int fd, const char *name, char **ret, size_t *ret_length)
{
	AUTO(closep) int file = openat(fd, name, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return proc_status(errno);
	AUTO(freep) char *buffer = NULL;
	size_t capacity = 0;
	size_t length = 0;
	for (;;) {
		if (length + 1 >= capacity && !buffer_grow(&buffer, &capacity))
			return STATUS_NO_MEMORY;
		ssize_t got = read(file, buffer + length, capacity - length - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return proc_status(errno);
		if (!got)
			break;
		length += (size_t)got;
	}
	buffer[length] = '\0';
	*ret = take_ptr(buffer);
	*ret_length = length;
	return STATUS_OK;
}

enum status proc_read_link(int fd, const char *name, char **ret)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(fd, name, target, sizeof(target) - 1);
	if (length < 0)
		return proc_status(errno);
	target[length] = '\0';
	char *copy = strdup(target);
	if (!copy)
		return STATUS_NO_MEMORY;
	*ret = copy;
	return STATUS_OK;
}

enum status proc_find_number(const char *text, const char *key, uint64_t *ret)
{
	size_t length = strlen(key);
	const char *line = text;
	while (line && strncmp(line, key, length)) {
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	if (!line)
		return STATUS_NOT_FOUND;
	char *end;
	errno = 0;
	uint64_t value = strtoull(line + length, &end, 10);
	if (errno || end == line + length)
		return STATUS_NOT_FOUND;
	*ret = value;
	return STATUS_OK;
}

bool proc_read_number(int fd, const char *name, const char *key, uint64_t *ret)
{
	AUTO(freep) char *text = NULL;
	size_t length;
	return !proc_read(fd, name, &text, &length) && !proc_find_number(text, key, ret);
}

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static bool has_ended(const struct proc_stat *stat)
{
	return stat->state == 'Z' || stat->state == 'X' || stat->is_exiting;
}

// The directory of a thread that runs; negative where there is none.
static int open_living_task(int proc_fd, pid_t *ret_tid)
{
	int list_fd = openat(proc_fd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(closedirp) DIR *dir = list_fd >= 0 ? fdopendir(list_fd) : NULL;
	if (!dir) {
		closep(&list_fd);
		return -1;
	}
	const struct dirent *entry;
	while ((entry = readdir(dir))) {
		struct proc_stat stat;
		pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);
		int fd = tid > 0 ? openat(list_fd, entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC)
				 : -1;
		if (fd >= 0 && !proc_read_stat(fd, "stat", &stat) && !has_ended(&stat)) {
			*ret_tid = tid;
			return fd;
		}
		closep(&fd);
	}
	return -1;
}

enum status proc_open_living(pid_t pid, int *ret_fd, pid_t *ret_tid, struct error *err)
{
	struct proc_stat stat;
	enum status status = proc_open(pid, ret_fd, err);
	if (status)
		return status;
	*ret_tid = pid;
	if (proc_read_stat(*ret_fd, "stat", &stat) || !has_ended(&stat))
		return STATUS_OK;
	int living = open_living_task(*ret_fd, ret_tid);
	if (living >= 0) {
		close(*ret_fd);
		*ret_fd = living;
	}
	return STATUS_OK;
}

uint64_t proc_memory_device(void)
{
	AUTO(closep) int fd = memfd_create("leaktop", MFD_CLOEXEC);
	struct stat stat;
	return fd >= 0 && !fstat(fd, &stat) ? stat.st_dev : 0;
}

// Fields are numbered as in proc(5); the third one, the state, is the first after the name.
enum {
	STAT_STATE = 3,
	STAT_PARENT = 4,
	STAT_FLAGS = 9,
	STAT_USER_TICKS = 14,
	STAT_SYSTEM_TICKS = 15,
	STAT_START_TIME = 22,
	STAT_RSS = 24,
	STAT_START_STACK = 28,
	STAT_END,
};

// include/linux/sched.h
static const uint64_t flag_exiting = 0x00000004;       // PF_EXITING
static const uint64_t flag_kernel_thread = 0x00200000; // PF_KTHREAD

// 4711 (any (bytes) here) S 1 4711 ... : the name ends at the last parenthesis.
static enum status stat_parse(const char *text, size_t length, struct proc_stat *ret)
{
	const char *open = memchr(text, '(', length);
	const char *close = memrchr(text, ')', length);
	if (!open || !close || close < open || close + 2 >= text + length)
		return STATUS_INVALID;
	uint64_t fields[STAT_END] = {0};
	const char *at = close + 3;
	for (int i = STAT_PARENT; i < STAT_END; i++) {
		char *end;
		fields[i] = strtoull(at, &end, 10);
		if (end == at)
			return STATUS_INVALID;
		at = end;
	}
	*ret = (struct proc_stat){
		.state = close[2],
		.parent = (pid_t)fields[STAT_PARENT],
		.is_exiting = fields[STAT_FLAGS] & flag_exiting,
		.is_kernel_thread = fields[STAT_FLAGS] & flag_kernel_thread,
		.cpu_ticks = fields[STAT_USER_TICKS] + fields[STAT_SYSTEM_TICKS],
		.start_time = fields[STAT_START_TIME],
		.rss_bytes = fields[STAT_RSS] * (uint64_t)sysconf(_SC_PAGESIZE),
		.start_stack = fields[STAT_START_STACK],
	};
	size_t name_length = (size_t)(close - open - 1);
	if (name_length >= sizeof(ret->name))
		name_length = sizeof(ret->name) - 1;
	memcpy(ret->name, open + 1, name_length);
	return STATUS_OK;
}

enum status proc_read_stat(int fd, const char *name, struct proc_stat *ret)
{
	AUTO(freep) char *text = NULL;
	size_t length;
	enum status status = proc_read(fd, name, &text, &length);
	if (status)
		return status;
	return stat_parse(text, length, ret);
}

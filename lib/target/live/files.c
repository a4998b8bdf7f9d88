// SPDX-License-Identifier: MIT
// The files of a process, opened as it sees them.
#include "target/live/live.h"

#include "base/guard.h"
#include "target/maps.h"
#include "target/proc.h"
#include "target/root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A foreign path may name a pipe or a terminal: opening must neither wait nor take one over.
enum { OPEN_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

static bool is_regular(int fd, struct stat *ret)
{
	return !fstat(fd, ret) && S_ISREG(ret->st_mode);
}

// Opens a link of /proc/PID where it leads to a regular file. That is known before the file is opened:
// some devices do something when they are.
static int open_link(const struct target *target, const char *name)
{
	struct stat stat;
	char own[32];
	AUTO(closep) int fd = openat(live_of_const(target)->living_fd, name, O_PATH | O_CLOEXEC);
	if (fd < 0 || !is_regular(fd, &stat))
		return -1;
	snprintf(own, sizeof(own), "/proc/self/fd/%d", fd);
	return open(own, OPEN_FLAGS);
}

enum status live_open_root(const struct target *target, struct root *ret, struct error *err)
{
	AUTO(freep) char *path = NULL;
	int fd = openat(live_of_const(target)->living_fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_set_errno(err, proc_status(errno), errno,
			"cannot open the root directory of process %d", (int)target->pid);
	enum status status = proc_read_link(live_of_const(target)->living_fd, "root", &path);
	if (status) {
		close(fd);
		return error_set(err, status, "cannot read the root directory of process %d",
			(int)target->pid);
	}
	*ret = (struct root){.fd = fd, .path = take_ptr(path), .pid = target->pid};
	return STATUS_OK;
}

// As maps name it.
static enum status open_by_name(
	const struct target *target, const char *path, int *ret_fd, struct error *err)
{
	AUTO(root_close) struct root root = {.fd = -1};
	enum status status = live_open_root(target, &root, err);
	return status ? status : root_open_file(&root, root_name(&root, path), ret_fd, err);
}

// The kernel's own link to the mapped file, deleted or not. Needs CAP_SYS_ADMIN before Linux 5.9,
// CAP_CHECKPOINT_RESTORE since.
static int open_map_files(const struct target *target, const struct map *map)
{
	char name[64];
	snprintf(name, sizeof(name), "map_files/%llx-%llx", (unsigned long long)map->start,
		(unsigned long long)map->end);
	return open_link(target, name);
}

// The inode decides whether a file is the mapped one. The device does not: btrfs and overlayfs
// show another one in maps than stat() returns.
static bool is_mapped_file(int fd, const struct map *map)
{
	struct stat stat;
	return is_regular(fd, &stat) && stat.st_ino == map->inode;
}

static int open_exe(const struct target *target, const struct map *map)
{
	int fd = open_link(target, "exe");
	if (fd < 0 || is_mapped_file(fd, map))
		return fd;
	close(fd);
	return -1;
}

enum status live_open_file(
	const struct target *target, const struct map *map, int *ret_fd, struct error *err)
{
	if (*map->path != '/')
		return error_set(err, STATUS_NOT_FOUND, "no file is mapped at %llx",
			(unsigned long long)map->start);
	int fd = open_map_files(target, map);
	if (fd < 0)
		fd = open_exe(target, map);
	if (fd >= 0) {
		*ret_fd = fd;
		return STATUS_OK;
	}
	// A path that ends in " (deleted)" fails here as it should, or belongs to another file.
	enum status status = open_by_name(target, map->path, &fd, err);
	if (status)
		return status;
	if (!is_mapped_file(fd, map)) {
		close(fd);
		return error_set(err, STATUS_NOT_FOUND,
			"'%s' is no longer the file that process %d has mapped", map->path,
			(int)target->pid);
	}
	*ret_fd = fd;
	return STATUS_OK;
}

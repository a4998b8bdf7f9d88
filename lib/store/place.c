// SPDX-License-Identifier: MIT
#include "store/place.h"

#include "base/guard.h"
#include "base/path.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

static enum status refuse(int number, const char *verb, const char *path, struct error *err)
{
	enum status status = STATUS_FAILED;
	if (number == ENOENT || number == ENOTDIR)
		status = STATUS_NOT_FOUND;
	else if (number == EACCES || number == EPERM || number == EROFS)
		status = STATUS_PERMISSION;
	else if (number == ENOMEM)
		status = STATUS_NO_MEMORY;
	return error_set_errno(err, status, number, "cannot %s '%s'", verb, path);
}

enum status place_resolve(const char *path, char **ret, struct error *err)
{
	const char *name = path_base(path);
	if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
		return error_set(err, STATUS_USAGE, "'%s' is no name of a file", path);
	AUTO(freep) char *named = NULL;
	if (path_directory(path, &named))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the path");
	AUTO(freep) char *directory = realpath(named, NULL);
	if (!directory)
		return refuse(errno, "find the directory of", path, err);
	if (path_join(directory, name, ret))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the path");
	return STATUS_OK;
}

static enum status refuse_kind(mode_t mode, const char *path, struct error *err)
{
	const char *kind = "a special file";
	if (S_ISDIR(mode))
		kind = "a directory";
	else if (S_ISLNK(mode))
		kind = "a symbolic link";
	else if (S_ISFIFO(mode))
		kind = "a FIFO";
	return error_set(err, STATUS_USAGE, "'%s' is %s: name an ordinary file", path, kind);
}

enum status place_check(const char *place, const char *path, bool *ret_exists, uint64_t *ret_size,
	struct error *err)
{
	struct stat info;
	if (lstat(place, &info)) {
		if (errno != ENOENT)
			return refuse(errno, "look at", path, err);
		*ret_exists = false;
		*ret_size = 0;
		return STATUS_OK;
	}
	if (!S_ISREG(info.st_mode))
		return refuse_kind(info.st_mode, path, err);
	*ret_exists = true;
	*ret_size = (uint64_t)info.st_size;
	return STATUS_OK;
}

// O_NONBLOCK: otherwise opening a FIFO would wait for its other end.
enum { OPEN_FLAGS = O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

enum status place_make_temporary(
	const char *place, const char *path, char **ret, struct error *err)
{
	const char *name = path_base(place);
	uint64_t number = 0;
	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
		number = (uint64_t)getpid();
	struct text text = {0};
	text_add_bytes(&text, place, (size_t)(name - place));
	text_add_format(&text, ".%.200s.%016llx", name, (unsigned long long)number);
	AUTO(freep) char *temporary = text_take(&text);
	if (!temporary)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the path");
	AUTO(closep) int fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | OPEN_FLAGS, 0600);
	if (fd < 0)
		return refuse(errno, "create", path, err);
	*ret = take_ptr(temporary);
	return STATUS_OK;
}

static enum status read_all(int fd, unsigned char *buffer, size_t size)
{
	memset(buffer, 0, size);
	for (size_t done = 0; done < size;) {
		ssize_t got = pread(fd, buffer + done, size - done, (off_t)done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return STATUS_FAILED;
		if (!got)
			break;
		done += (size_t)got;
	}
	return STATUS_OK;
}

enum status place_read_header(const char *place, const char *path, bool follow,
	unsigned char *buffer, size_t size, uint64_t *ret_size, struct error *err)
{
	AUTO(closep) int fd = open(place, O_RDONLY | (follow ? 0 : O_NOFOLLOW) | OPEN_FLAGS);
	if (fd < 0)
		return refuse(errno, "open", path, err);
	struct stat info;
	if (fstat(fd, &info))
		return refuse(errno, "look at", path, err);
	if (!S_ISREG(info.st_mode))
		return refuse_kind(info.st_mode, path, err);
	if (read_all(fd, buffer, size))
		return refuse(errno, "read", path, err);
	*ret_size = (uint64_t)info.st_size;
	return STATUS_OK;
}

static enum status sync_path(const char *place, int flags, const char *path, struct error *err)
{
	AUTO(closep) int fd = open(place, flags | O_CLOEXEC);
	if (fd < 0 || fsync(fd))
		return refuse(errno, "write", path, err);
	return STATUS_OK;
}

static enum status refuse_taken(const char *path, struct error *err)
{
	return error_set(err, STATUS_BUSY, "another program has made '%s' meanwhile", path);
}

static enum status rename_over_nothing(
	const char *temporary, const char *place, const char *path, struct error *err)
{
	if (!renameat2(AT_FDCWD, temporary, AT_FDCWD, place, RENAME_NOREPLACE))
		return STATUS_OK;
	if (errno == EEXIST)
		return refuse_taken(path, err);
	// Some file systems do not support the flag, but all support hard links.
	if (errno != EINVAL || link(temporary, place))
		return errno == EEXIST ? refuse_taken(path, err) : refuse(errno, "create", path, err);
	unlink(temporary);
	return STATUS_OK;
}

// Programs that replace an empty file lock it first, and then check that the name still refers to
// it.
static enum status rename_over_empty(
	const char *temporary, const char *place, const char *path, struct error *err)
{
	struct stat opened, named;
	AUTO(closep) int fd = open(place, O_RDONLY | O_NOFOLLOW | OPEN_FLAGS);
	if (fd < 0)
		return errno == ENOENT ? rename_over_nothing(temporary, place, path, err)
				       : refuse(errno, "open", path, err);
	if (flock(fd, LOCK_EX) || fstat(fd, &opened) || lstat(place, &named))
		return refuse(errno, "look at", path, err);
	if (opened.st_ino != named.st_ino || opened.st_dev != named.st_dev || named.st_size)
		return refuse_taken(path, err);
	return rename(temporary, place) ? refuse(errno, "write", path, err) : STATUS_OK;
}

static enum status rename_over(const char *temporary, const char *place, const char *path,
	enum place_over over, struct error *err)
{
	switch (over) {
	case PLACE_OVER_NOTHING:
		return rename_over_nothing(temporary, place, path, err);
	case PLACE_OVER_EMPTY:
		return rename_over_empty(temporary, place, path, err);
	default:
		return rename(temporary, place) ? refuse(errno, "write", path, err) : STATUS_OK;
	}
}

enum status place_publish(const char *temporary, const char *place, const char *path,
	enum place_over over, struct error *err)
{
	AUTO(freep) char *directory = NULL;
	if (path_directory(place, &directory))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the path");
	enum status status = sync_path(temporary, O_RDWR | O_NOFOLLOW, path, err);
	if (!status)
		status = rename_over(temporary, place, path, over, err);
	return status ? status : sync_path(directory, O_RDONLY | O_DIRECTORY, path, err);
}

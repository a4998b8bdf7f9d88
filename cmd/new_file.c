// SPDX-License-Identifier: MIT
#include "new_file.h"

#include "base/guard.h"
#include "base/path.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum status refuse(const char *path, int number, struct error *err)
{
	bool forbidden = number == EACCES || number == EPERM || number == EROFS;
	return error_set_errno(err, forbidden ? STATUS_PERMISSION : STATUS_FAILED, number,
		"cannot write '%s'", path);
}

static enum status check_place(const char *path, struct error *err)
{
	struct stat stat;
	if (lstat(path, &stat))
		return errno == ENOENT ? STATUS_OK : refuse(path, errno, err);
	if (S_ISLNK(stat.st_mode))
		return error_set(
			err, STATUS_USAGE, "'%s' is a symbolic link: name the file itself", path);
	if (!S_ISREG(stat.st_mode))
		return error_set(err, STATUS_USAGE,
			"'%s' is no regular file: leave out -o to write to standard output", path);
	return STATUS_OK;
}

// The temporary name begins with a dot and ends in random characters, so that readers of *.prom
// do not take the file for one of theirs.
static char *temporary_name(const char *path)
{
	const char *name = path_base(path);
	struct text text = {0};
	text_add_bytes(&text, path, (size_t)(name - path));
	text_add_format(&text, ".%s.XXXXXX", name);
	return text_take(&text);
}

enum status new_file_open(const char *path, struct new_file *ret, struct error *err)
{
	enum status status = check_place(path, err);
	if (status)
		return status;
	AUTO(new_file_close) struct new_file file = {.path = strdup(path)};
	AUTO(freep) char *temporary = temporary_name(path);
	if (!file.path || !temporary)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a name");
	int fd = mkstemp(temporary);
	if (fd < 0)
		return refuse(path, errno, err);
	file.temporary = take_ptr(temporary);
	file.stream = fdopen(fd, "w");
	if (!file.stream) {
		close(fd);
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a file");
	}
	*ret = (struct new_file){
		.path = take_ptr(file.path),
		.temporary = take_ptr(file.temporary),
		.stream = take_ptr(file.stream),
	};
	return STATUS_OK;
}

// The bytes are on the disk before the name is, so that the file is whole even after a power cut.
static int write_through(FILE *stream, mode_t mode)
{
	bool failed = fflush(stream) || fchmod(fileno(stream), mode) || fsync(fileno(stream));
	int number = errno;
	if (fclose(stream) && !failed)
		return errno;
	return failed ? number : 0;
}

enum status new_file_finish(struct new_file *file, mode_t mode, struct error *err)
{
	int number = write_through(take_ptr(file->stream), mode);
	if (!number && rename(file->temporary, file->path))
		number = errno;
	enum status status = number ? refuse(file->path, number, err) : STATUS_OK;
	if (!status)
		free(take_ptr(file->temporary));
	new_file_close(file);
	return status;
}

void new_file_close(struct new_file *file)
{
	if (!file)
		return;
	if (file->stream)
		fclose(file->stream);
	if (file->temporary)
		unlink(file->temporary);
	free(file->temporary);
	free(file->path);
	*file = (struct new_file){0};
}

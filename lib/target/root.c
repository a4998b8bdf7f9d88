// SPDX-License-Identifier: MIT
#include "target/root.h"

#include "base/guard.h"
#include "target/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// From linux/openat2.h, which exists since 5.6; older headers lack it.
struct open_how_v1 {
	uint64_t flags, mode, resolve;
};
enum { RESOLVE_BELOW_ROOT = 0x10, SYSCALL_OPENAT2 = 437 };

// A foreign path may name a pipe or a terminal: opening must not wait, and must not make a terminal
// ours.
enum { OPEN_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

enum status root_open(const char *path, struct root *ret, struct error *err)
{
	struct root root = {.path = strdup(path)};
	if (!root.path)
		return error_set(err, STATUS_NO_MEMORY, "cannot open '%s'", path);
	root.fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root.fd < 0) {
		free(root.path);
		return error_set_errno(err, proc_status(errno), errno, "cannot open '%s'", path);
	}
	*ret = root;
	return STATUS_OK;
}

void root_close(struct root *root)
{
	if (root->fd < 0)
		return;
	close(root->fd);
	free(root->path);
	*root = (struct root){.fd = -1};
}

// Opens a path below root; links are resolved as if root were "/". Before Linux 5.6 links with an
// absolute path lead out of root, so the caller must check that the file is the wanted one.
static int open_below(int root_fd, const char *path)
{
	struct open_how_v1 how = {.flags = OPEN_FLAGS, .resolve = RESOLVE_BELOW_ROOT};
	int fd = (int)syscall(SYSCALL_OPENAT2, root_fd, path, &how, sizeof(how));
	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return fd;
	while (*path == '/')
		path++;
	return openat(root_fd, path, OPEN_FLAGS);
}

enum status root_open_file(
	const struct root *root, const char *path, int *ret_fd, struct error *err)
{
	int fd = open_below(root->fd, path);
	if (fd < 0) {
		enum status status = errno == ENOTDIR || errno == ELOOP ? STATUS_NOT_FOUND
									: proc_status(errno);
		return error_set_errno(err, status, errno, "cannot open '%s' below '%s'", path,
			root->path);
	}
	struct stat stat;
	if (fstat(fd, &stat) || !S_ISREG(stat.st_mode)) {
		close(fd);
		return error_set(err, STATUS_NOT_FOUND, "'%s' below '%s' is not a file", path,
			root->path);
	}
	*ret_fd = fd;
	return STATUS_OK;
}

// The names of files that a chrooted process has mapped begin with our name of its directory
// (show_map_vma() writes paths for the reader), and so does the link "root".
const char *root_name(const struct root *root, const char *path)
{
	size_t length = strlen(root->path);
	if (length > 1 && !strncmp(path, root->path, length) && path[length] == '/')
		return path + length;
	return path;
}

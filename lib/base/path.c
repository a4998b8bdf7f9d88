// SPDX-License-Identifier: MIT
#include "base/path.h"

#include <stdlib.h>
#include <string.h>

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

size_t path_directory_length(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? (size_t)(slash - path) : 0;
}

enum status path_directory(const char *path, char **ret)
{
	size_t length = path_directory_length(path);
	char *directory = NULL;
	if (length)
		directory = strndup(path, length);
	else
		directory = strdup(*path == '/' ? "/" : ".");
	if (!directory)
		return STATUS_NO_MEMORY;
	*ret = directory;
	return STATUS_OK;
}

enum status path_join(const char *directory, const char *name, char **ret)
{
	size_t length = strlen(directory), name_length = strlen(name);
	char *path = malloc(length + name_length + 2);
	if (!path)
		return STATUS_NO_MEMORY;
	memcpy(path, directory, length);
	if (!length || directory[length - 1] != '/')
		path[length++] = '/';
	memcpy(path + length, name, name_length + 1);
	*ret = path;
	return STATUS_OK;
}

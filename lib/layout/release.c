// SPDX-License-Identifier: MIT
#include "layout/release.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/guard.h"
#include "symbols/elf_object.h"

// Py_Version (Python/getversion.c, 3.11+) is a constant, so that the file has its bytes.
enum status release_read(const char *path, uint32_t *ret, struct error *err)
{
	AUTO(elf_object_closep) struct elf_object *object = NULL;
	struct elf_object_symbol symbol;
	uint64_t version;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set_errno(err, STATUS_FAILED, errno, "cannot open '%s'", path);
	enum status status = elf_object_open(fd, path, &object, err);
	if (status)
		return status;
	if (elf_object_find_dynamic(object, "Py_Version", &symbol) ||
		elf_object_read(object, symbol.value, &version, sizeof(version)) || version >> 32)
		return error_set(err, STATUS_NOT_FOUND,
			"'%s' does not say which release it is: name it with --release", path);
	*ret = (uint32_t)version >> 8;
	return STATUS_OK;
}

enum status release_parse(const char *text, uint32_t *ret)
{
	unsigned major, minor, micro;
	int end = 0;
	if (sscanf(text, "%3u.%3u.%3u%n", &major, &minor, &micro, &end) != 3 || text[end] ||
		major > 255 || minor > 255 || micro > 255)
		return STATUS_INVALID;
	*ret = major << 16 | minor << 8 | micro;
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "symbols/version.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/guard.h"
#include "symbols/data.h"
#include "symbols/elf_object.h"
#include "symbols/interpreter_file.h"
#include "target/target.h"

enum { RELEASE_FINAL = 0xf };

static bool is_plausible(uint64_t version)
{
	return version >> 32 == 0 && version >> 24 == 3 && (version & 0xf0) >= 0xa0;
}

// Py_Version (3.11+, Python/getversion.c) holds PY_VERSION_HEX.
static bool read_symbol(
	const struct interpreter_file *file, const struct target *target, uint32_t *ret)
{
	addr_t addr;
	uint64_t version;
	if (interpreter_file_find(file, "Py_Version", &addr, NULL) ||
		target_read(target, addr, &version, sizeof(version)) || !is_plausible(version))
		return false;
	*ret = (uint32_t)version;
	return true;
}

// _Py_DebugOffsets (3.13+) opens _PyRuntime: a cookie, then PY_VERSION_HEX.
static bool read_published(
	const struct interpreter_file *file, const struct target *target, uint32_t *ret)
{
	addr_t addr;
	struct {
		char cookie[8];
		uint64_t version;
	} head;
	if (interpreter_file_find(file, "_PyRuntime", &addr, NULL) ||
		target_read(target, addr, &head, sizeof(head)) ||
		memcmp(head.cookie, "xdebugpy", sizeof(head.cookie)) ||
		!is_plausible(head.version))
		return false;
	*ret = (uint32_t)head.version;
	return true;
}

static bool parse_number(const char **text, const char *end, uint32_t *ret)
{
	uint32_t number = 0;
	const char *start = *text;
	while (*text < end && isdigit((unsigned char)**text) && *text - start < 3)
		number = number * 10 + (uint32_t)(*(*text)++ - '0');
	*ret = number;
	return *text > start && number < 256;
}

static bool accept(const char **text, const char *end, char expected)
{
	if (*text >= end || **text != expected)
		return false;
	(*text)++;
	return true;
}

// "3.9.2 (default, ...", "3.10.0rc1 (main, ...", "3.9.2+ (...": what Py_GetVersion() puts together.
static bool parse_version(const char *text, const char *end, uint32_t *ret)
{
	uint32_t minor, micro, level = RELEASE_FINAL, serial = 0;
	if (!accept(&text, end, '3') || !accept(&text, end, '.') ||
		!parse_number(&text, end, &minor) || !accept(&text, end, '.') ||
		!parse_number(&text, end, &micro))
		return false;
	if (accept(&text, end, 'a'))
		level = 0xa;
	else if (accept(&text, end, 'b'))
		level = 0xb;
	else if (accept(&text, end, 'r') && accept(&text, end, 'c'))
		level = 0xc;
	if (level != RELEASE_FINAL && (!parse_number(&text, end, &serial) || serial > 15))
		return false;
	accept(&text, end, '+');
	if (!accept(&text, end, ' ') || !accept(&text, end, '('))
		return false;
	*ret = 3u << 24 | minor << 16 | micro << 8 | level << 4 | serial;
	return true;
}

struct version_search {
	uint32_t version; // 0 until one is found
	bool is_ambiguous;
};

static bool search_bytes(void *context, addr_t addr, const char *bytes, size_t count)
{
	struct version_search *search = context;
	const char *end = bytes + count;
	(void)addr;
	for (const char *at = bytes; (at = memchr(at, '3', (size_t)(end - at))); at++) {
		uint32_t version;
		if (!parse_version(at, end, &version))
			continue;
		if (search->version && search->version != version)
			search->is_ambiguous = true;
		search->version = version;
	}
	return true;
}

// Up to 3.10 the only trace of the exact version is a static buffer in the data or the .bss of the
// interpreter, which Py_GetVersion() fills at the start for sys.version.
static bool search_memory(
	const struct interpreter_file *file, const struct target *target, uint32_t *ret)
{
	struct version_search search = {0};
	if (data_read(target, interpreter_file_path(file), search_bytes, &search) || !search.version ||
		search.is_ambiguous)
		return false;
	*ret = search.version;
	return true;
}

enum status version_of_process(
	const struct interpreter_file *file, const struct target *target, uint32_t *ret, struct error *err)
{
	if (read_symbol(file, target, ret) || read_published(file, target, ret) ||
		search_memory(file, target, ret))
		return STATUS_OK;
	enum status status = target_check(target, err);
	if (status)
		return status;
	return error_set(err, STATUS_NOT_FOUND, "pid %d: nothing tells the version of '%s'",
		(int)target_pid(target), interpreter_file_path(file));
}

// Py_Version (Python/getversion.c, 3.11+) is a constant, so that the file has its bytes.
enum status version_of_file(const char *path, uint32_t *ret, struct error *err)
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

enum status version_parse(const char *text, uint32_t *ret)
{
	unsigned major, minor, micro;
	int end = 0;
	if (sscanf(text, "%3u.%3u.%3u%n", &major, &minor, &micro, &end) != 3 || text[end] ||
		major > 255 || minor > 255 || micro > 255)
		return STATUS_INVALID;
	*ret = major << 16 | minor << 8 | micro;
	return STATUS_OK;
}

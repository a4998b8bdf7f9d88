// SPDX-License-Identifier: MIT
#include "interp/interpreters.h"

#include "base/guard.h"
#include "base/vector.h"
#include "interp/collector.h"
#include "interp/runtime.h"
#include "python/dict.h"
#include "python/field.h"
#include "python/gc_link.h"
#include "python/header.h"
#include "python/str.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	INTERPRETERS_MAX = 1000, // generous: an interpreter state takes over 100 KiB
	MODULES_TRIED = 16, // sys and builtins come first (Python/pylifecycle.c, 3.8 to 3.15)
	NAME_MAX_BYTES = 64,
};

VECTOR(interpreters, struct interpreter)

static enum status read_interpreter(const struct runtime *runtime, const struct python *python,
	addr_t address, struct interpreter *ret)
{
	uint64_t id = 0;
	ret->address = address;
	enum status status = field_u64(python, address, FIELD_interp_id, &id);
	if (!status)
		status = field_u64(python, address, FIELD_interp_modules, &ret->modules);
	if (!status)
		status = field_u64(python, address, FIELD_interp_sysdict, &ret->sysdict);
	if (!status)
		status = field_u64(python, address, FIELD_interp_builtins, &ret->builtins);
	if (status)
		return status;
	ret->id = (int64_t)id;
	ret->gc = collector_address(runtime, python, address);
	return collector_read(python, ret);
}

static int by_id(const void *a, const void *b)
{
	int64_t left = ((const struct interpreter *)a)->id;
	int64_t right = ((const struct interpreter *)b)->id;
	return (left > right) - (left < right);
}

// In 3.8 all interpreters share one collector. Only the main interpreter gets its lists, so that
// nobody follows them twice.
static void share_collector(const struct runtime *runtime, struct interpreters *interpreters)
{
	for (size_t i = 1; i < interpreters->count; i++)
		if (!layout_has(runtime->layout, FIELD_interp_gc))
			interpreters->items[i].generation_count = 0;
}

// Follows the list of interpreter states, newest first.
static enum status read_chain(const struct runtime *runtime, const struct python *python,
	struct interpreters *interpreters, struct error *err)
{
	addr_t address = 0;
	enum status status = field_u64(
		python, runtime->address, FIELD_runtime_interpreters_head, &address);
	while (!status && address) {
		if (interpreters->count == INTERPRETERS_MAX)
			return error_set(err, STATUS_INVALID,
				"interp_next: the list of interpreter states does not end after %d",
				INTERPRETERS_MAX);
		struct interpreter *interpreter = interpreters_add_zeroed(interpreters);
		status = interpreter ? STATUS_OK : STATUS_NO_MEMORY;
		if (!status)
			status = read_interpreter(runtime, python, address, interpreter);
		if (!status)
			status = field_u64(python, address, FIELD_interp_next, &address);
	}
	if (status)
		return error_set(err, status, "cannot read interpreter state %zu at 0x%" PRIx64 ": %s",
			interpreters->count, address, status_text(status));
	return STATUS_OK;
}

enum status interpreters_read(const struct runtime *runtime, const struct python *python,
	struct interpreter **ret, size_t *ret_count, struct error *err)
{
	AUTO(interpreters_deinit) struct interpreters interpreters = {0};
	enum status status = read_chain(runtime, python, &interpreters, err);
	if (status)
		return status;
	if (!interpreters.count)
		return error_set(err, STATUS_INVALID,
			"runtime_interpreters_head: the list of interpreter states is empty");
	interpreters_sort(&interpreters, by_id);
	share_collector(runtime, &interpreters);
	*ret = interpreters_take_items(&interpreters, ret_count);
	return STATUS_OK;
}

enum status runtime_read_interpreters(const struct runtime *runtime, const struct image *image,
	struct interpreter **ret, size_t *ret_count, struct error *err)
{
	const struct python python = runtime_python_copy(runtime, image, NULL);
	return interpreters_read(runtime, &python, ret, ret_count, err);
}

bool runtime_is_collecting(const struct runtime *runtime, const struct target *target)
{
	const struct python python = runtime_python_live(runtime, target);
	addr_t address = 0;
	enum status status = field_u64(
		&python, runtime->address, FIELD_runtime_interpreters_head, &address);
	for (unsigned i = 0; !status && address && i < INTERPRETERS_MAX; i++) {
		addr_t gc = collector_address(runtime, &python, address);
		int32_t collecting = 0;
		status = field_i32(&python, gc, FIELD_gc_collecting, &collecting);
		if (!status && collecting)
			return true;
		if (!status)
			status = field_u64(&python, address, FIELD_interp_next, &address);
	}
	return false;
}

unsigned runtime_find_heap(const struct runtime *runtime, const struct target *target,
	addr_t places[RUNTIME_HEAP_PLACES])
{
	const struct python python = runtime_python_live(runtime, target);
	struct interpreter interpreter = {0};
	addr_t address = 0;
	unsigned count = 0;
	if (field_u64(&python, runtime->address, FIELD_runtime_interpreters_head, &address) || !address)
		return 0;
	places[count++] = address;
	if (read_interpreter(runtime, &python, address, &interpreter))
		return count;
	places[count++] = interpreter.modules;
	// The table of a dict with that many entries is a large block, which pymalloc does not have.
	if (!field_u64(&python, interpreter.modules, FIELD_dict_keys, &address))
		places[count++] = address;
	for (unsigned i = 0; i < interpreter.generation_count && i < GENERATIONS_MAX; i++)
		if (!gc_link_next(&python, interpreter.generations[i].head, &address))
			places[count++] = address;
	return count;
}

// Whether the object at addr is a str of plain ASCII that ends where its length says, like names of
// modules. name: the text that it must have; NULL: any.
static bool is_name(const struct python *python, addr_t addr, const char *name)
{
	struct str str;
	char bytes[NAME_MAX_BYTES];
	if (!header_is_exact(python, addr, WELL_KNOWN_str) || str_read(python, addr, &str) ||
		!str.is_ascii || !str.length || str.length >= sizeof(bytes) ||
		memory_read_bytes(&python->memory, str.characters, bytes, str.length + 1))
		return false;
	return strnlen(bytes, sizeof(bytes)) == str.length && (!name || !strcmp(bytes, name));
}

enum status interpreters_find_module(const struct python *python, addr_t modules, const char *name,
	addr_t *ret, struct dict_misfit *misfit)
{
	struct dict_keys keys;
	struct dict_reader reader;
	struct dict_entry entry;
	addr_t address = 0;
	enum status status = field_u64(python, modules, FIELD_dict_keys, &address);
	if (!status)
		status = dict_keys_read(python, address, &keys, misfit);
	if (!status)
		status = dict_reader_init(python, modules, &reader);
	if (status)
		return status;
	while (dict_reader_next(&reader, &entry) && entry.position < MODULES_TRIED) {
		if (is_name(python, entry.key, name) &&
			header_is_exact(python, entry.value, WELL_KNOWN_module)) {
			*ret = entry.value;
			return STATUS_OK;
		}
	}
	if (reader.status)
		return reader.status;
	*misfit = (struct dict_misfit){
		FIELD_keys_indices, "no module with a name in sys.modules"};
	return STATUS_INVALID;
}

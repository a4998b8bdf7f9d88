// SPDX-License-Identifier: MIT
#include "interp/discover.h"

#include "base/log.h"
#include "interp/runtime.h"
#include "interp/select.h"
#include "layout/linked.h"
#include "python/field.h"
#include "python/header.h"
#include "symbols/data.h"
#include "symbols/interpreter_file.h"
#include "symbols/version.h"
#include "target/target.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORD = 8,
	NAME_MAX_BYTES = 64,
	// Published offsets begin with a cookie, the version and free_threaded
	// (Include/internal/pycore_debug_offsets.h, 3.13+).
	PUBLISHED_FREE_THREADED = 16,
};
static const char PUBLISHED_COOKIE[8] = {'x', 'd', 'e', 'b', 'u', 'g', 'p', 'y'};

#define WELL_KNOWN(name, symbol, type_name) [WELL_KNOWN_##name] = {symbol, type_name},
static const struct {
	const char *symbol, *type_names;
} well_known[WELL_KNOWN_COUNT] = {
#include "python/well_known.def"
};
#undef WELL_KNOWN

// --- Types and _PyRuntime ------------------------------------------------------------------------

struct search {
	struct runtime *runtime;
	const struct target *target;
	struct python python;	   // with the layout of the runtime that is looked for
	uint32_t type_at, name_at; // ob_type in an object, tp_name in a type
};

static struct search search_of(struct runtime *runtime, const struct target *target)
{
	return (struct search){
		.runtime = runtime,
		.target = target,
		.python = runtime_python_live(runtime, target),
		.type_at = runtime->header_extra + HEADER_TYPE,
		.name_at = runtime->header_extra + HEADER_NAME,
	};
}

static uint64_t word_at(const char *bytes)
{
	uint64_t word;
	memcpy(&word, bytes, sizeof(word));
	return word;
}

static bool is_one_of(const char *names, const char *name)
{
	size_t length = strlen(name);
	while (*names) {
		size_t other = strcspn(names, "|");
		if (other == length && !memcmp(names, name, length))
			return true;
		names += other + (names[other] == '|');
	}
	return false;
}

static void take_type(struct search *search, addr_t addr, addr_t name_addr)
{
	char name[NAME_MAX_BYTES + 1] = "";
	// The name may be at the very end of its mapping.
	for (size_t size = NAME_MAX_BYTES; size >= WORD; size /= 2)
		if (!target_read(search->target, name_addr, name, size))
			break;
	for (unsigned i = 0; *name && i < WELL_KNOWN_COUNT; i++)
		if (!search->runtime->well_known[i] && is_one_of(well_known[i].type_names, name))
			search->runtime->well_known[i] = addr;
}

static bool search_types(void *context, addr_t addr, const char *bytes, size_t size)
{
	struct search *search = context;
	addr_t type = search->runtime->well_known[WELL_KNOWN_type];
	for (size_t i = 0; i + search->name_at + WORD <= size; i += WORD)
		if (word_at(bytes + i + search->type_at) == type)
			take_type(search, addr + i, word_at(bytes + i + search->name_at));
	return true;
}

// None is the only object of its type.
static bool search_none(void *context, addr_t addr, const char *bytes, size_t size)
{
	struct search *search = context;
	addr_t type = search->runtime->well_known[WELL_KNOWN_none_type];
	for (size_t i = 0; type && i + search->type_at + WORD <= size; i += WORD)
		if (word_at(bytes + i + search->type_at) == type) {
			search->runtime->well_known[WELL_KNOWN_none] = addr + i;
			return false;
		}
	return true;
}

enum status discover_search_types(
	struct runtime *runtime, const struct target *target, const char *path)
{
	struct landmarks found;
	enum status status = data_find_landmarks(target, path, &found);
	if (status)
		return status;
	if (!found.type)
		return STATUS_NOT_FOUND;
	status = data_read_header_extra(target, found.type, &runtime->header_extra);
	if (status)
		return status;
	struct search search = search_of(runtime, target);
	runtime->well_known[WELL_KNOWN_type] = found.type;
	status = data_read(target, path, search_types, &search);
	return status ? status : data_read(target, path, search_none, &search);
}

enum status discover_types(struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, struct error *err)
{
	for (unsigned i = 0; i < WELL_KNOWN_COUNT; i++) {
		if (interpreter_file_find(file, well_known[i].symbol, &runtime->well_known[i], NULL)) {
			runtime->well_known[i] = 0;
			log_trace(LOG_INTERP, "no symbol '%s'", well_known[i].symbol);
		}
	}
	if (runtime->well_known[WELL_KNOWN_type])
		return STATUS_OK;
	enum status status = discover_search_types(runtime, target, interpreter_file_path(file));
	if (status == STATUS_NOT_FOUND)
		return error_set(err, STATUS_NOT_PYTHON,
			"neither symbols nor the type 'type' are found in '%s'",
			interpreter_file_path(file));
	return status ? error_set(err, status, "cannot search '%s': %s", interpreter_file_path(file),
				status_text(status))
		      : STATUS_OK;
}

static bool read_field(
	const struct search *search, addr_t base, enum layout_field field, uint64_t *ret)
{
	return !field_u64(&search->python, base, field, ret);
}

static bool is_address(addr_t word)
{
	return word > UINT16_MAX && word % WORD == 0;
}

// Whether a thread state refers back to the interpreter state, and sys.modules is a dict.
static bool is_interpreter(const struct search *search, addr_t interpreter)
{
	uint64_t thread, owner, modules, type;
	return is_address(interpreter) &&
	       read_field(search, interpreter, FIELD_interp_threads_head, &thread) &&
	       is_address(thread) && read_field(search, thread, FIELD_thread_interp, &owner) &&
	       owner == interpreter &&
	       read_field(search, interpreter, FIELD_interp_modules, &modules) &&
	       !memory_read_u64(&search->python.memory, modules + search->type_at, &type) &&
	       type == search->runtime->well_known[WELL_KNOWN_dict];
}

static bool is_initialized(const struct search *search, addr_t runtime)
{
	int32_t initialized;
	uint64_t finalizing;
	return !field_i32(&search->python, runtime, FIELD_runtime_initialized, &initialized) &&
	       initialized == 1 &&
	       read_field(search, runtime, FIELD_runtime_finalizing, &finalizing) && !finalizing;
}

// Two neighbouring words refer to interpreter states: interpreters.head and interpreters.main.
static bool search_runtime(void *context, addr_t addr, const char *bytes, size_t size)
{
	struct search *search = context;
	uint64_t head = field_offset(&search->python, FIELD_runtime_interpreters_head);
	uint64_t distance = field_offset(&search->python, FIELD_runtime_interpreters_main) - head;
	for (size_t i = 0; distance < size && i + distance + WORD <= size; i += WORD) {
		if (!is_interpreter(search, word_at(bytes + i)) ||
			!is_interpreter(search, word_at(bytes + i + distance)) ||
			!is_initialized(search, addr + i - head))
			continue;
		search->runtime->address = addr + i - head;
		return false;
	}
	return true;
}

enum status discover_search_runtime(
	struct runtime *runtime, const struct target *target, const char *path)
{
	struct search search = search_of(runtime, target);
	runtime->address = 0;
	search.python.layout = NULL;
	while ((search.python.layout =
			layout_find_minor(runtime->version >> 8, search.python.layout))) {
		enum status status = data_read(target, path, search_runtime, &search);
		if (status || runtime->address)
			return status;
	}
	return STATUS_NOT_FOUND;
}

enum status discover_runtime(struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, uint64_t *ret_size, struct error *err)
{
	if (!interpreter_file_find(file, "_PyRuntime", &runtime->address, ret_size))
		return STATUS_OK;
	*ret_size = 0;
	enum status status = discover_search_runtime(runtime, target, interpreter_file_path(file));
	if (status == STATUS_NOT_FOUND)
		return error_set(err, STATUS_NOT_PYTHON,
			"'_PyRuntime' is found neither by a symbol nor by its structure in '%s'",
			interpreter_file_path(file));
	return status ? error_set(err, status, "cannot search '%s': %s", interpreter_file_path(file),
				status_text(status))
		      : STATUS_OK;
}

// --- The runtime ---------------------------------------------------------------------------------

void runtime_destroy(struct runtime *runtime)
{
	if (!runtime)
		return;
	layout_destroy(runtime->owned_layout);
	free(runtime);
}

// "3.11.2", "3.15.0rc1" (Include/patchlevel.h: 0x0a alpha, 0x0b beta, 0x0c candidate, 0x0f final).
static void format_version(uint32_t version, char *buffer, size_t size)
{
	static const char *const levels[16] = {[0xa] = "a", [0xb] = "b", [0xc] = "rc"};
	const char *level = levels[version >> 4 & 0xf];
	int used = snprintf(buffer, size, "%u.%u.%u", version >> 24, version >> 16 & 0xff,
		version >> 8 & 0xff);
	if (level && used > 0 && (size_t)used < size)
		snprintf(buffer + used, size - (size_t)used, "%s%u", level, version & 0xf);
}

static bool has_symbol(const struct interpreter_file *file, const char *name)
{
	addr_t addr;
	return interpreter_file_find(file, name, &addr, NULL) == STATUS_OK;
}

// Whether the published offsets say that this is a free-threaded build.
static bool publishes_free_threaded(const struct runtime *runtime, const struct target *target)
{
	struct {
		char cookie[sizeof(PUBLISHED_COOKIE)];
		uint64_t version;
		uint64_t free_threaded;
	} head;
	_Static_assert(offsetof(__typeof__(head), free_threaded) == PUBLISHED_FREE_THREADED,
		"the published offsets begin with three words");
	if (target_read(target, runtime->address, &head, sizeof(head)))
		return false;
	return !memcmp(head.cookie, PUBLISHED_COOKIE, sizeof(head.cookie)) && head.free_threaded;
}

static enum status read_header(
	struct runtime *runtime, const struct target *target, struct error *err)
{
	enum status status = data_read_header_extra(
		target, runtime->well_known[WELL_KNOWN_type], &runtime->header_extra);
	if (status == STATUS_INVALID)
		return error_set(err, STATUS_NOT_PYTHON,
			"the type 'type' of CPython %s is not set up: the process may be just starting",
			runtime->version_text);
	return status ? error_set(err, status, "cannot read the interpreter's memory: %s",
				status_text(status))
		      : STATUS_OK;
}

static enum status refuse_free_threaded(
	struct runtime *runtime, const struct target *target, struct error *err)
{
	runtime->is_free_threaded = publishes_free_threaded(runtime, target) ||
		(runtime->header_extra && !linked_is_possible(runtime->version >> 8));
	if (!runtime->is_free_threaded)
		return STATUS_OK;
	return error_set(err, STATUS_NOT_PYTHON,
		"this is a free-threaded build of CPython %u.%u, which leaktop does not support yet",
		runtime->version >> 24, runtime->version >> 16 & 0xff);
}

enum status runtime_create(const struct target *target, const struct interpreter_file *file,
	struct runtime **ret, struct error *err)
{
	AUTO(runtime_destroyp) struct runtime *runtime = calloc(1, sizeof(*runtime));
	if (!runtime)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the runtime");

	uint64_t size = 0;
	enum status status = version_of_process(file, target, &runtime->version, err);
	if (status)
		return status == STATUS_NOT_FOUND ? STATUS_NOT_PYTHON : status;
	format_version(runtime->version, runtime->version_text, sizeof(runtime->version_text));
	status = discover_types(runtime, target, file, err);
	if (!status)
		status = read_header(runtime, target, err);
	if (!status)
		status = discover_runtime(runtime, target, file, &size, err);
	if (status)
		return status;
	log_trace(LOG_INTERP, "CPython %s, _PyRuntime at 0x%" PRIx64 " with %" PRIu64 " bytes",
		runtime->version_text, runtime->address, size);

	// Exported only if Py_REF_DEBUG is set (Include/object.h), that is by debug builds.
	runtime->is_debug = has_symbol(file, "_Py_RefTotal") ||
		has_symbol(file, "_Py_NegativeRefcount");
	if (interpreter_file_find(file, "interned", &runtime->interned_variable, NULL))
		runtime->interned_variable = 0;
	// The function that implements sys.getobjects().
	runtime->traces_refs = runtime->header_extra || has_symbol(file, "_Py_GetObjects");
	status = refuse_free_threaded(runtime, target, err);
	if (!status)
		status = select_layout(runtime, target, file, size, err);
	if (status)
		return status;
	*ret = take_ptr(runtime);
	return STATUS_OK;
}

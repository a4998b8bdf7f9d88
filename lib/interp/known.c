// SPDX-License-Identifier: MIT
#include "interp/known.h"

#include "base/log.h"
#include "interp/reader.h"
#include "interp/runtime.h"
#include "symbols/data.h"
#include "symbols/interpreter_file.h"
#include "target/target.h"

#include <string.h>

enum {
	WORD = 8,
	NAME_MAX_BYTES = 64,
};

#define WELL_KNOWN(name, symbol, type_name) [WELL_KNOWN_##name] = {symbol, type_name},
static const struct {
	const char *symbol, *type_names;
} well_known[WELL_KNOWN_COUNT] = {
#include "interp/well_known.def"
};
#undef WELL_KNOWN

struct search {
	struct runtime *runtime;
	const struct target *target;
	const struct layout *layout; // of the runtime that is looked for
	uint32_t type_at, name_at;   // ob_type in an object, tp_name in a type
};

static struct search search_of(struct runtime *runtime, const struct target *target)
{
	return (struct search){
		.runtime = runtime,
		.target = target,
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
	// A name may be the last thing in its mapping.
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

// None is the one object of its type.
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

enum status known_search_types(
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

enum status known_find_types(struct runtime *runtime, const struct target *target,
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
	enum status status = known_search_types(runtime, target, interpreter_file_path(file));
	if (status == STATUS_NOT_FOUND)
		return error_set(err, STATUS_NOT_PYTHON,
			"neither symbols nor the type 'type' are found in '%s'",
			interpreter_file_path(file));
	return status ? error_set(err, status, "cannot search '%s': %s", interpreter_file_path(file),
				status_text(status))
		      : STATUS_OK;
}

static bool read_word(const struct search *search, addr_t addr, uint64_t *ret)
{
	return !target_read(search->target, addr, ret, sizeof(*ret));
}

// That a thread state leads back to the interpreter state, and sys.modules is a dict.
static bool is_interpreter(const struct search *search, addr_t interpreter)
{
	const uint32_t *field = search->layout->field;
	uint64_t thread, owner, modules, type;
	return interpreter > UINT16_MAX && interpreter % WORD == 0 &&
	       read_word(search, interpreter + field[FIELD_interp_threads_head], &thread) &&
	       thread > UINT16_MAX && thread % WORD == 0 &&
	       read_word(search, thread + field[FIELD_thread_interp], &owner) &&
	       owner == interpreter &&
	       read_word(search, interpreter + field[FIELD_interp_modules], &modules) &&
	       read_word(search, modules + search->type_at, &type) &&
	       type == search->runtime->well_known[WELL_KNOWN_dict];
}

static bool is_initialized(const struct search *search, addr_t runtime)
{
	const uint32_t *field = search->layout->field;
	int32_t initialized;
	uint64_t finalizing;
	return !target_read(search->target, runtime + field[FIELD_runtime_initialized],
		       &initialized, sizeof(initialized)) &&
	       initialized == 1 &&
	       read_word(search, runtime + field[FIELD_runtime_finalizing], &finalizing) &&
	       !finalizing;
}

// Two neighbours lead to interpreter states: interpreters.head and interpreters.main.
static bool search_runtime(void *context, addr_t addr, const char *bytes, size_t size)
{
	struct search *search = context;
	const uint32_t *field = search->layout->field;
	uint32_t distance = field[FIELD_runtime_interpreters_main] -
		field[FIELD_runtime_interpreters_head];
	for (size_t i = 0; i + distance + WORD <= size; i += WORD) {
		if (!is_interpreter(search, word_at(bytes + i)) ||
			!is_interpreter(search, word_at(bytes + i + distance)) ||
			!is_initialized(search, addr + i - field[FIELD_runtime_interpreters_head]))
			continue;
		search->runtime->address = addr + i - field[FIELD_runtime_interpreters_head];
		return false;
	}
	return true;
}

enum status known_search_runtime(
	struct runtime *runtime, const struct target *target, const char *path)
{
	struct search search = search_of(runtime, target);
	runtime->address = 0;
	while ((search.layout = layout_find_minor(runtime->version >> 8, search.layout))) {
		enum status status = data_read(target, path, search_runtime, &search);
		if (status || runtime->address)
			return status;
	}
	return STATUS_NOT_FOUND;
}

enum status known_find_runtime(struct runtime *runtime, const struct target *target,
	const struct interpreter_file *file, uint64_t *ret_size, struct error *err)
{
	if (!interpreter_file_find(file, "_PyRuntime", &runtime->address, ret_size))
		return STATUS_OK;
	*ret_size = 0;
	enum status status = known_search_runtime(runtime, target, interpreter_file_path(file));
	if (status == STATUS_NOT_FOUND)
		return error_set(err, STATUS_NOT_PYTHON,
			"'_PyRuntime' is found neither by a symbol nor by its structure in '%s'",
			interpreter_file_path(file));
	return status ? error_set(err, status, "cannot search '%s': %s", interpreter_file_path(file),
				status_text(status))
		      : STATUS_OK;
}

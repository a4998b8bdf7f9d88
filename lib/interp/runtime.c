// SPDX-License-Identifier: MIT
#include "interp/runtime.h"

#include "base/guard.h"
#include "base/log.h"
#include "interp/choose.h"
#include "interp/known.h"
#include "layout/linked.h"
#include "symbols/data.h"
#include "symbols/interpreter_file.h"
#include "symbols/version.h"
#include "target/target.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

// The offsets that an interpreter publishes (Include/internal/pycore_debug_offsets.h, 3.13+): a
// cookie, the version, free_threaded.
enum { PUBLISHED_FREE_THREADED = 16 };
static const char PUBLISHED_COOKIE[8] = {'x', 'd', 'e', 'b', 'u', 'g', 'p', 'y'};

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
	status = known_find_types(runtime, target, file, err);
	if (!status)
		status = read_header(runtime, target, err);
	if (!status)
		status = known_find_runtime(runtime, target, file, &size, err);
	if (status)
		return status;
	log_trace(LOG_INTERP, "CPython %s, _PyRuntime at 0x%" PRIx64 " with %" PRIu64 " bytes",
		runtime->version_text, runtime->address, size);

	// Exported exactly where Py_REF_DEBUG is set (Include/object.h), so by debug builds.
	runtime->is_debug = has_symbol(file, "_Py_RefTotal") ||
		has_symbol(file, "_Py_NegativeRefcount");
	if (interpreter_file_find(file, "interned", &runtime->interned_variable, NULL))
		runtime->interned_variable = 0;
	// The function behind sys.getobjects().
	runtime->traces_refs = runtime->header_extra || has_symbol(file, "_Py_GetObjects");
	status = refuse_free_threaded(runtime, target, err);
	if (!status)
		status = choose_layout(runtime, target, file, size, err);
	if (status)
		return status;
	*ret = take_ptr(runtime);
	return STATUS_OK;
}

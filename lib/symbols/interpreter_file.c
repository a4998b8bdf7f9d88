// SPDX-License-Identifier: MIT
#include "symbols/interpreter_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "base/vector.h"
#include "symbols/data.h"
#include "symbols/elf_object.h"
#include "target/maps.h"
#include "target/target.h"

struct interpreter_file {
	struct elf_object *home; // defines _PyRuntime
	uint64_t home_bias;
	struct elf_object *executable; // NULL where it is home, or could not be opened
	uint64_t executable_bias;
	char *build_id;
	addr_t runtime; // of _PyRuntime where no symbol tells, 0 where one does or nothing is known
};

// A mapped file, once, with the mapping that tells its bias best.
struct candidate {
	const struct map *map;
	bool is_executable_file; // what /proc/PID/exe points to
	bool is_library;	 // named like a libpython
};

VECTOR(candidates, struct candidate)

struct search {
	const struct target *target;
	struct maps *maps;
	struct candidates candidates;
	enum status refusal; // why a file could not be opened, STATUS_OK if all could
	bool is_ready;	     // the home's interpreter was started
	bool has_old_python; // a file that defines Py_GetVersion and not _PyRuntime
	struct interpreter_file *file;
};

static bool is_same_file(const struct map *a, const struct map *b)
{
	return a->device == b->device && a->inode == b->inode && !strcmp(a->path, b->path);
}

static struct candidate *find_candidate(const struct search *search, const struct map *map)
{
	struct candidate *items = search->candidates.items;
	// The mappings of one file follow each other, so that the last one is the likely match.
	for (size_t i = search->candidates.count; i-- > 0;)
		if (is_same_file(items[i].map, map))
			return &items[i];
	return NULL;
}

// Only the loader maps code, while anybody may map a file to read it. So an executable mapping shows
// that the file was loaded.
static enum status collect_candidates(struct search *search)
{
	const char *exe = target_exe(search->target);
	for (size_t i = 0; i < search->maps->count; i++) {
		const struct map *map = &search->maps->items[i];
		if (!map->executable || map->path[0] != '/' || find_candidate(search, map))
			continue;
		const struct candidate candidate = {
			.map = map,
			.is_executable_file = !strcmp(map->path, exe),
			.is_library = strstr(path_base(map->path), "libpython") != NULL,
		};
		if (candidates_add(&search->candidates, candidate))
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

// NULL if the file cannot be used. The first reason why one could not even be opened is kept.
static struct elf_object *open_candidate(struct search *search, const struct candidate *candidate)
{
	int fd;
	struct elf_object *object;
	struct error why = {{0}};
	enum status status = target_open_file(search->target, candidate->map, &fd, &why);
	if (status && !search->refusal)
		search->refusal = status;
	if (!status)
		status = elf_object_open(fd, candidate->map->path, &object, &why);
	if (status)
		log_trace(LOG_SYMBOLS, "not looked into: %s", why.message);
	return status ? NULL : object;
}

// _PyRuntime came with 3.7, Py_GetVersion() with the first release.
static bool is_old_python(struct elf_object *object)
{
	struct elf_object_symbol symbol;
	return !elf_object_find_dynamic(object, "Py_GetVersion", &symbol);
}

static bool defines_runtime(struct elf_object *object, bool also_static)
{
	struct elf_object_symbol symbol;
	return !elf_object_find_dynamic(object, "_PyRuntime", &symbol) ||
	       (also_static && !elf_object_find_static(object, "_PyRuntime", &symbol));
}

// Whether an interpreter was started with the types of this home: PyType_Ready() sets a flag
// (Include/object.h, Py_TPFLAGS_READY; tp_flags has not moved from 3.8 to 3.15).
static bool is_ready(const struct search *search)
{
	const uint64_t flag_ready = 1 << 12;
	enum { FLAGS_OFFSET = 168 };
	addr_t type;
	uint64_t flags;
	return !interpreter_file_find(search->file, "PyBaseObject_Type", &type, NULL) &&
	       !target_read(search->target, type + FLAGS_OFFSET, &flags, sizeof(flags)) &&
	       flags & flag_ready;
}

// A process may have several interpreters from different files (plugins bring their own). The first one
// that was started is taken, or the first of all if none was.
static void add_home(struct search *search, struct elf_object *take, uint64_t bias)
{
	struct interpreter_file *file = search->file;
	struct elf_object *idle = file->home;
	uint64_t idle_bias = file->home_bias;
	file->home = take;
	file->home_bias = bias;
	search->is_ready = is_ready(search);
	if (!idle)
		return;
	if (search->is_ready) {
		elf_object_close(idle);
	} else {
		elf_object_close(take);
		file->home = idle;
		file->home_bias = idle_bias;
	}
}

// Takes the candidate as home if it defines the runtime; as the executable if it is that.
static void try_candidate(struct search *search, const struct candidate *candidate)
{
	struct interpreter_file *file = search->file;
	bool is_executable = candidate->is_executable_file;
	AUTO(elf_object_closep) struct elf_object *object = open_candidate(search, candidate);
	uint64_t bias;
	if (!object || elf_object_bias(object, candidate->map, &bias))
		return;
	if (defines_runtime(object, is_executable || candidate->is_library)) {
		log_trace(LOG_SYMBOLS, "'%s' defines _PyRuntime, bias 0x%llx",
			elf_object_path(object), (unsigned long long)bias);
		add_home(search, take_ptr(object), bias);
		return;
	}
	search->has_old_python = search->has_old_python || is_old_python(object);
	if (is_executable) {
		file->executable_bias = bias;
		file->executable = take_ptr(object);
	}
}

// Without symbols a file is the interpreter's if it has the section that _PyRuntime is kept in (3.10+,
// Python/pylifecycle.c), or the cookie that opens it (3.13+), or the type of types in its data.
static void try_nameless(struct search *search, const struct candidate *candidate)
{
	struct interpreter_file *file = search->file;
	AUTO(elf_object_closep) struct elf_object *object = open_candidate(search, candidate);
	struct elf_object_symbol section;
	struct landmarks found = {0};
	uint64_t bias;
	if (!object || elf_object_bias(object, candidate->map, &bias))
		return;
	if (!elf_object_find_section(object, ".PyRuntime", &section))
		found.runtime = section.value + bias;
	else if (data_find_landmarks(search->target, candidate->map->path, &found) ||
		(!found.runtime && !found.type))
		return;
	log_trace(LOG_SYMBOLS, "'%s' has an interpreter without symbols, _PyRuntime at 0x%llx",
		elf_object_path(object), (unsigned long long)found.runtime);
	file->runtime = found.runtime;
	file->home_bias = bias;
	file->home = take_ptr(object);
	elf_object_close(take_ptr(file->executable));
	search->is_ready = true;
}

enum rank { RANK_EXECUTABLE, RANK_LIBRARY, RANK_OTHER };

static enum rank rank_of(const struct candidate *candidate)
{
	if (candidate->is_executable_file)
		return RANK_EXECUTABLE;
	return candidate->is_library ? RANK_LIBRARY : RANK_OTHER;
}

static void try_candidates(struct search *search, enum rank last,
	void (*try)(struct search *search, const struct candidate *candidate))
{
	const struct candidate *items = search->candidates.items;
	for (int rank = 0; rank <= (int)last; rank++)
		for (size_t i = 0; i < search->candidates.count; i++) {
			if ((int)rank_of(&items[i]) == rank)
				try(search, &items[i]);
			if (search->is_ready)
				return;
		}
}

static bool is_pypy(const struct search *search)
{
	if (!strncmp(path_base(target_exe(search->target)), "pypy", strlen("pypy")))
		return true;
	for (size_t i = 0; i < search->maps->count; i++)
		if (strstr(path_base(search->maps->items[i].path), "libpypy"))
			return true;
	return false;
}

// The process's name fit for a message. The caller frees it; NULL without memory.
static char *describe_process(const struct target *target)
{
	struct text text = {0};
	const char *name = path_base(target_exe(target));
	if (!*name)
		name = target_command_line(target);
	text_add_foreign(&text, name, strnlen(name, 64));
	return text_take(&text);
}

static enum status refuse(const struct search *search, struct error *err)
{
	AUTO(freep) char *name = describe_process(search->target);
	const char *shown = name && *name ? name : "no name";
	int pid = (int)target_pid(search->target);
	if (is_pypy(search))
		return error_set(err, STATUS_NOT_PYTHON,
			"pid %d is PyPy (%s), leaktop reads CPython only", pid, shown);
	if (search->has_old_python)
		return error_set(err, STATUS_NOT_PYTHON,
			"pid %d is a CPython older than any that leaktop reads (%s)", pid, shown);
	if (search->refusal == STATUS_PERMISSION || search->refusal == STATUS_GONE)
		return error_set(err, search->refusal,
			"cannot look into the files of pid %d (%s): %s", pid, shown,
			status_text(search->refusal));
	return error_set(
		err, STATUS_NOT_PYTHON, "pid %d is not a CPython process (%s)", pid, shown);
}

static void search_deinit(struct search *search)
{
	maps_destroy(search->maps);
	candidates_deinit(&search->candidates);
	interpreter_file_close(search->file);
}

enum status interpreter_file_open(
	const struct target *target, struct interpreter_file **ret, struct error *err)
{
	AUTO(search_deinit) struct search search = {.target = target};
	search.file = calloc(1, sizeof(*search.file));
	if (!search.file)
		return error_set(err, STATUS_NO_MEMORY, "cannot look for the interpreter");
	enum status status = target_read_maps(target, false, &search.maps, err);
	if (status)
		return status;
	if (collect_candidates(&search))
		return error_set(err, STATUS_NO_MEMORY, "cannot look for the interpreter");
	try_candidates(&search, RANK_OTHER, try_candidate);
	if (!search.file->home && !search.has_old_python)
		try_candidates(&search, RANK_LIBRARY, try_nameless);
	if (!search.file->home)
		return refuse(&search, err);
	if (elf_object_read_build_id(search.file->home, &search.file->build_id))
		return error_set(err, STATUS_NO_MEMORY, "cannot look for the interpreter");
	*ret = take_ptr(search.file);
	return STATUS_OK;
}

void interpreter_file_close(struct interpreter_file *file)
{
	if (!file)
		return;
	elf_object_close(file->home);
	elf_object_close(file->executable);
	free(file->build_id);
	free(file);
}

const char *interpreter_file_path(const struct interpreter_file *file)
{
	return elf_object_path(file->home);
}

// An executable that refers to a variable of a library directly has a copy of it, and the loader
// makes the library use that copy: the library's own is dead.
enum status interpreter_file_find(
	const struct interpreter_file *file, const char *name, addr_t *ret, uint64_t *size)
{
	struct elf_object_symbol symbol;
	enum status status = STATUS_NOT_FOUND;
	uint64_t bias = file->executable_bias;
	if (file->runtime && !strcmp(name, "_PyRuntime")) {
		*ret = file->runtime;
		if (size)
			*size = 0;
		return STATUS_OK;
	}
	if (file->executable)
		status = elf_object_find_dynamic(file->executable, name, &symbol);
	if (status) {
		bias = file->home_bias;
		status = elf_object_find_dynamic(file->home, name, &symbol);
	}
	if (status)
		status = elf_object_find_static(file->home, name, &symbol);
	if (status)
		return STATUS_NOT_FOUND;
	*ret = symbol.value + bias;
	if (size)
		*size = symbol.size;
	return STATUS_OK;
}

const char *interpreter_file_build_id(const struct interpreter_file *file)
{
	return file->build_id;
}

uint64_t interpreter_file_bias(const struct interpreter_file *file)
{
	return file->home_bias;
}

int interpreter_file_descriptor(const struct interpreter_file *file)
{
	return elf_object_file(file->home);
}

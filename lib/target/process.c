// SPDX-License-Identifier: MIT
#include "target/process.h"

#include "base/guard.h"
#include "base/path.h"
#include "base/vector.h"
#include "target/maps.h"
#include "target/proc.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The largest programs with a whole interpreter inside are smaller than this.
static const off_t FILE_LIMIT = (off_t)1 << 28;

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

// python, python3, python3.13t, python3.11 (deleted); but not python-config.
static bool is_interpreter_name(const char *path)
{
	const char *base = path_base(path);
	return !strncmp(base, "python", 6) &&
		(!base[6] || base[6] == ' ' || isdigit((unsigned char)base[6]));
}

// Programs in a memfd have no telling name. Whether the kernel itself made the file, so that no
// file system of a stranger is asked for its bytes, is told by its device.
static bool is_memory_file(const struct map *map)
{
	if (strncmp(map->path, "/memfd:", strlen("/memfd:")))
		return false;
	return map->device == proc_memory_device();
}

// Whether a file names _PyRuntime, as symbols of interpreters do.
static bool names_runtime(int fd)
{
	static const char name[] = "_PyRuntime";
	enum { PIECE = 1 << 16, KEPT = sizeof(name) - 1 };
	char bytes[KEPT + PIECE] = {0};
	for (off_t at = 0; at < FILE_LIMIT;) {
		ssize_t got = pread(fd, bytes + KEPT, PIECE, at);
		if (got <= 0)
			return false;
		if (memmem(bytes, KEPT + (size_t)got, name, sizeof(name)))
			return true;
		// What lies across the end of a piece is found with the next one.
		memmove(bytes, bytes + got, KEPT);
		at += got;
	}
	return false;
}

// The kernel's link to a mapped file needs a capability. Without it we see but processes of our own
// user, of which the link to the program may be opened.
static bool memory_file_has_python(int proc_fd, const struct map *map)
{
	char name[64];
	struct stat stat;
	snprintf(name, sizeof(name), "map_files/%llx-%llx", (unsigned long long)map->start,
		(unsigned long long)map->end);
	AUTO(closep) int fd = openat(proc_fd, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == EPERM)
		fd = openat(proc_fd, "exe", O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	return fd >= 0 && !fstat(fd, &stat) && stat.st_dev == map->device &&
		stat.st_ino == map->inode && names_runtime(fd);
}

// Loaders map code privately; shared maps of a memfd are of compilers at run time.
static bool is_loaded_from_memory(const struct map *map)
{
	return map->executable && !map->shared && is_memory_file(map);
}

static bool map_is_python(const struct map *map)
{
	if (*map->path != '/')
		return false;
	return !strncmp(path_base(map->path), "libpython", 9) ||
		(map->executable && is_interpreter_name(map->path));
}

// Whether a process looks like Python by its names, if nothing else can be read.
static bool is_named_python(const struct process *process, const struct proc_stat *stat)
{
	char *first = strdup(process->command_line);
	if (!first)
		return is_interpreter_name(stat->name);
	first[strcspn(first, " ")] = '\0';
	bool is_python = is_interpreter_name(first) || is_interpreter_name(stat->name);
	free(first);
	return is_python;
}

static bool has_python(int proc_fd, const struct process *process, const struct proc_stat *stat)
{
	AUTO(freep) char *text = NULL;
	AUTO(maps_destroyp) struct maps *maps = NULL;
	size_t length;
	if (proc_read(proc_fd, "maps", &text, &length) ||
		maps_parse(text, length, &maps, NULL))
		return is_named_python(process, stat);
	for (size_t i = 0; i < maps->count; i++)
		if (map_is_python(&maps->items[i]) ||
			(is_loaded_from_memory(&maps->items[i]) &&
				memory_file_has_python(proc_fd, &maps->items[i])))
			return true;
	return false;
}

static enum status read_exe(int proc_fd, struct process *process)
{
	if (!proc_read_link(proc_fd, "exe", &process->exe))
		return STATUS_OK;
	process->exe = strdup("");
	return process->exe ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status read_command_line(
	int proc_fd, const struct proc_stat *stat, struct process *process)
{
	size_t length;
	enum status status = proc_read(proc_fd, "cmdline", &process->command_line, &length);
	if (!status && length) {
		while (length && !process->command_line[length - 1])
			length--;
		for (size_t i = 0; i < length; i++)
			if (!process->command_line[i])
				process->command_line[i] = ' ';
		return STATUS_OK;
	}
	free(process->command_line);
	process->command_line = strdup(stat->name);
	return process->command_line ? STATUS_OK : STATUS_NO_MEMORY;
}

static uid_t read_uid(int proc_fd)
{
	AUTO(freep) char *text = NULL;
	size_t length;
	uint64_t uid;
	if (proc_read(proc_fd, "status", &text, &length) || proc_find_number(text, "Uid:", &uid))
		return (uid_t)-1;
	return (uid_t)uid;
}

// Returns statuses of reading; a process that is gone or inaccessible is no failure of the list.
static enum status process_read(pid_t pid, struct process *process)
{
	AUTO(closep) int leader_fd = -1;
	AUTO(closep) int proc_fd = -1;
	struct proc_stat stat, living;
	pid_t tid;
	enum status status = proc_open(pid, &leader_fd, NULL);
	if (!status)
		status = proc_read_stat(leader_fd, "stat", &stat);
	if (!status)
		status = proc_open_living(pid, &proc_fd, &tid, NULL);
	if (!status)
		status = proc_read_stat(proc_fd, "stat", &living);
	if (status)
		return status;
	*process = (struct process){
		.pid = pid,
		.parent = stat.parent,
		.uid = read_uid(proc_fd),
		.start_time = stat.start_time,
		.rss_bytes = living.rss_bytes,
		.state = living.state,
	};
	status = read_exe(proc_fd, process);
	if (!status)
		status = read_command_line(proc_fd, &stat, process);
	if (!status)
		process->has_python = has_python(proc_fd, process, &stat);
	return status;
}

VECTOR(processes, struct process)

static enum status list_add(struct processes *items, pid_t pid, bool only_python)
{
	struct process process = {0};
	enum status status = process_read(pid, &process);
	if (status || (only_python && !process.has_python)) {
		process_deinit(&process);
		return status == STATUS_NO_MEMORY ? status : STATUS_OK;
	}
	status = processes_add(items, process);
	if (status)
		process_deinit(&process);
	return status;
}

static int process_compare(const void *left, const void *right)
{
	const struct process *a = left;
	const struct process *b = right;
	return (a->pid > b->pid) - (a->pid < b->pid);
}

static pid_t entry_number(const struct dirent *entry)
{
	char *end;
	long number = strtol(entry->d_name, &end, 10);
	return *end || number <= 0 ? 0 : (pid_t)number;
}

enum status process_list_read(bool only_python, struct process_list **ret, struct error *err)
{
	AUTO(process_list_destroyp) struct process_list *list = calloc(1, sizeof(*list));
	if (!list)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the list of processes");
	AUTO(closedirp) DIR *dir = opendir("/proc");
	if (!dir)
		return error_set(err, STATUS_FAILED, "cannot list '/proc': is it mounted?");
	struct processes items = {0};
	enum status status = STATUS_OK;
	const struct dirent *entry;
	while (!status && (entry = readdir(dir))) {
		pid_t pid = entry_number(entry);
		if (pid)
			status = list_add(&items, pid, only_python);
	}
	list->items = processes_take_items(&items, &list->count);
	if (status)
		return error_set(err, status, "cannot allocate the list of processes");
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), process_compare);
	*ret = take_ptr(list);
	return STATUS_OK;
}

VECTOR(process_threads, struct process_thread)

// The id of a thread in its innermost pid namespace: the last number of NSpid.
static pid_t read_inner_tid(int task_fd, pid_t tid)
{
	char name[32];
	AUTO(freep) char *text = NULL;
	size_t length;
	snprintf(name, sizeof(name), "%d/status", (int)tid);
	if (proc_read(task_fd, name, &text, &length))
		return tid;
	const char *line = strstr(text, "\nNSpid:");
	if (!line)
		return tid;
	const char *end = strchrnul(line + 1, '\n');
	const char *last = memrchr(line, '\t', (size_t)(end - line));
	return last ? (pid_t)strtol(last, NULL, 10) : tid;
}

static enum status thread_add(
	int task_fd, const struct dirent *entry, struct process_threads *threads)
{
	pid_t tid = entry_number(entry);
	struct proc_stat stat;
	char name[32];
	if (!tid)
		return STATUS_OK;
	snprintf(name, sizeof(name), "%d/stat", (int)tid);
	// Leaves out a thread that ended meanwhile.
	if (proc_read_stat(task_fd, name, &stat))
		return STATUS_OK;
	struct process_thread *thread = process_threads_add_zeroed(threads);
	if (!thread)
		return STATUS_NO_MEMORY;
	thread->tid = thread->inner_tid = tid;
	thread->state = stat.state;
	thread->cpu_ticks = stat.cpu_ticks;
	memcpy(thread->name, stat.name, sizeof(thread->name));
	return STATUS_OK;
}

// If the main thread has the same id inside and outside of the namespace, all threads have.
static void read_inner_tids(int task_fd, pid_t pid, const struct process_threads *threads)
{
	if (read_inner_tid(task_fd, pid) == pid)
		return;
	vector_for_each (thread, threads)
		thread->inner_tid = read_inner_tid(task_fd, thread->tid);
}

enum status process_threads_read(
	pid_t pid, struct process_thread **ret, size_t *ret_count, struct error *err)
{
	AUTO(closep) int proc_fd = -1;
	enum status status = proc_open(pid, &proc_fd, err);
	if (status)
		return status;
	int task_fd = openat(proc_fd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(closedirp) DIR *dir = task_fd >= 0 ? fdopendir(task_fd) : NULL;
	if (!dir) {
		closep(&task_fd);
		return error_set(err, STATUS_GONE, "process %d has ended", (int)pid);
	}
	AUTO(process_threads_deinit) struct process_threads threads = {0};
	const struct dirent *entry;
	while (!status && (entry = readdir(dir)))
		status = thread_add(task_fd, entry, &threads);
	if (status)
		return error_set(err, status, "cannot allocate the list of threads");
	read_inner_tids(task_fd, pid, &threads);
	*ret = process_threads_take_items(&threads, ret_count);
	return STATUS_OK;
}

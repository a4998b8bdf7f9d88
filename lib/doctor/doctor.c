// SPDX-License-Identifier: MIT
#include "doctor/doctor.h"

#include "base/guard.h"
#include "base/text.h"
#include "doctor/findings.h"
#include "interp/runtime.h"
#include "layout/layout.h"
#include "symbols/interpreter_file.h"
#include "target/budget.h"
#include "target/live/access.h"
#include "target/maps.h"
#include "target/proc.h"
#include "target/process.h"
#include "target/target.h"
#include "view/line.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_WIDTH = 60 };

static const uint64_t LITTLE_MEMORY = 256ull << 20;

// How fast process_vm_readv() reads memory that is there (measured, less a margin), and how long it
// takes to stop and resume some threads.
static const double COPY_BYTES_PER_MS = 4e6;
static const double STOP_MS = 1;

static void examine_rights(struct findings *findings)
{
	int scope = access_yama_scope();
	bool capable = access_has_ptrace_capability();
	if (scope >= 3)
		findings_add_failure(findings, "rights", STATUS_PERMISSION,
			"kernel.yama.ptrace_scope is 3: nobody may trace until the next boot");
	else if (capable)
		findings_add_good(findings, "rights", "CAP_SYS_PTRACE: processes of every user");
	else if (scope == 2)
		findings_add_failure(findings, "rights", STATUS_PERMISSION,
			"kernel.yama.ptrace_scope is 2: run as root");
	else if (scope == 1)
		findings_add_failure(findings, "rights", STATUS_PERMISSION,
			"kernel.yama.ptrace_scope is 1: run as root, or set it to 0");
	else if (geteuid() == 0)
		findings_add_warning(findings, "rights",
			"root without CAP_SYS_PTRACE: processes of root only; start the container "
			"with --cap-add=SYS_PTRACE");
	else
		findings_add_good(findings, "rights",
			"processes of user %u; as root, those of every user", (unsigned)geteuid());
}

// Does to a child of ours what a sample does to a process. Only a filter of system calls can prevent
// that. Returns the call that fails and sets errno, or NULL.
static const char *try_on_child(pid_t child)
{
	int status;
	char byte;
	// The child is a copy of us, so it has the same addresses.
	static const char there = 1;
	struct iovec local = {.iov_base = &byte, .iov_len = 1};
	struct iovec remote = {.iov_base = (void *)&there, .iov_len = 1};
	if (ptrace(PTRACE_SEIZE, child, NULL, NULL))
		return "ptrace";
	if (ptrace(PTRACE_INTERRUPT, child, NULL, NULL) || waitpid(child, &status, __WALL) < 0)
		return "ptrace";
	if (process_vm_readv(child, &local, 1, &remote, 1, 0) != 1)
		return "process_vm_readv";
	return NULL;
}

static void examine_calls(struct findings *findings)
{
	pid_t child = fork();
	if (child < 0) {
		findings_add_warning(
			findings, "system calls", "cannot try them on a child: %s", strerror(errno));
		return;
	}
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	const char *failed = try_on_child(child);
	int number = errno;
	kill(child, SIGKILL);
	while (waitpid(child, NULL, __WALL) < 0 && errno == EINTR)
		;
	struct error err;
	if (!failed)
		findings_add_good(findings, "system calls", "ptrace and process_vm_readv work");
	else
		findings_add_failure(findings, "system calls",
			error_set_errno(&err, STATUS_PERMISSION, number,
				"a filter forbids %s here, start the container with "
				"--cap-add=SYS_PTRACE",
				failed),
			err.message);
}

static bool is_contained(void)
{
	const char *container = getenv("container");
	return (container && *container) || !access("/.dockerenv", F_OK) ||
		!access("/run/.containerenv", F_OK);
}

static bool hides_processes(void)
{
	AUTO(freep) char *text = NULL;
	size_t length;
	if (proc_read(AT_FDCWD, "/proc/self/mounts", &text, &length))
		return false;
	char *rest = text;
	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
		if (strstr(line, " /proc proc ") && strstr(line, "hidepid="))
			return !strstr(line, "hidepid=0") && !strstr(line, "hidepid=off");
	return false;
}

static void examine_surroundings(struct findings *findings)
{
	if (is_contained())
		findings_add_warning(findings, "container",
			"we are in one: processes outside are not seen; for those, run leaktop on the "
			"host, or start the container with --pid=host");
	else
		findings_add_good(findings, "container", "we are in none that can be told");
	if (hides_processes() && geteuid() != 0)
		findings_add_warning(findings, "/proc",
			"mounted with hidepid: processes of other users are not seen, run as root");
}

static void examine_memory(struct findings *findings)
{
	char figure[TEXT_FIGURE_SIZE];
	struct budget budget = budget_read(0, 0);
	text_bytes(figure, budget.available_bytes);
	if (budget.available_bytes < LITTLE_MEMORY)
		findings_add_warning(findings, "memory",
			"only %s are %s: larger processes cannot be copied", figure, budget.limit);
	else
		findings_add_good(findings, "memory", "%s are %s", figure, budget.limit);
}

// A command line may hold a whole program.
static void add_command(struct text *text, const char *command_line)
{
	struct text safe = {0};
	text_add_foreign(&safe, command_line, strlen(command_line));
	if (safe.bytes)
		line_add_cut(text, safe.bytes, COMMAND_WIDTH, false);
	text_deinit(&safe);
}

// Of a process among others: may we attach to it?
static void examine_access(const struct process *process, struct findings *findings)
{
	char subject[32];
	struct error err = {""};
	snprintf(subject, sizeof(subject), "process %d", (int)process->pid);
	enum status status = target_diagnose_access(process->pid, &err);
	struct text text = {0};
	text_add(&text, "leaktop may attach to ");
	add_command(&text, process->command_line);
	findings_add(findings, subject, status, &err, text.bytes ? text.bytes : "");
	text_deinit(&text);
}

static void examine_processes(struct findings *findings)
{
	AUTO(process_list_destroyp) struct process_list *list = NULL;
	struct error err = {""};
	enum status status = process_list_read(true, &list, &err);
	if (status) {
		findings_add_failure(findings, "processes", status, err.message);
		return;
	}
	if (!list->count)
		findings_add_warning(findings, "processes", "no Python process is seen here");
	for (size_t i = 0; i < list->count; i++)
		examine_access(&list->items[i], findings);
}

static void examine_machine(struct findings *findings)
{
	examine_rights(findings);
	examine_calls(findings);
	examine_surroundings(findings);
	examine_memory(findings);
	examine_processes(findings);
}

static void add_program(const struct target *target, struct findings *findings)
{
	struct text text = {0};
	const char *command_line = target_command_line(target);
	text_add_foreign(&text, command_line, strlen(command_line));
	findings_add_good(findings, "process", "%d runs %s", (int)target_pid(target),
		text.bytes ? text.bytes : "a program without a command line");
	text_deinit(&text);
}

// Whether target and interpreter can be opened; the runtime is only looked at.
static enum status examine_interpreter(const struct target *target, struct findings *findings)
{
	AUTO(interpreter_file_closep) struct interpreter_file *file = NULL;
	AUTO(runtime_destroyp) struct runtime *runtime = NULL;
	struct error err = {""};
	enum status status = interpreter_file_open(target, &file, &err);
	if (status) {
		findings_add_failure(findings, "interpreter", status, err.message);
		return status;
	}
	struct text path = {0};
	text_add_foreign(&path, interpreter_file_path(file), strlen(interpreter_file_path(file)));
	findings_add_good(findings, "interpreter", "found in %s", path.bytes ? path.bytes : "");
	text_deinit(&path);
	status = runtime_create(target, file, &runtime, &err);
	if (status) {
		findings_add_failure(findings, "version", status, err.message);
		return status;
	}
	static const char *const sources[] = {
		[LAYOUT_TABLE] = "a built-in table",
		[LAYOUT_DWARF] = "a file", // it is named instead
		[LAYOUT_PUBLISHED] = "a built-in table and the offsets it publishes",
		// In parentheses, since clang takes two strings in a row for a forgotten comma.
		[LAYOUT_STRUCTURE] = ("the structure of its memory, since no table is for this "
				      "build: some of what leads to objects may be missing"),
	};
	findings_add_good(findings, "version", "CPython %s%s", runtime->version_text,
		runtime->is_debug ? ", a debug build" : "");
	const struct layout *layout = runtime->layout;
	findings_add_good(findings, "layout", "%s, from %s; it passes the self-check", layout->name,
		layout->origin ? layout->origin : sources[layout->source]);
	return STATUS_OK;
}

static uint64_t bytes_to_copy(const struct maps *maps)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < maps->count; i++)
		if (map_is_heap(&maps->items[i]))
			bytes += maps->items[i].rss_bytes;
	return bytes;
}

static void examine_cost(const struct target *target, struct findings *findings)
{
	AUTO(maps_destroyp) struct maps *maps = NULL;
	struct error err = {""};
	enum status status = target_read_maps(target, true, &maps, &err);
	if (status) {
		findings_add_failure(findings, "memory map", status, err.message);
		return;
	}
	char figure[TEXT_FIGURE_SIZE], need[TEXT_FIGURE_SIZE];
	uint64_t bytes = bytes_to_copy(maps);
	findings_add_good(findings, "pause", "each sample copies %s: it stops for about %.0f ms",
		text_bytes(figure, bytes), STOP_MS + (double)bytes / COPY_BYTES_PER_MS);
	struct budget budget = budget_read(0, 0);
	status = budget_check(&budget, bytes, 0, &err);
	if (status)
		findings_add_failure(findings, "memory", status, err.message);
	else
		findings_add_good(findings, "memory", "a sample needs about %s, %s are %s",
			text_bytes(need, budget_need(bytes)),
			text_bytes(figure, budget.available_bytes), budget.limit);
}

// Step by step: may we attach to it, is it a CPython that we know, what would a sample cost? Ends at
// the first step that fails.
static void examine_process(pid_t pid, struct findings *findings)
{
	AUTO(target_closep) struct target *target = NULL;
	struct error err = {""};
	enum status status = target_open_pid(pid, &target, &err);
	if (status) {
		findings_add_failure(findings, "process", status, err.message);
		return;
	}
	add_program(target, findings);
	status = target_diagnose_access(pid, &err);
	findings_add(findings, "access", status, &err, "leaktop may attach to it");
	if (status || examine_interpreter(target, findings))
		return;
	examine_cost(target, findings);
}

enum status doctor_examine(
	pid_t pid, struct table **ret, enum status *ret_worst, struct error *err)
{
	AUTO(findings_deinit) struct findings findings;
	enum status status = findings_init(&findings);
	if (!status && pid)
		examine_process(pid, &findings);
	else if (!status)
		examine_machine(&findings);
	if (status || findings.failure)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the findings");
	*ret_worst = findings.worst;
	*ret = take_ptr(findings.table);
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "doctor/doctor.h"

#include "base/guard.h"
#include "base/text.h"
#include "doctor/checkup.h"
#include "doctor/findings.h"
#include "target/budget.h"
#include "target/proc.h"
#include "target/process.h"
#include "target/target.h"
#include "view/line.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
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

static bool has_capability(void)
{
	AUTO(freep) char *text = NULL;
	size_t length;
	if (proc_read(AT_FDCWD, "/proc/self/status", &text, &length))
		return false;
	const char *line = strstr(text, "\nCapEff:");
	return line && strtoull(line + strlen("\nCapEff:"), NULL, 16) >> CAP_SYS_PTRACE & 1;
}

// kernel.yama.ptrace_scope, 0 where the kernel has no yama.
static unsigned yama_scope(void)
{
	AUTO(freep) char *text = NULL;
	size_t length;
	uint64_t scope;
	if (proc_read(AT_FDCWD, "/proc/sys/kernel/yama/ptrace_scope", &text, &length) ||
		proc_find_number(text, "", &scope))
		return 0;
	return (unsigned)scope;
}

static void examine_rights(struct findings *findings)
{
	unsigned scope = yama_scope();
	bool capable = has_capability();
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

static void examine_process(const struct process *process, struct findings *findings)
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
		examine_process(&list->items[i], findings);
}

static void examine_machine(struct findings *findings)
{
	examine_rights(findings);
	examine_calls(findings);
	examine_surroundings(findings);
	examine_memory(findings);
	examine_processes(findings);
}

enum status doctor_examine(
	pid_t pid, struct table **ret, enum status *ret_worst, struct error *err)
{
	AUTO(findings_deinit) struct findings findings;
	enum status status = findings_init(&findings);
	if (!status && pid)
		checkup_run(pid, &findings);
	else if (!status)
		examine_machine(&findings);
	if (status || findings.failure)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the findings");
	*ret_worst = findings.worst;
	*ret = take_ptr(findings.table);
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "target/live/access.h"

#include "base/guard.h"
#include "base/text.h"
#include "target/proc.h"
#include "target/target.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <unistd.h>

enum { YAMA_UNKNOWN = -1, YAMA_RESTRICTED = 1, YAMA_ADMIN = 2, YAMA_NEVER = 3 };

// What a process of /proc tells about itself and us.
struct facts {
	pid_t pid;
	uint64_t tracer;
	uint64_t uid; // real user of the target; where set-uid programs run, see is_dumpable
	bool is_dumpable;
	bool has_ptrace_capability; // we
	bool has_same_user_namespace;
	int yama_scope;
};

bool access_has_ptrace_capability(void)
{
	AUTO(freep) char *text = NULL;
	size_t length;
	if (proc_read(AT_FDCWD, "/proc/self/status", &text, &length))
		return false;
	const char *line = strstr(text, "\nCapEff:");
	if (!line)
		return false;
	uint64_t capabilities = strtoull(line + strlen("\nCapEff:"), NULL, 16);
	return capabilities >> CAP_SYS_PTRACE & 1;
}

int access_yama_scope(void)
{
	uint64_t scope;
	return proc_read_number(AT_FDCWD, "/proc/sys/kernel/yama/ptrace_scope", "", &scope)
		? (int)scope
		: YAMA_UNKNOWN;
}

static bool has_same_user_namespace(int proc_fd)
{
	struct stat theirs;
	struct stat ours;
	// Where theirs may not be looked at, permission is what is missing, not the namespace.
	if (fstatat(proc_fd, "ns/user", &theirs, 0) || stat("/proc/self/ns/user", &ours))
		return true;
	return theirs.st_ino == ours.st_ino;
}

// While a copy is under way that is us.
static bool is_own_thread(uint64_t tid)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/task/%" PRIu64, tid);
	return !access(path, F_OK);
}

static void facts_read(int proc_fd, struct facts *facts)
{
	struct stat stat;
	if (!proc_read_number(proc_fd, "status", "TracerPid:", &facts->tracer) ||
		is_own_thread(facts->tracer))
		facts->tracer = 0;
	if (!proc_read_number(proc_fd, "status", "Uid:", &facts->uid))
		facts->uid = 0;
	// The kernel gives the directory of a process that is not dumpable to root.
	facts->is_dumpable = !facts->uid || fstat(proc_fd, &stat) || stat.st_uid == facts->uid;
	facts->has_ptrace_capability = access_has_ptrace_capability();
	facts->has_same_user_namespace = has_same_user_namespace(proc_fd);
	facts->yama_scope = access_yama_scope();
}

// The cause and the way out, as much as can be told from outside. With the capability only a
// user namespace, yama's last stage and a security module can still refuse.
static const char *facts_explain(const struct facts *facts, char *buffer, size_t size)
{
	if (facts->yama_scope >= YAMA_NEVER)
		return "kernel.yama.ptrace_scope is 3: nobody may trace until the next boot";
	if (!facts->has_same_user_namespace)
		return "it belongs to another user namespace: run leaktop as root on the host, or "
		       "inside its container";
	if (facts->has_ptrace_capability)
		return "a security module such as SELinux or AppArmor forbids it: see the kernel log";
	if (!geteuid())
		return "the capability CAP_SYS_PTRACE is missing: start the container with "
		       "--cap-add=SYS_PTRACE";
	if (facts->uid != geteuid()) {
		snprintf(buffer, size, "it belongs to user %" PRIu64 ": run as that user or as root",
			facts->uid);
		return buffer;
	}
	if (!facts->is_dumpable)
		return "it is not dumpable, since it changed its user or asked for it: run as root";
	if (facts->yama_scope == YAMA_ADMIN)
		return "kernel.yama.ptrace_scope is 2: run as root";
	if (facts->yama_scope == YAMA_RESTRICTED)
		return "kernel.yama.ptrace_scope is 1: run as root, or set it to 0";
	return "the reason is not known: run as root";
}

static enum status set_busy(const struct facts *facts, struct error *err)
{
	struct proc_stat stat = {0};
	AUTO(text_deinit) struct text name = {0};
	char path[48];
	snprintf(path, sizeof(path), "/proc/%" PRIu64 "/stat", facts->tracer);
	if (!proc_read_stat(AT_FDCWD, path, &stat))
		text_add_foreign(&name, stat.name, strlen(stat.name));
	return error_set(err, STATUS_BUSY,
		"cannot attach to %d: process %" PRIu64 " (%s) traces it already, wait until it ends",
		(int)facts->pid, facts->tracer, name.bytes ? name.bytes : "unknown");
}

// Whether the system call itself is let through: with no process of that number only a filter, as
// containers have, says anything else than ESRCH.
static bool is_ptrace_filtered(void)
{
	return ptrace(PTRACE_SEIZE, INT32_MAX, NULL, NULL) && errno != ESRCH;
}

static enum status check_alive(int proc_fd, pid_t pid, struct error *err)
{
	struct proc_stat stat;
	enum status status = proc_read_stat(proc_fd, "stat", &stat);
	if (status == STATUS_GONE || status == STATUS_NOT_FOUND ||
		(!status && (stat.state == 'Z' || stat.state == 'X')))
		return error_set(err, STATUS_GONE, "process %d has ended", (int)pid);
	if (status)
		return error_set(err, status, "cannot read '/proc/%d/stat': %s", (int)pid,
			status_text(status));
	if (stat.is_kernel_thread)
		return error_set(err, STATUS_NOT_PYTHON, "process %d is a kernel thread", (int)pid);
	return STATUS_OK;
}

enum status target_diagnose_access(pid_t pid, struct error *err)
{
	AUTO(closep) int proc_fd = -1;
	pid_t tid;
	enum status status = proc_open_living(pid, &proc_fd, &tid, err);
	if (!status)
		status = check_alive(proc_fd, pid, err);
	if (status)
		return status;

	struct facts facts = {.pid = pid};
	facts_read(proc_fd, &facts);
	if (facts.tracer)
		return set_busy(&facts, err);
	if (is_ptrace_filtered())
		return error_set(err, STATUS_PERMISSION,
			"cannot attach to %d: a filter of system calls forbids ptrace here: start the "
			"container with --cap-add=SYS_PTRACE",
			(int)pid);
	// Opening this file asks the kernel the question that PTRACE_SEIZE asks, and does nothing.
	AUTO(closep) int mem_fd = openat(proc_fd, "mem", O_RDONLY | O_CLOEXEC);
	if (mem_fd >= 0)
		return STATUS_OK;
	if (errno == ESRCH)
		return error_set(err, STATUS_GONE, "process %d has ended", (int)pid);
	if (errno != EACCES && errno != EPERM)
		return error_set_errno(err, STATUS_FAILED, errno, "cannot attach to %d", (int)pid);
	char buffer[128];
	return error_set(err, STATUS_PERMISSION, "cannot attach to %d: Operation not permitted (%s)",
		(int)pid, facts_explain(&facts, buffer, sizeof(buffer)));
}

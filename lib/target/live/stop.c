// SPDX-License-Identifier: MIT
#include "target/live/stop.h"

#include "base/guard.h"
#include "base/log.h"
#include "base/time.h"
#include "base/vector.h"
#include "target/proc.h"
#include "target/target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

static const double wait_limit_ms = 2000;
// Threads stop in microseconds; what takes longer than this is looked at.
static const double patience_ms = 20;
static const double refusal_limit_ms = 500;

struct task {
	pid_t tid;
	bool was_interrupted;
	bool is_stopped;
	int signal; // taken from the task when it stopped, to be handed back when it resumes
};

VECTOR(tasks, struct task)

struct stop {
	pid_t pid;
	int proc_fd;
	stop_work *work;
	void *context;
	struct error *err;
	enum status status;
	pid_t tracer;
	struct tasks tasks;
	double begun_ms;    // 0: nothing was stopped yet
	double refused_ms;  // 0: no thread refused without a reason yet
	struct stop_report report;
	// For the tids in tasks, at which the caller looks in unlock_exec().
	pthread_mutex_t mutex;
	atomic_uint seize_count; // odd while in PTRACE_SEIZE
};

static struct task *task_find(const struct stop *stop, pid_t tid)
{
	for (size_t i = 0; i < stop->tasks.count; i++)
		if (stop->tasks.items[i].tid == tid)
			return &stop->tasks.items[i];
	return NULL;
}

static void task_remove(struct stop *stop, struct task *task)
{
	pthread_mutex_lock(&stop->mutex);
	*task = stop->tasks.items[--stop->tasks.count];
	pthread_mutex_unlock(&stop->mutex);
}

// 'X', gone, where the kernel does not tell.
static char task_state(const struct stop *stop, pid_t tid)
{
	char name[32];
	snprintf(name, sizeof(name), "task/%d/stat", (int)tid);
	struct proc_stat stat;
	return proc_read_stat(stop->proc_fd, name, &stat) ? 'X' : stat.state;
}

static pid_t task_tracer(const struct stop *stop, pid_t tid)
{
	char name[32];
	snprintf(name, sizeof(name), "task/%d/status", (int)tid);
	AUTO(freep) char *text = NULL;
	size_t length;
	uint64_t tracer;
	if (proc_read(stop->proc_fd, name, &text, &length) ||
		proc_find_number(text, "TracerPid:", &tracer))
		return 0;
	return (pid_t)tracer;
}

static enum status task_add(struct stop *stop, pid_t tid)
{
	pthread_mutex_lock(&stop->mutex);
	enum status status = tasks_add(&stop->tasks, (struct task){.tid = tid});
	pthread_mutex_unlock(&stop->mutex);
	if (status)
		return error_set(stop->err, status, "cannot allocate the list of threads");
	return STATUS_OK;
}

// Why a thread refused to be seized. STATUS_OK: because it is as good as gone, or ours, or it was
// so a moment ago and has to be tried again.
static enum status explain_refusal(struct stop *stop, pid_t tid, int number, bool *ret_again)
{
	char state = task_state(stop, tid);
	if (number == ESRCH || state == 'X' || state == 'Z')
		return STATUS_OK;
	if (number != EPERM)
		return error_set_errno(stop->err, STATUS_FAILED, number, "cannot attach to %d",
			(int)stop->pid);
	// A thread that called exec is ours still, with the number of the leader instead of its own.
	pid_t tracer = task_tracer(stop, tid);
	if (tracer == stop->tracer) {
		*ret_again = true;
		return task_add(stop, tid);
	}
	enum status status = target_diagnose_access(stop->pid, stop->err);
	if (status)
		return status;
	// Nothing is in the way of the process as a whole: then of this thread, or no longer.
	if (tracer)
		return error_set(stop->err, STATUS_BUSY,
			"cannot attach to %d: its thread %d is traced by process %d", (int)stop->pid,
			(int)tid, (int)tracer);
	// A leader that was dead is succeeded by the thread that calls exec, under the same number.
	if (!stop->refused_ms)
		stop->refused_ms = time_monotonic_ms();
	if (time_monotonic_ms() - stop->refused_ms < refusal_limit_ms) {
		time_nap_us(50);
		*ret_again = true;
		return STATUS_OK;
	}
	return error_set_errno(
		stop->err, STATUS_PERMISSION, number, "cannot attach to %d", (int)stop->pid);
}

// ret_again says whether the threads have to be listed once more.
static enum status task_seize(struct stop *stop, pid_t tid, bool *ret_again)
{
	atomic_fetch_add(&stop->seize_count, 1);
	long result = ptrace(PTRACE_SEIZE, tid, NULL, NULL);
	int number = errno;
	atomic_fetch_add(&stop->seize_count, 1);
	if (result)
		return explain_refusal(stop, tid, number, ret_again);
	*ret_again = true;
	return task_add(stop, tid);
}

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

// Seizes the threads that are not in the list yet; they run on for now.
static enum status seize_listed(struct stop *stop, bool *ret_again)
{
	*ret_again = false;
	int fd = openat(stop->proc_fd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(closedirp) DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return error_set_errno(stop->err, STATUS_GONE, errno,
			"cannot list the threads of %d", (int)stop->pid);
	}
	const struct dirent *entry;
	while ((entry = readdir(dir))) {
		pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (tid <= 0 || task_find(stop, tid))
			continue;
		enum status status = task_seize(stop, tid, ret_again);
		if (status)
			return status;
	}
	return STATUS_OK;
}

// A failure means that the thread is dying: waiting for it tells.
static void interrupt_seized(struct stop *stop)
{
	if (!stop->begun_ms)
		stop->begun_ms = time_monotonic_ms();
	for (size_t i = 0; i < stop->tasks.count; i++) {
		struct task *task = &stop->tasks.items[i];
		if (!task->was_interrupted)
			ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL);
		task->was_interrupted = true;
	}
}

// The exit of the leader is for its parent to see, which may be us; that of another thread is for
// the tracer, and an exec in the target waits until the tracer has seen it.
static int exits_of_interest(const struct stop *stop, pid_t tid)
{
	return tid == stop->pid ? 0 : WEXITED;
}

// Asks without waiting whether the task stopped or ended. False when it is no longer in the list.
// A stop is looked at and left there (WNOWAIT): having been waited for, the task would forget the
// signal that it was about to take, and lose it if we died before handing it back.
static bool task_poll(struct stop *stop, struct task *task)
{
	siginfo_t info = {0};
	int exits = exits_of_interest(stop, task->tid);
	if (waitid(P_PID, (id_t)task->tid, &info, WSTOPPED | WNOHANG | WNOWAIT | __WALL | exits)) {
		// No such tracee: an exec in another thread took its place, and perhaps its number.
		task_remove(stop, task);
		return false;
	}
	if (!info.si_pid)
		return true;
	if (info.si_code != CLD_TRAPPED && info.si_code != CLD_STOPPED) {
		waitid(P_PID, (id_t)task->tid, &info, WNOHANG | __WALL | WEXITED);
		task_remove(stop, task);
		return false;
	}
	task->is_stopped = true;
	// Stopped because we asked, or because the whole process is (SIGSTOP and its kind): then it
	// stays stopped when we let go. Otherwise it was about to take a signal.
	bool is_event_stop = info.si_status >> 8 == PTRACE_EVENT_STOP;
	task->signal = is_event_stop ? 0 : info.si_status & 0x7f;
	return true;
}

// Polls the tasks; returns one that still runs, or NULL.
static struct task *tasks_poll(struct stop *stop)
{
	struct task *running = NULL;
	for (size_t i = 0; i < stop->tasks.count;) {
		struct task *task = &stop->tasks.items[i];
		if (!task->is_stopped && !task_poll(stop, task))
			continue;
		if (!task->is_stopped)
			running = task;
		i++;
	}
	return running;
}

// Settles the tasks that do not stop: what sleeps uninterruptibly (a disk, a parent in vfork, a
// frozen group) has its interruption pending and takes it before any instruction of the program,
// and what is dead is none of them. False when one runs.
static bool tasks_settle(struct stop *stop)
{
	bool has_running = false;
	for (size_t i = 0; i < stop->tasks.count;) {
		struct task *task = &stop->tasks.items[i];
		char state = task->is_stopped ? 0 : task_state(stop, task->tid);
		// The dead other than the leader are for task_poll(), which looks at how they ended.
		if (state == 'X' || (state == 'Z' && task->tid == stop->pid)) {
			task_remove(stop, task);
			continue;
		}
		if (state && state != 'D')
			has_running = true;
		i++;
	}
	return !has_running;
}

static enum status wait_stopped(struct stop *stop)
{
	double begun_ms = time_monotonic_ms();
	for (;;) {
		const struct task *running = tasks_poll(stop);
		if (!running)
			return STATUS_OK;
		double waited_ms = time_monotonic_ms() - begun_ms;
		if (waited_ms > patience_ms && tasks_settle(stop))
			return STATUS_OK;
		if (waited_ms > wait_limit_ms)
			return error_set(stop->err, STATUS_FAILED,
				"cannot stop thread %d of process %d within 2 s (state %c)",
				(int)running->tid, (int)stop->pid,
				task_state(stop, running->tid));
		time_nap_us(waited_ms < 1 ? 10 : 200);
	}
}

// Threads appear while others are being stopped; when all that are known stand still and the list
// shows no other, there are none. Each round can only find what the last one had not stopped.
static enum status stop_all(struct stop *stop)
{
	double begun_ms = time_monotonic_ms();
	bool again;
	do {
		enum status status = seize_listed(stop, &again);
		if (status)
			return status;
		interrupt_seized(stop);
		status = wait_stopped(stop);
		if (status)
			return status;
		if (time_monotonic_ms() - begun_ms > wait_limit_ms)
			return error_set(stop->err, STATUS_FAILED,
				"cannot stop process %d within 2 s: it starts threads all the time",
				(int)stop->pid);
	} while (again);
	stop->report.threads = (unsigned)stop->tasks.count;
	if (!stop->tasks.count)
		return error_set(stop->err, STATUS_GONE, "process %d has ended", (int)stop->pid);
	return STATUS_OK;
}

// Lets all go. Which of them cannot be told so, since they die or never stopped, is released by the
// end of this thread, which the caller then waits for.
static void resume_all(struct stop **guarded)
{
	struct stop *stop = *guarded;
	for (size_t i = 0; i < stop->tasks.count;) {
		struct task *task = &stop->tasks.items[i];
		if (task->is_stopped && !ptrace(PTRACE_DETACH, task->tid, NULL, (long)task->signal))
			task_remove(stop, task);
		else
			i++;
	}
	if (stop->begun_ms > 0)
		stop->report.stopped_ms = time_monotonic_ms() - stop->begun_ms;
}

static void *tracer_main(void *argument)
{
	AUTO(resume_all) struct stop *stop = argument;
	// Handlers run in the caller, which waits anyway.
	sigset_t all;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	stop->tracer = (pid_t)syscall(SYS_gettid);
	stop->status = stop_all(stop);
	if (!stop->status)
		stop->status = stop->work(stop->context, stop->err);
	return NULL;
}

// An exec in the target waits, with a lock held, until the tracer has seen its other threads die
// (de_thread() in fs/exec.c); PTRACE_SEIZE of one more thread waits for that lock. So somebody else
// than the tracer has to look at the dead.
static void unlock_exec(struct stop *stop)
{
	pthread_mutex_lock(&stop->mutex);
	for (size_t i = 0; i < stop->tasks.count; i++) {
		siginfo_t info;
		pid_t tid = stop->tasks.items[i].tid;
		if (tid != stop->pid)
			waitid(P_PID, (id_t)tid, &info, WEXITED | WNOHANG | __WALL);
	}
	pthread_mutex_unlock(&stop->mutex);
}

static void await_tracer(struct stop *stop, pthread_t thread)
{
	unsigned last_count = 0;
	for (;;) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += 10000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		if (pthread_timedjoin_np(thread, NULL, &until) != ETIMEDOUT)
			return;
		unsigned count = atomic_load(&stop->seize_count);
		if (count % 2 && count == last_count)
			unlock_exec(stop);
		last_count = count;
	}
}

// A thread can be joined a moment before the kernel has let go of what it traced.
static void await_release(const struct stop *stop)
{
	double begun_ms = time_monotonic_ms();
	while (stop->tasks.count && !syscall(SYS_tgkill, getpid(), stop->tracer, 0) &&
		time_monotonic_ms() - begun_ms < wait_limit_ms)
		time_nap_us(50);
}

static int run_tracer(struct stop *stop)
{
	sigset_t stops;
	sigset_t before;
	sigemptyset(&stops);
	sigaddset(&stops, SIGTSTP);
	sigaddset(&stops, SIGTTIN);
	sigaddset(&stops, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &stops, &before);
	pthread_t thread;
	int number = pthread_create(&thread, NULL, tracer_main, stop);
	if (!number) {
		await_tracer(stop, thread);
		await_release(stop);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return number;
}

enum status stop_and_work(pid_t pid, int proc_fd, stop_work *work, void *context,
	struct stop_report *ret, struct error *err)
{
	struct stop stop = {
		.pid = pid,
		.proc_fd = proc_fd,
		.work = work,
		.context = context,
		.err = err,
		.mutex = PTHREAD_MUTEX_INITIALIZER,
	};
	int number = run_tracer(&stop);
	if (number)
		stop.status = error_set_errno(
			err, STATUS_NO_MEMORY, number, "cannot start a thread to stop %d", (int)pid);
	if (stop.tasks.count)
		log_trace(LOG_TARGET, "%zu threads of %d were let go by the end of the tracer",
			stop.tasks.count, (int)pid);
	tasks_deinit(&stop.tasks);
	*ret = stop.report;
	return stop.status;
}

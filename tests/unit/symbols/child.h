// SPDX-License-Identifier: MIT
// A child process that waits until it is released.
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
	pid_t pid;
	int input, output; // of the child
};

// What a Python child runs: it says that it is ready and waits for the end of its input.
#define CHILD_PROGRAM "import sys; sys.stdout.write('r'); sys.stdout.flush(); sys.stdin.read()"

// Forks; in the child this returns 0, with standard input and output connected to the parent.
static inline __attribute__((unused)) pid_t child_fork(struct child *ret)
{
	int to_child[2], from_child[2];
	if (pipe(to_child) || pipe(from_child))
		abort();
	ret->pid = fork();
	if (ret->pid < 0)
		abort();
	if (!ret->pid) {
		dup2(to_child[0], 0);
		dup2(from_child[1], 1);
		close(to_child[1]);
		close(from_child[0]);
		return 0;
	}
	close(to_child[0]);
	close(from_child[1]);
	ret->input = to_child[1];
	ret->output = from_child[0];
	return ret->pid;
}

// Waits for the byte by which a child says that it is ready. False: it ended instead.
static inline __attribute__((unused)) bool child_wait_ready(const struct child *child)
{
	char byte;
	return read(child->output, &byte, 1) == 1;
}

// Runs a program, in the directory root where that is not NULL.
static inline __attribute__((unused)) bool child_start(
	struct child *ret, const char *root, const char *const *arguments)
{
	if (!child_fork(ret)) {
		if (root && (chroot(root) || chdir("/")))
			_exit(126);
		execv(arguments[0], (char *const *)arguments);
		_exit(127);
	}
	return child_wait_ready(ret);
}

// Runs an interpreter.
static inline __attribute__((unused)) bool child_start_python(
	struct child *ret, const char *root, const char *interpreter)
{
	const char *const arguments[] = {interpreter, "-I", "-S", "-c", CHILD_PROGRAM, NULL};
	return child_start(ret, root, arguments);
}

static inline __attribute__((unused)) void child_end(struct child *child)
{
	close(child->input);
	close(child->output);
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
}

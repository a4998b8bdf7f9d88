// SPDX-License-Identifier: MIT
#include "interrupt.h"

#include "base/time.h"

#include <signal.h>
#include <stddef.h>

// A signal handler has no context: it can only set a variable of the file.
static volatile sig_atomic_t noted_signal;

static void note(int number)
{
	noted_signal = number;
}

void interrupt_catch(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART | (int)SA_RESETHAND};
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct sigaction old;
		// A signal that our parent made us ignore (nohup, a background job) stays ignored.
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

int interrupt_signal(void)
{
	return noted_signal;
}

enum status interrupt_wait(double moment)
{
	double now;
	while ((now = time_boot_seconds()) < moment && !interrupt_signal())
		time_sleep(moment - now);
	return interrupt_signal() ? STATUS_INTERRUPTED : STATUS_OK;
}

void interrupt_die(void)
{
	if (!noted_signal)
		return;
	signal(noted_signal, SIG_DFL);
	raise(noted_signal);
}

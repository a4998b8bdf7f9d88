// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "command.h"
#include "doctor/doctor.h"
#include "print.h"

static enum status doctor_run(const struct settings *settings, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	enum status worst = STATUS_OK;
	pid_t pid = 0;
	enum status status = settings->pids.count ? settings_pid(settings, &pid, err) : STATUS_OK;
	if (!status)
		status = doctor_examine(pid, &table, &worst, err);
	if (!status)
		status = print_sentences(settings, table, err);
	// The table has said everything: only the exit status repeats it.
	return status ? status : worst;
}

const struct command doctor_command = {
	.name = "doctor",
	.arguments = "",
	.summary = "tell what can be looked at, and if not, why",
	.text = "Examines this machine and the Python processes on it, or with -p one process\n"
		"step by step: whether leaktop may attach to it and knows its Python, what a\n"
		"sample would cost. Where something is in the way, it says what to do about it.",
	.options = (const enum option_id[]){
		OPTION_PID, OPTION_JSON, OPTION_ASCII, OPTION_VERBOSE, OPTION_END},
	.run = doctor_run,
};

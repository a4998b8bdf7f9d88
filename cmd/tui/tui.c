// SPDX-License-Identifier: MIT
#include "tui/tui.h"

#include "base/guard.h"
#include "interrupt.h"
#include "options.h"
#include "output.h"
#include "sampling.h"
#include "session/recording.h"
#include "session/session.h"
#include "tui/file_picker.h"
#include "tui/live.h"
#include "tui/picker.h"
#include "tui/terminal.h"

// What goes wrong while a process is opened is told on a plain terminal.
static enum status show_one(const struct settings *settings, struct error *err)
{
	AUTO(session_closep) struct session *session = NULL;
	AUTO(terminal_closep) struct terminal *terminal = NULL;
	enum live_end end;
	pid_t pid;
	enum status status = settings_pid(settings, &pid, err);
	if (!status)
		status = terminal_check(err);
	if (!status)
		status = sampling_open(settings, pid, &session, err);
	if (!status)
		status = terminal_open(output_is_ascii(settings), &terminal, err);
	return status ? status : live_run(terminal, session, settings, false, &end, err);
}

static enum status pick(const struct settings *settings, struct error *err)
{
	AUTO(terminal_closep) struct terminal *terminal = NULL;
	interrupt_catch();
	enum status status = terminal_open(output_is_ascii(settings), &terminal, err);
	return status ? status : picker_run(terminal, settings, err);
}

enum status tui_show_recording(const struct settings *settings, struct recording *recording,
	bool is_chosen, struct error *err)
{
	AUTO(terminal_closep) struct terminal *terminal = NULL;
	enum live_end end;
	enum status status = terminal_check(err);
	if (status)
		return status;
	interrupt_catch();
	status = terminal_open(output_is_ascii(settings), &terminal, err);
	if (status)
		return status;
	return is_chosen ? live_play(terminal, recording, false, &end, err)
			 : file_picker_run(terminal, recording, err);
}

enum status tui_run(const struct settings *settings, struct error *err)
{
	return settings->pids.count ? show_one(settings, err) : pick(settings, err);
}

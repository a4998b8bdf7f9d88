// SPDX-License-Identifier: MIT
#include "tui/tui.h"

#include "base/guard.h"
#include "interrupt.h"
#include "options.h"
#include "output.h"
#include "sampling.h"
#include "session/session.h"
#include "tui/feed.h"
#include "tui/pick.h"
#include "tui/screen.h"
#include "tui/screen_help.h"
#include "tui/screen_picker.h"
#include "tui/screen_tables.h"
#include "tui/terminal.h"

// Shows a screen on the terminal; takes it over.
static enum status run(
	const struct settings *settings, struct screen *first_take, struct error *err)
{
	AUTO(terminal_closep) struct terminal *terminal = NULL;
	enum status status = terminal_open(output_is_ascii(settings), &terminal, err);
	if (!status)
		return screens_run(terminal, first_take, help_create, err);
	first_take->ops->close(first_take);
	return status;
}

// Problems while a process is opened are reported on the normal terminal.
static enum status show_one(const struct settings *settings, struct error *err)
{
	struct session *session;
	struct feed *feed;
	struct screen *screen;
	pid_t pid;
	enum status status = settings_pid(settings, &pid, err);
	if (!status)
		status = sampling_open(settings, pid, &session, err);
	if (!status)
		status = feed_live_create(session, settings, &feed, err);
	if (!status)
		status = tables_create(feed, &screen, err);
	return status ? status : run(settings, screen, err);
}

// Lets the user pick a process; takes the pick over.
static enum status pick_one(const struct settings *settings, struct pick *take, struct error *err)
{
	struct screen *screen;
	enum status status = picker_create(take, &screen, err);
	return status ? status : run(settings, screen, err);
}

enum status tui_show_recording(const struct settings *settings, struct recording *recording,
	bool is_chosen, struct error *err)
{
	struct pick *pick;
	struct feed *feed;
	struct screen *screen;
	enum status status = terminal_check(err);
	if (status)
		return status;
	interrupt_catch();
	if (!is_chosen) {
		status = pick_recorded_create(recording, &pick, err);
		return status ? status : pick_one(settings, pick, err);
	}
	status = feed_recording_create(recording, &feed, err);
	if (!status)
		status = tables_create(feed, &screen, err);
	return status ? status : run(settings, screen, err);
}

enum status tui_run(const struct settings *settings, struct error *err)
{
	struct pick *pick;
	enum status status = terminal_check(err);
	if (status)
		return status;
	if (settings->pids.count)
		return show_one(settings, err);
	interrupt_catch();
	status = pick_processes_create(settings, &pick, err);
	return status ? status : pick_one(settings, pick, err);
}

// SPDX-License-Identifier: MIT
#include "tui/picker.h"

#include "base/guard.h"
#include "base/time.h"
#include "interrupt.h"
#include "options.h"
#include "sampling.h"
#include "session/session.h"
#include "session/watch.h"
#include "tui/draw.h"
#include "tui/list.h"
#include "tui/live.h"
#include "tui/terminal.h"
#include "view/table.h"

static const double INPUT_SECONDS = 0.25;

struct picker {
	struct terminal *terminal;
	const struct settings *settings;
	struct watch *watch;
	double next_reading;
	struct table *table;
	struct list list;
	struct error problem; // why the last pick could not be opened; "" when all is well
	bool wants_to_leave;
};

static void picker_deinit(struct picker *picker)
{
	list_deinit(&picker->list);
	table_destroy(picker->table);
	watch_destroy(picker->watch);
}

static enum status read_processes(struct picker *picker, struct error *err)
{
	struct table *table;
	picker->next_reading = time_boot_seconds() + picker->settings->delay_seconds;
	enum status status = watch_read(picker->watch, err);
	if (!status)
		status = watch_table(picker->watch, &table, err);
	if (status)
		return status;
	table_destroy(picker->table);
	picker->table = table;
	return list_update(&picker->list, table);
}

static struct area list_area(const struct picker *picker)
{
	int rows = terminal_rows(picker->terminal);
	return (struct area){1, rows > 2 ? rows - 2 : 0};
}

static void draw_footer(const struct picker *picker)
{
	struct terminal *terminal = picker->terminal;
	int row = terminal_rows(terminal) - 1;
	if (picker->problem.message[0])
		terminal_put(terminal, row, 0, picker->problem.message, STYLE_ALARM, false);
	else if (picker->list.filter || picker->list.is_filtering || picker->list.is_sorted)
		draw_list_state(terminal, row, &picker->list, picker->table);
	else
		terminal_put(terminal, row, 0, "Enter opens, / filters, s sorts, q quits",
			STYLE_FAINT, false);
}

static enum status draw(struct picker *picker)
{
	struct area area = list_area(picker);
	terminal_clear(picker->terminal);
	terminal_put(picker->terminal, 0, 0,
		picker->table->row_count ? "leaktop  pick a Python process"
					 : "leaktop  no Python process is seen here: see leaktop doctor",
		STYLE_STRONG, false);
	enum status status = draw_list(picker->terminal, &area, &picker->list, picker->table);
	draw_footer(picker);
	terminal_show(picker->terminal);
	return status;
}

// What is wrong with one process is no reason to leave the others.
static enum status open_process(struct picker *picker, pid_t pid, struct error *err)
{
	AUTO(session_closep) struct session *session = NULL;
	enum live_end end;
	terminal_put(picker->terminal, terminal_rows(picker->terminal) - 1, 0, "opening the process",
		STYLE_FAINT, true);
	terminal_show(picker->terminal);
	if (sampling_open(picker->settings, pid, &session, &picker->problem))
		return STATUS_OK;
	enum status status = live_run(picker->terminal, session, picker->settings, true, &end, err);
	picker->wants_to_leave = end == LIVE_QUIT;
	return status;
}

static enum status list_area_input(struct picker *picker, const struct input *input,
	struct error *err)
{
	struct area area = list_area(picker);
	struct area rows = draw_list_rows(&area);
	if (draw_list_click(picker->terminal, &area, &picker->list, picker->table, input))
		return list_update(&picker->list, picker->table);
	size_t row;
	switch (list_input(&picker->list, picker->table, input, rows.row, rows.height)) {
	case LIST_CHANGED:
		return list_update(&picker->list, picker->table);
	case LIST_OPENED:
		if (!list_row(&picker->list, &row))
			return STATUS_OK;
		return open_process(picker, (pid_t)picker->table->subjects[row].id, err);
	case LIST_PASSED:
		picker->wants_to_leave = input->kind == INPUT_CHARACTER && input->character == 'q';
		return input->kind == INPUT_CLOSED ? STATUS_INTERRUPTED : STATUS_OK;
	default:
		return STATUS_OK;
	}
}

static enum status loop(struct picker *picker, struct error *err)
{
	while (!picker->wants_to_leave) {
		enum status status = STATUS_OK;
		if (time_boot_seconds() >= picker->next_reading)
			status = read_processes(picker, err);
		if (!status)
			status = draw(picker);
		if (!status && interrupt_signal())
			status = STATUS_INTERRUPTED;
		if (status)
			return status;
		struct input input = terminal_read(picker->terminal, INPUT_SECONDS);
		if (input.kind == INPUT_NONE)
			continue;
		picker->problem.message[0] = '\0';
		status = list_area_input(picker, &input, err);
		if (status)
			return status;
	}
	return STATUS_OK;
}

enum status picker_run(
	struct terminal *terminal, const struct settings *settings, struct error *err)
{
	struct picker picker = {.terminal = terminal, .settings = settings};
	enum status status = watch_create(&picker.watch, err);
	if (!status)
		status = loop(&picker, err);
	picker_deinit(&picker);
	return status;
}

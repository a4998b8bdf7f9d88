// SPDX-License-Identifier: MIT
#include "tui/file_picker.h"

#include "interrupt.h"
#include "session/recording.h"
#include "tui/draw.h"
#include "tui/list.h"
#include "tui/live.h"
#include "tui/terminal.h"
#include "view/table.h"

static const double INPUT_SECONDS = 0.25;

struct file_picker {
	struct terminal *terminal;
	struct recording *recording;
	struct table *table;
	struct list list;
	struct error problem; // why the last pick could not be shown; "" when all is well
	bool wants_to_leave;
};

static struct area list_area(const struct file_picker *picker)
{
	int rows = terminal_rows(picker->terminal);
	return (struct area){1, rows > 2 ? rows - 2 : 0};
}

static enum status draw(struct file_picker *picker)
{
	struct area area = list_area(picker);
	int footer = terminal_rows(picker->terminal) - 1;
	terminal_clear(picker->terminal);
	terminal_put(picker->terminal, 0, 0, "leaktop  pick a recorded process", STYLE_STRONG, false);
	enum status status = draw_list(picker->terminal, &area, &picker->list, picker->table);
	if (picker->problem.message[0])
		terminal_put(
			picker->terminal, footer, 0, picker->problem.message, STYLE_ALARM, false);
	else if (picker->list.filter || picker->list.is_filtering || picker->list.is_sorted)
		draw_list_state(picker->terminal, footer, &picker->list, picker->table);
	else
		terminal_put(picker->terminal, footer, 0,
			"Enter opens, / filters, s sorts, q quits", STYLE_FAINT, false);
	terminal_show(picker->terminal);
	return status;
}

// What is wrong with one process is no reason to leave the others.
static enum status open_row(struct file_picker *picker, size_t row, struct error *err)
{
	enum live_end end = LIVE_BACK;
	size_t target = (size_t)picker->table->subjects[row].id;
	if (recording_choose(picker->recording, target, &picker->problem))
		return STATUS_OK;
	enum status status =
		live_play(picker->terminal, picker->recording, true, &end, &picker->problem);
	picker->wants_to_leave = end == LIVE_QUIT;
	if (status == STATUS_INTERRUPTED || status == STATUS_NO_MEMORY)
		return error_set(err, status, "%s", picker->problem.message);
	return STATUS_OK;
}

static enum status handle(
	struct file_picker *picker, const struct input *input, struct error *err)
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
		return list_row(&picker->list, &row) ? open_row(picker, row, err) : STATUS_OK;
	case LIST_PASSED:
		picker->wants_to_leave = input->kind == INPUT_CHARACTER && input->character == 'q';
		return input->kind == INPUT_CLOSED ? STATUS_INTERRUPTED : STATUS_OK;
	default:
		return STATUS_OK;
	}
}

static enum status loop(struct file_picker *picker, struct error *err)
{
	enum status status = list_update(&picker->list, picker->table);
	while (!status && !picker->wants_to_leave) {
		status = draw(picker);
		if (!status && interrupt_signal())
			status = STATUS_INTERRUPTED;
		if (status)
			break;
		struct input input = terminal_read(picker->terminal, INPUT_SECONDS);
		if (input.kind == INPUT_NONE)
			continue;
		picker->problem.message[0] = '\0';
		status = handle(picker, &input, err);
	}
	return status;
}

enum status file_picker_run(struct terminal *terminal, struct recording *recording,
	struct error *err)
{
	struct file_picker picker = {.terminal = terminal, .recording = recording};
	enum status status = recording_table(recording, &picker.table, err);
	if (!status)
		status = loop(&picker, err);
	list_deinit(&picker.list);
	table_destroy(picker.table);
	return status;
}

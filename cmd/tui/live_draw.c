// SPDX-License-Identifier: MIT
#include "tui/live_state.h"

#include "base/text.h"
#include "session/session.h"
#include "tui/terminal.h"
#include "view/line.h"
#include "view/table.h"
#include "view/view.h"

#include <stdio.h>
#include <string.h>

enum {
	ROOMY = 16, // rows from which on there is an empty line for the eye
	SHORT = 10, // rows below which only the verdict is left of the headline
};

static const char help_lines[] =
	"up, down, k, j       move the cursor\n"
	"PgUp, PgDn           move by a screen\n"
	"Home, End            first and last row\n"
	"Tab, left, right     change the view\n"
	"1 ... 6              change to a view\n"
	"Enter                open a row\n"
	"Backspace, Esc       go back\n"
	"s                    sort by the next column\n"
	"r                    sort the other way round\n"
	"/                    show only rows that contain a text\n"
	"b                    measure growth from this sample on\n"
	"w                    write the sample to a file\n"
	"space                freeze, and go on\n"
	"?                    this help\n"
	"q                    quit\n"
	"\n"
	"On a file:\n"
	"<  >                 the sample before, after\n"
	"[  ]                 a tenth of the recording back, on\n"
	"{  }                 the first sample, the last\n"
	"B                    measure growth from the first sample\n"
	"\n"
	"The mouse works too: click on a tab, on the title of a column\n"
	"to sort by it, on a row; once more on the row to open it.\n"
	"\n"
	"TYPE, COUNT, BYTES   all objects of a type, and what\n"
	"                     sys.getsizeof() says of them\n"
	"+/MIN                growth a minute since the last sample\n"
	"SINCE START          growth since the baseline\n"
	"stopped              how long the process stood still\n";

// The axis of time of a recording, in a line of its own.
static int draw_axis(struct live *live, int row)
{
	struct text text = {0};
	if (!live->player.recording)
		return row;
	player_add_axis(&live->player, (unsigned)terminal_columns(live->terminal), &text);
	terminal_put(live->terminal, row, 0, text.bytes ? text.bytes : "", STYLE_PLAIN, false);
	text_deinit(&text);
	return row + 1;
}

static int draw_headline(struct live *live)
{
	int rows = terminal_rows(live->terminal);
	int row = 0;
	for (size_t i = rows < SHORT ? LIVE_HEADLINES - 1 : 0; i < LIVE_HEADLINES; i++) {
		bool is_verdict = i == LIVE_HEADLINES - 1;
		enum style style = i == 0 ? STYLE_STRONG : STYLE_PLAIN;
		if (is_verdict && live->is_leaking)
			style = STYLE_ALARM;
		terminal_put(live->terminal, row++, 0, live->headline[i] ? live->headline[i] : "",
			style, false);
	}
	row = draw_axis(live, row);
	return row + (rows >= ROOMY);
}

static void draw_tab(struct live *live, size_t view, int *column)
{
	char label[64];
	snprintf(label, sizeof(label), " %s ", views[view]->title);
	bool in_front = view == live->view && !live->shows_help;
	live->tabs[view] = (struct live_tab){*column, *column + (int)strlen(label)};
	terminal_put(live->terminal, live->tab_row, *column, label,
		in_front ? STYLE_SELECTED : STYLE_PLAIN, false);
	*column = live->tabs[view].end;
}

// Where the tabs do not all fit: the one in front and its number.
static void draw_narrow_tab(struct live *live)
{
	char label[64];
	snprintf(label, sizeof(label), " %zu/%zu %s ", live->view + 1, live->view_count,
		views[live->view]->title);
	terminal_put(live->terminal, live->tab_row, 0, label, STYLE_SELECTED, false);
}

static int tabs_width(const struct live *live)
{
	int width = 0;
	for (size_t i = 0; i < live->view_count; i++)
		width += (int)strlen(views[i]->title) + 2;
	return width;
}

static void draw_tabs(struct live *live)
{
	static const char hint[] = "? help ";
	int columns = terminal_columns(live->terminal);
	int width = tabs_width(live);
	memset(live->tabs, 0, sizeof(live->tabs));
	if (width > columns) {
		draw_narrow_tab(live);
		return;
	}
	int column = 0;
	for (size_t i = 0; i < live->view_count; i++)
		draw_tab(live, i, &column);
	if (width + (int)strlen(hint) < columns)
		terminal_put(live->terminal, live->tab_row, columns - (int)strlen(hint), hint,
			STYLE_FAINT, false);
}

static void draw_progress(struct live *live, int row)
{
	uint64_t met, expected;
	char line[128], figure[TEXT_FIGURE_SIZE], of[TEXT_FIGURE_SIZE];
	session_progress(live->sampler.session, &met, &expected);
	if (expected > met)
		snprintf(line, sizeof(line), "reading %s of about %s objects",
			text_count(figure, met), text_count(of, expected));
	else
		snprintf(line, sizeof(line), "reading %s objects", text_count(figure, met));
	terminal_put(live->terminal, row, 0, line, STYLE_FAINT, false);
}

static void draw_footer(struct live *live, int row)
{
	const struct sampler *sampler = &live->sampler;
	const struct list *list = &live->lists[live->view];
	char line[sizeof(sampler->problem.message) + 64];
	const struct error *problem = live->player.recording ? &live->player.problem
							     : &sampler->problem;
	if (live->note.message[0]) {
		terminal_put(live->terminal, row, 0, live->note.message, STYLE_STRONG, false);
	} else if (sampler->has_ended) {
		snprintf(line, sizeof(line), "the process ended: %s. q quits",
			sampler->problem.message);
		terminal_put(live->terminal, row, 0, line, STYLE_ALARM, false);
	} else if (list->is_filtering) {
		draw_list_state(live->terminal, row, list, live->table);
	} else if (problem->message[0]) {
		terminal_put(live->terminal, row, 0, problem->message, STYLE_ALARM, false);
	} else if (sampler->is_frozen) {
		terminal_put(live->terminal, row, 0, "frozen: space goes on", STYLE_STRONG, false);
	} else if (sampler->is_sampling && (!live->table || !list->filter)) {
		draw_progress(live, row);
	} else if (live->table) {
		draw_list_state(live->terminal, row, list, live->table);
	}
}

static enum status draw_area(struct live *live)
{
	struct terminal *terminal = live->terminal;
	if (live->shows_help) {
		draw_lines(terminal, &live->area, help_lines, &live->help_top);
		return STATUS_OK;
	}
	if (live->detail.is_open) {
		detail_draw(&live->detail, terminal, &live->area);
		return STATUS_OK;
	}
	if (live->table)
		return draw_list(terminal, &live->area, &live->lists[live->view], live->table);
	if (!live->sampler.has_ended)
		terminal_put(terminal, live->area.row, 0, "taking the first sample", STYLE_FAINT,
			false);
	return STATUS_OK;
}

enum status live_draw(struct live *live)
{
	int rows = terminal_rows(live->terminal);
	terminal_clear(live->terminal);
	live->tab_row = draw_headline(live);
	draw_tabs(live);
	int first = live->tab_row + 1, footer = rows - 1;
	live->area = (struct area){first, footer > first ? footer - first : 0};
	enum status status = draw_area(live);
	draw_footer(live, footer);
	terminal_show(live->terminal);
	return status;
}

size_t live_tab_at(const struct live *live, int row, int column)
{
	for (size_t i = 0; row == live->tab_row && i < live->view_count; i++)
		if (column >= live->tabs[i].start && column < live->tabs[i].end)
			return i;
	return live->view_count;
}

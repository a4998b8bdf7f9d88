// SPDX-License-Identifier: MIT
#include "tui/live.h"

#include "base/guard.h"
#include "base/time.h"
#include "interrupt.h"
#include "options.h"
#include "save.h"
#include "session/recording.h"
#include "session/session.h"
#include "tui/live_state.h"
#include "tui/terminal.h"
#include "view/table.h"
#include "view/view.h"

#include <stdlib.h>

// How long keys may wait for work, and the screen for keys.
static const double INPUT_SECONDS = 0.25;
// While work goes on, the figures of its progress are drawn this often.
static const double PROGRESS_SECONDS = 0.1;

enum live_action {
	LIVE_STAY,
	LIVE_REDRAW,
	LIVE_LEAVE_BACK,
	LIVE_LEAVE,
};

static void live_deinit(struct live *live)
{
	table_destroy(live->table);
	for (size_t i = 0; i < LIVE_VIEWS_MAX; i++)
		list_deinit(&live->lists[i]);
	for (size_t i = 0; i < LIVE_HEADLINES; i++)
		free(live->headline[i]);
	detail_deinit(&live->detail);
}

const struct results *live_results(const struct live *live)
{
	return live->player.recording ? recording_results(live->player.recording)
				      : session_results(live->sampler.session);
}

static unsigned width_of(const struct live *live)
{
	return (unsigned)terminal_columns(live->terminal);
}

static enum status load_headline(struct live *live)
{
	const struct results *input = live_results(live);
	char *lines[LIVE_HEADLINES];
	enum status status = view_headline(input, width_of(live), lines);
	if (status)
		return status;
	for (size_t i = 0; i < LIVE_HEADLINES; i++) {
		free(live->headline[i]);
		live->headline[i] = lines[i];
	}
	live->is_leaking = input->verdict.kind == VERDICT_LEAK;
	return STATUS_OK;
}

static enum status show_row(struct live *live, size_t row)
{
	AUTO(table_destroyp) struct table *behind = NULL;
	const struct view_ops *view = views[live->view];
	enum status status = STATUS_OK;
	if (view->open_row)
		status = view->open_row(
			live_results(live), live->table->subjects[row], &behind);
	const struct detail_source source = {
		.table = live->table,
		.row = row,
		.behind = behind,
		.width = width_of(live),
		.ascii = terminal_is_ascii(live->terminal),
	};
	return status ? status : detail_show(&live->detail, &source);
}

// Brings list and detail up to the table.
static enum status update_list(struct live *live)
{
	size_t row;
	enum status status = list_update(&live->lists[live->view], live->table);
	if (status || !live->detail.is_open || !detail_find_row(&live->detail, live->table, &row))
		return status;
	return show_row(live, row);
}

static enum status load_table(struct live *live)
{
	const struct results *input = live_results(live);
	if (!input->history.current)
		return STATUS_OK;
	struct table *table;
	enum status status = views[live->view]->load(input, &table, NULL);
	if (status)
		return status;
	table_destroy(live->table);
	live->table = table;
	return update_list(live);
}

static enum status change_view(struct live *live, size_t view)
{
	live->shows_help = false;
	detail_close(&live->detail);
	live->view = view;
	// The old table does not fit the new view, whatever happens.
	table_destroy(live->table);
	live->table = NULL;
	return load_table(live);
}

// The tabs: with a sample they may become more or fewer.
static void count_views(struct live *live)
{
	const struct results *input = live_results(live);
	live->view_count = 0;
	while (live->view_count < LIVE_VIEWS_MAX && views[live->view_count] &&
		view_is_offered(views[live->view_count], input))
		live->view_count++;
}

static enum status load_all(struct live *live)
{
	enum status status = load_headline(live);
	if (status)
		return status;
	count_views(live);
	return live->view < live->view_count ? load_table(live) : change_view(live, 0);
}

static enum status open_row(struct live *live)
{
	size_t row;
	if (!list_row(&live->lists[live->view], &row))
		return STATUS_OK;
	detail_close(&live->detail);
	return show_row(live, row);
}

static enum status set_baseline(struct live *live)
{
	session_set_baseline(live->sampler.session);
	return load_all(live);
}

// Writes the sample that is shown to a file of its own.
static void save(struct live *live)
{
	char path[SAVE_PATH_SIZE];
	const struct history *history = &live_results(live)->history;
	if (history->current && !save_sample(history, path, &live->note))
		error_set(&live->note, STATUS_OK, "written to %s", path);
}

static enum status play(struct live *live, const struct input *input, bool *ret)
{
	*ret = live->player.recording && player_input(&live->player, input);
	return *ret ? load_all(live) : STATUS_OK;
}

// Keys that work everywhere.
static enum status common_input(
	struct live *live, const struct input *input, enum live_action *ret)
{
	size_t last = live->view_count - 1;
	uint32_t character = input->kind == INPUT_CHARACTER ? input->character : 0;
	bool played = false;
	enum status status = play(live, input, &played);
	*ret = LIVE_REDRAW;
	if (played)
		return status;
	if (character >= '1' && character - '1' <= last)
		return change_view(live, character - '1');
	if (input->kind == INPUT_TAB || input->kind == INPUT_RIGHT)
		return change_view(live, live->view == last ? 0 : live->view + 1);
	if (input->kind == INPUT_TAB_BACK || input->kind == INPUT_LEFT)
		return change_view(live, live->view ? live->view - 1 : last);
	if (input->kind == INPUT_CLICK || input->kind == INPUT_DOUBLE_CLICK) {
		size_t view = live_tab_at(live, input->row, input->column);
		return view < live->view_count ? change_view(live, view) : STATUS_OK;
	}
	if (input->kind == INPUT_BACK && live->can_go_back)
		*ret = LIVE_LEAVE_BACK;
	else if (character == 'q')
		*ret = LIVE_LEAVE;
	else if (character == 'b')
		return set_baseline(live);
	else if (character == 'w' && !live->player.recording)
		save(live);
	else if (character == ' ' && !live->player.recording)
		sampler_toggle_frozen(&live->sampler);
	else if (character == '?')
		live->shows_help = true;
	else
		*ret = LIVE_STAY;
	return STATUS_OK;
}

// True where the input was the help's.
static bool help_input(struct live *live, const struct input *input)
{
	if (!live->shows_help)
		return false;
	switch (input->kind) {
	case INPUT_UP:
	case INPUT_WHEEL_UP:
		live->help_top -= live->help_top > 0;
		return true;
	case INPUT_DOWN:
	case INPUT_WHEEL_DOWN:
		live->help_top++;
		return true;
	case INPUT_BACK:
	case INPUT_ESCAPE:
	case INPUT_ENTER:
		live->shows_help = false;
		return true;
	default:
		live->shows_help = input->kind != INPUT_CHARACTER || input->character != '?';
		return !live->shows_help;
	}
}

// The headline and an open detail depend on the width.
static enum status resize(struct live *live)
{
	enum status status = load_headline(live);
	return status || !live->table ? status : update_list(live);
}

// True where the input was the list's.
static enum status list_area_input(struct live *live, const struct input *input, bool *ret)
{
	struct list *list = &live->lists[live->view];
	struct area rows = draw_list_rows(&live->area);
	*ret = true;
	if (draw_list_click(live->terminal, &live->area, list, live->table, input))
		return update_list(live);
	switch (list_input(list, live->table, input, rows.row, rows.height)) {
	case LIST_MOVED:
		return STATUS_OK;
	case LIST_CHANGED:
		return update_list(live);
	case LIST_OPENED:
		return open_row(live);
	default:
		*ret = false;
		return STATUS_OK;
	}
}

static enum status handle(struct live *live, const struct input *input, enum live_action *ret)
{
	*ret = LIVE_REDRAW;
	if (input->kind == INPUT_CLOSED)
		return STATUS_INTERRUPTED;
	if (input->kind == INPUT_REDRAW)
		return resize(live);
	if (help_input(live, input))
		return STATUS_OK;
	bool handled = false;
	if (live->detail.is_open)
		handled = detail_input(&live->detail, input, live->area.height);
	else if (live->table && !live->shows_help) {
		enum status status = list_area_input(live, input, &handled);
		if (status)
			return status;
	}
	return handled ? STATUS_OK : common_input(live, input, ret);
}

// Takes up what the sampler has found; true where the picture changes.
static enum status take_news(struct live *live, enum sampler_news news, bool *ret)
{
	*ret = news == SAMPLER_SAMPLE || news == SAMPLER_MEMORY;
	if (news == SAMPLER_SAMPLE)
		return load_all(live);
	// A frozen picture stays, and so does that of a process that ended.
	if (news == SAMPLER_MEMORY && !live->sampler.is_frozen && !live->sampler.has_ended)
		return load_headline(live);
	return STATUS_OK;
}

// Works for some time, then reads one input. What is to be drawn is told in *redraw.
static enum status work(struct live *live, bool *redraw, double *drawn)
{
	double now = time_boot_seconds();
	bool changed;
	if (live->player.recording)
		return STATUS_OK;
	enum sampler_news news = sampler_advance(&live->sampler, now);
	enum status status = take_news(live, news, &changed);
	*redraw |= changed || (news == SAMPLER_PROGRESS && now - *drawn > PROGRESS_SECONDS);
	return status;
}

static enum status loop(struct live *live, enum live_action *ret)
{
	bool redraw = true;
	double drawn = 0;
	*ret = LIVE_STAY;
	while (*ret != LIVE_LEAVE && *ret != LIVE_LEAVE_BACK) {
		enum status status = work(live, &redraw, &drawn);
		if (!status && redraw) {
			status = live_draw(live);
			drawn = time_boot_seconds();
		}
		if (status)
			return status;
		if (interrupt_signal())
			return STATUS_INTERRUPTED;
		if (live->sampler.is_done)
			return STATUS_OK;
		double wait = live->player.recording
			? INPUT_SECONDS
			: sampler_wait(&live->sampler, time_boot_seconds());
		struct input input =
			terminal_read(live->terminal, wait < INPUT_SECONDS ? wait : INPUT_SECONDS);
		redraw = false;
		if (input.kind == INPUT_NONE)
			continue;
		live->note.message[0] = '\0';
		status = handle(live, &input, ret);
		if (status)
			return status;
		redraw = *ret != LIVE_STAY;
	}
	return STATUS_OK;
}

static enum status run(struct live *live, enum live_end *ret, struct error *err)
{
	enum live_action action = LIVE_LEAVE;
	count_views(live);
	enum status status =
		live->player.recording ? load_all(live) : load_headline(live);
	if (!status)
		status = loop(live, &action);
	live_deinit(live);
	*ret = action == LIVE_LEAVE_BACK ? LIVE_BACK : LIVE_QUIT;
	return status ? error_set(err, status, "%s", status_text(status)) : STATUS_OK;
}

enum status live_run(struct terminal *terminal, struct session *session,
	const struct settings *settings, bool can_go_back, enum live_end *ret, struct error *err)
{
	struct live live = {.terminal = terminal, .can_go_back = can_go_back};
	sampler_init(&live.sampler, session, settings->delay_seconds, settings->count);
	return run(&live, ret, err);
}

enum status live_play(struct terminal *terminal, struct recording *recording, bool can_go_back,
	enum live_end *ret, struct error *err)
{
	struct live live = {.terminal = terminal, .can_go_back = can_go_back};
	enum status status = player_init(&live.player, recording, err);
	return status ? status : run(&live, ret, err);
}

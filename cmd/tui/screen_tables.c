// SPDX-License-Identifier: MIT
#include "tui/screen_tables.h"

#include "base/text.h"
#include "tui/draw.h"
#include "tui/feed.h"
#include "tui/list.h"
#include "tui/screen.h"
#include "tui/screen_detail.h"
#include "view/table.h"
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	VIEWS_MAX = 8,
	HEADLINES = 3,
	ROOMY = 16, // from this many rows on there is an empty line
	SHORT = 10, // below this many rows only the verdict of the headline is shown
};

// How often progress is drawn during work.
static const double PROGRESS_SECONDS = 0.1;

// The columns of a tab on the screen; end 0: it is not shown.
struct tab {
	int start, end;
};

struct tables {
	struct screen screen;
	struct feed *feed;
	size_t view, view_count;    // position in views[]
	struct table *table;	    // of the view; NULL before the first sample
	struct detail_source shown; // the same, for a detail screen on top
	struct list lists[VIEWS_MAX];
	char *headline[HEADLINES];
	unsigned headline_width; // for which the headline was made; 0: it is outdated
	bool is_leaking;
	struct tab tabs[VIEWS_MAX], help_tab;
	int tab_row;
	struct area area; // of the table, in the last drawing
	double ticked, drawn;
};

static struct tables *tables_of(struct screen *screen)
{
	return (struct tables *)screen;
}

// --- What is shown ---

static const struct results *results_of(const struct tables *tables)
{
	return tables->feed->ops->results(tables->feed);
}

static enum status load_headline(struct tables *tables, unsigned width)
{
	const struct results *results = results_of(tables);
	char *lines[HEADLINES];
	if (tables->headline_width == width)
		return STATUS_OK;
	enum status status = view_headline(results, width, lines);
	if (status)
		return status;
	for (size_t i = 0; i < HEADLINES; i++) {
		free(tables->headline[i]);
		tables->headline[i] = lines[i];
	}
	tables->is_leaking = results->verdict.kind == VERDICT_LEAK;
	tables->headline_width = width;
	return STATUS_OK;
}

static enum status load_table(struct tables *tables)
{
	const struct results *results = results_of(tables);
	const struct view_ops *view = views[tables->view];
	if (!results->history.current)
		return STATUS_OK;
	struct table *table;
	enum status status = view->load(results, &table, NULL);
	if (status)
		return status;
	table_destroy(tables->table);
	tables->table = table;
	tables->shown = (struct detail_source){
		.view = view,
		.results = results,
		.table = table,
		.version = tables->shown.version + 1,
	};
	return list_update(&tables->lists[tables->view], table);
}

static enum status change_view(struct tables *tables, size_t view)
{
	// The old table never fits the new view.
	screens_return_to(tables->screen.screens, &tables->screen);
	table_destroy(tables->table);
	tables->table = NULL;
	tables->view = view;
	return load_table(tables);
}

// Counts the tabs, which may change with a sample.
static void count_views(struct tables *tables)
{
	const struct results *results = results_of(tables);
	tables->view_count = 0;
	while (tables->view_count < VIEWS_MAX && views[tables->view_count] &&
		view_is_offered(views[tables->view_count], results))
		tables->view_count++;
}

static enum status load_all(struct tables *tables)
{
	tables->headline_width = 0;
	count_views(tables);
	return tables->view < tables->view_count ? load_table(tables) : change_view(tables, 0);
}

// Reacts to news of the feed; sets *redraw if the picture changes.
static enum status take_news(struct tables *tables, enum feed_news news, bool *redraw)
{
	switch (news) {
	case FEED_NOTHING:
		return STATUS_OK;
	case FEED_PROGRESS:
		*redraw |= tables->ticked - tables->drawn > PROGRESS_SECONDS;
		return STATUS_OK;
	case FEED_SAMPLE:
		*redraw = true;
		return load_all(tables);
	case FEED_MEMORY:
		tables->headline_width = 0;
		break;
	case FEED_STATE:
		break;
	case FEED_DONE:
		screens_quit(tables->screen.screens);
		break;
	}
	*redraw = true;
	return STATUS_OK;
}

static enum status tables_tick(struct screen *screen, double now, bool *redraw, struct error *err)
{
	struct tables *tables = tables_of(screen);
	const struct feed_ops *ops = tables->feed->ops;
	(void)err;
	tables->ticked = now;
	return ops->advance ? take_news(tables, ops->advance(tables->feed, now), redraw)
			    : STATUS_OK;
}

static double tables_wait(const struct screen *screen, double now)
{
	const struct feed *feed = ((const struct tables *)screen)->feed;
	return feed->ops->wait ? feed->ops->wait(feed, now) : 1;
}

// --- Drawing -------------------------------------------------------------------------------------

static int draw_headline(struct tables *tables, struct terminal *terminal)
{
	int rows = terminal_rows(terminal);
	int row = 0;
	for (size_t i = rows < SHORT ? HEADLINES - 1 : 0; i < HEADLINES; i++) {
		enum style style = i == 0 ? STYLE_STRONG : STYLE_PLAIN;
		if (i == HEADLINES - 1 && tables->is_leaking)
			style = STYLE_ALARM;
		terminal_put(terminal, row++, 0, tables->headline[i], style, false);
	}
	return row;
}

// Draws the time axis on a line of its own. Returns the next row.
static int draw_axis(const struct tables *tables, struct terminal *terminal, int row)
{
	const struct feed *feed = tables->feed;
	struct text text = {0};
	if (!feed->ops->add_axis)
		return row;
	feed->ops->add_axis(feed, (unsigned)terminal_columns(terminal), &text);
	terminal_put(terminal, row, 0, text.bytes ? text.bytes : "", STYLE_PLAIN, false);
	text_deinit(&text);
	return row + 1;
}

static void draw_tab(struct tables *tables, struct terminal *terminal, size_t view, int *column)
{
	char label[64];
	snprintf(label, sizeof(label), " %s ", views[view]->title);
	tables->tabs[view] = (struct tab){*column, *column + (int)strlen(label)};
	terminal_put(terminal, tables->tab_row, *column, label,
		view == tables->view ? STYLE_SELECTED : STYLE_PLAIN, false);
	*column = tables->tabs[view].end;
}

// If the tabs do not all fit: draws the current one and its number.
static void draw_narrow_tab(const struct tables *tables, struct terminal *terminal)
{
	char label[64];
	snprintf(label, sizeof(label), " %zu/%zu %s ", tables->view + 1, tables->view_count,
		views[tables->view]->title);
	terminal_put(terminal, tables->tab_row, 0, label, STYLE_SELECTED, false);
}

static void draw_tabs(struct tables *tables, struct terminal *terminal)
{
	static const char hint[] = "? help ";
	int columns = terminal_columns(terminal), column = 0, width = 0;
	for (size_t i = 0; i < tables->view_count; i++)
		width += (int)strlen(views[i]->title) + 2;
	memset(tables->tabs, 0, sizeof(tables->tabs));
	tables->help_tab = (struct tab){0};
	if (width > columns) {
		draw_narrow_tab(tables, terminal);
		return;
	}
	for (size_t i = 0; i < tables->view_count; i++)
		draw_tab(tables, terminal, i, &column);
	if (width + (int)strlen(hint) >= columns)
		return;
	tables->help_tab = (struct tab){columns - (int)strlen(hint), columns};
	terminal_put(terminal, tables->tab_row, tables->help_tab.start, hint, STYLE_FAINT, false);
}

static const enum style mood_styles[] = {
	[FEED_BUSY] = STYLE_FAINT,
	[FEED_FROZEN] = STYLE_STRONG,
	[FEED_FAILED] = STYLE_ALARM,
	[FEED_ENDED] = STYLE_ALARM,
};

// Draws a message on the last key, the state of the feed, or the note of the table.
static void draw_state(struct tables *tables, struct terminal *terminal)
{
	static const struct table none = {0};
	const struct table *table = tables->table ? tables->table : &none;
	struct footer footer = {table->note ? table->note : "", STYLE_FAINT};
	struct text text = {0};
	enum feed_mood mood = tables->feed->ops->tell(tables->feed, &text);
	if (mood != FEED_QUIET)
		footer = (struct footer){text.bytes ? text.bytes : "", mood_styles[mood]};
	screens_note(tables->screen.screens, &footer);
	draw_footer(terminal, &tables->lists[tables->view], table, &footer);
	text_deinit(&text);
}

static enum status tables_draw_frame(
	struct screen *screen, struct terminal *terminal, struct area *body)
{
	struct tables *tables = tables_of(screen);
	int rows = terminal_rows(terminal);
	enum status status = load_headline(tables, (unsigned)terminal_columns(terminal));
	if (status)
		return status;
	tables->drawn = tables->ticked;
	tables->tab_row =
		draw_axis(tables, terminal, draw_headline(tables, terminal)) + (rows >= ROOMY);
	draw_tabs(tables, terminal);
	int first = tables->tab_row + 1, footer = rows - 1;
	draw_state(tables, terminal);
	*body = tables->area = (struct area){first, footer > first ? footer - first : 0};
	return STATUS_OK;
}

static enum status tables_draw(
	struct screen *screen, struct terminal *terminal, const struct area *body)
{
	struct tables *tables = tables_of(screen);
	struct text text = {0};
	if (tables->table)
		return draw_list(terminal, body, &tables->lists[tables->view], tables->table);
	if (tables->feed->ops->tell(tables->feed, &text) != FEED_ENDED)
		terminal_put(terminal, body->row, 0, "taking the first sample", STYLE_FAINT, false);
	text_deinit(&text);
	return STATUS_OK;
}

// --- Keys ----------------------------------------------------------------------------------------

static enum status open_row(struct tables *tables)
{
	size_t row;
	struct screen *detail;
	if (!list_row(&tables->lists[tables->view], &row) ||
		tables->table->subjects[row].kind == SUBJECT_NONE)
		return STATUS_OK;
	enum status status = detail_create(&tables->shown, tables->table->subjects[row], &detail);
	return status ? status : screens_push(tables->screen.screens, detail);
}

static enum status table_key(struct tables *tables, const struct input *input, bool *handled)
{
	enum list_answer answer;
	struct list *list = &tables->lists[tables->view];
	enum status status = draw_list_input(&tables->area, list, tables->table, input, &answer);
	*handled = answer != LIST_PASSED;
	if (answer == LIST_SORTED)
		screens_tell_order(tables->screen.screens, list, tables->table);
	return status || answer != LIST_OPENED ? status : open_row(tables);
}

static bool is_in(const struct tab *tab, int column)
{
	return column >= tab->start && column < tab->end;
}

static enum status click(struct tables *tables, const struct input *input, bool *handled)
{
	if (input->row != tables->tab_row)
		return STATUS_OK;
	for (size_t i = 0; i < tables->view_count; i++)
		if (is_in(&tables->tabs[i], input->column)) {
			*handled = true;
			return change_view(tables, i);
		}
	if (!is_in(&tables->help_tab, input->column))
		return STATUS_OK;
	*handled = true;
	return screens_open_help(tables->screen.screens);
}

static enum status character(struct tables *tables, uint32_t character, bool *handled)
{
	struct error note = {""};
	enum feed_news news = FEED_NOTHING;
	bool redraw = false;
	if (character >= '1' && character < '1' + tables->view_count) {
		*handled = true;
		return change_view(tables, character - '1');
	}
	*handled = tables->feed->ops->key(tables->feed, character, &note, &news);
	if (note.message[0])
		screens_tell(tables->screen.screens, STYLE_STRONG, note.message);
	return take_news(tables, news, &redraw);
}

// Keys that also work while another screen covers the table.
static enum status common_key(struct tables *tables, const struct input *input, bool *handled)
{
	size_t last = tables->view_count - 1;
	switch (input->kind) {
	case INPUT_TAB:
	case INPUT_RIGHT:
		*handled = true;
		return change_view(tables, tables->view == last ? 0 : tables->view + 1);
	case INPUT_TAB_BACK:
	case INPUT_LEFT:
		*handled = true;
		return change_view(tables, tables->view ? tables->view - 1 : last);
	case INPUT_CLICK:
	case INPUT_DOUBLE_CLICK:
		return click(tables, input, handled);
	case INPUT_CHARACTER:
		return character(tables, input->character, handled);
	default:
		return STATUS_OK;
	}
}

static enum status tables_key(
	struct screen *screen, const struct input *input, bool *handled, struct error *err)
{
	struct tables *tables = tables_of(screen);
	(void)err;
	if (tables->table && screens_is_top(screen->screens, screen)) {
		enum status status = table_key(tables, input, handled);
		if (status || *handled)
			return status;
	}
	return common_key(tables, input, handled);
}

static void tables_close(struct screen *screen)
{
	struct tables *tables = tables_of(screen);
	table_destroy(tables->table);
	for (size_t i = 0; i < VIEWS_MAX; i++)
		list_deinit(&tables->lists[i]);
	for (size_t i = 0; i < HEADLINES; i++)
		free(tables->headline[i]);
	feed_close(tables->feed);
	free(tables);
}

static const char keys_help[] = "Tab, left, right     change the view\n"
				"1 ... 6              change to a view\n"
				"b                    measure growth from this sample on\n"
				"w                    write the sample to a file\n"
				"space                freeze, and go on\n";
static const char file_help[] = "On a file:\n"
				"<  >                 the sample before, after\n"
				"[  ]                 a tenth of the recording back, on\n"
				"{  }                 the first sample, the last\n"
	"n  N                 the next sample with a heap, the one before\n"
				"B                    measure growth from the first sample\n";
static const char words_help[] = "TYPE, COUNT, BYTES   all objects of a type, and what\n"
				 "                     sys.getsizeof() says of them\n"
				 "+/MIN                growth a minute since the last sample\n"
				 "SINCE START          growth since the baseline\n"
				 "stopped              how long the process stood still\n";
static const char *const help[] = {keys_help, list_help, file_help, words_help, NULL};

static const struct screen_ops tables_screen = {
	.name = "tables",
	.help = help,
	.tick = tables_tick,
	.wait = tables_wait,
	.draw_frame = tables_draw_frame,
	.draw = tables_draw,
	.key = tables_key,
	.close = tables_close,
};

enum status tables_create(struct feed *take, struct screen **ret, struct error *err)
{
	struct tables *tables = calloc(1, sizeof(*tables));
	if (!tables) {
		feed_close(take);
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the screen");
	}
	*tables = (struct tables){.screen = {.ops = &tables_screen}, .feed = take};
	count_views(tables);
	enum status status = load_table(tables);
	if (status) {
		tables_close(&tables->screen);
		return error_set(err, status, "cannot allocate the screen");
	}
	*ret = &tables->screen;
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
// The screens on a terminal of paper: picked, opened, left again; with a feed that does as it is told.
#include "tui/screen.h"

#include "../golden.h"
#include "../view/service.h"
#include "base/text.h"
#include "paper.h"
#include "tui/feed.h"
#include "tui/pick.h"
#include "tui/screen_help.h"
#include "tui/screen_picker.h"
#include "tui/screen_tables.h"

#include <locale.h>

// What a test looks at, and what its feed and its pick do next.
struct play {
	struct service service;
	enum feed_news news; // that comes next; then none
	enum feed_mood mood;
	unsigned advances, loads, opens, closes;
	char key;	     // that reached the feed
	enum status fails;   // the next load
	char *pictures[8];   // kept by keep()
	size_t picture_count;
};

// --- A feed ---

struct scripted_feed {
	struct feed feed;
	struct play *play;
};

static struct play *play_of(const struct feed *feed)
{
	return ((const struct scripted_feed *)feed)->play;
}

static enum feed_news scripted_advance(struct feed *feed, double now)
{
	struct play *play = play_of(feed);
	enum feed_news news = play->news;
	(void)now;
	play->advances++;
	play->news = FEED_NOTHING;
	return news;
}

static double scripted_wait(const struct feed *feed, double now)
{
	(void)feed;
	(void)now;
	return 0;
}

static const struct results *scripted_results(const struct feed *feed)
{
	return &play_of(feed)->service.results;
}

static bool scripted_key(
	struct feed *feed, uint32_t character, struct error *note, enum feed_news *ret)
{
	play_of(feed)->key = (char)character;
	if (character == 'w')
		error_set(note, STATUS_OK, "written to paper");
	*ret = character == 'b' ? FEED_SAMPLE : FEED_STATE;
	return character == 'b' || character == 'w';
}

static enum feed_mood scripted_tell(const struct feed *feed, struct text *text)
{
	enum feed_mood mood = play_of(feed)->mood;
	if (mood)
		text_add_format(text, "mood %d", (int)mood);
	return mood;
}

static void scripted_close(struct feed *feed)
{
	play_of(feed)->closes++;
	free(feed);
}

static const struct feed_ops scripted_feed_ops = {
	.advance = scripted_advance,
	.wait = scripted_wait,
	.results = scripted_results,
	.key = scripted_key,
	.tell = scripted_tell,
	.close = scripted_close,
};

static struct screen *make_tables(struct play *play)
{
	struct scripted_feed *scripted = calloc(1, sizeof(*scripted));
	*scripted = (struct scripted_feed){{&scripted_feed_ops}, play};
	struct screen *screen = NULL;
	CHECK(!tables_create(&scripted->feed, &screen, NULL));
	return screen;
}

// --- A list to pick from ---

struct scripted_pick {
	struct pick pick;
	struct play *play;
};

static const struct column pick_columns[] = {
	{.title = "PID", .format = CELL_ID}, {.title = "COMMAND", .format = CELL_TEXT}};

static enum status scripted_load(struct pick *pick, struct table **ret, struct error *err)
{
	static const char *const commands[] = {"service.py", "vanished.py", "other.py"};
	struct play *play = ((struct scripted_pick *)pick)->play;
	struct table *table = NULL;
	play->loads++;
	if (play->fails)
		return error_set(err, play->fails, "no list today");
	enum status status = table_create("Processes", pick_columns, 2, &table);
	for (uint64_t i = 0; !status && i < 3; i++) {
		struct cell *row = NULL;
		status = table_add_row_about(table, (struct subject){SUBJECT_PROCESS, 10 + i}, &row);
		cell_set_unsigned(&row[0], 10 + i);
		status = status ? status : cell_set_text(&row[1], commands[i]);
	}
	*ret = table;
	return status;
}

static enum status scripted_open(
	struct pick *pick, struct subject subject, struct screen **ret, struct error *err)
{
	struct play *play = ((struct scripted_pick *)pick)->play;
	CHECK(subject.kind == SUBJECT_PROCESS);
	play->opens++;
	if (subject.id == 11)
		return error_set(err, STATUS_GONE, "process 11 is gone");
	*ret = make_tables(play);
	return STATUS_OK;
}

static void scripted_pick_close(struct pick *pick)
{
	((struct scripted_pick *)pick)->play->closes++;
	free(pick);
}

static const struct pick_ops scripted_pick_ops = {
	.title = "pick one",
	.load = scripted_load,
	.open = scripted_open,
	.close = scripted_pick_close,
};

static struct screen *make_picker(struct play *play)
{
	struct scripted_pick *scripted = calloc(1, sizeof(*scripted));
	*scripted = (struct scripted_pick){{&scripted_pick_ops, 0}, play};
	struct screen *screen = NULL;
	CHECK(!picker_create(&scripted->pick, &screen, NULL));
	return screen;
}

// --- Running them ---

#define KEY(name) .input = {.kind = INPUT_##name}
#define CHARACTER(letter) .input = {.kind = INPUT_CHARACTER, .character = (letter)}

static enum status run(struct play *play, struct screen *screen, const struct paper_step *steps)
{
	const struct paper paper = {20, 78, steps, play};
	AUTO(terminal_closep) struct terminal *terminal = paper_terminal(&paper);
	struct error err = {""};
	enum status status = screens_run(terminal, screen, help_create, &err);
	CHECK(!!status == !!err.message[0]);
	return status;
}

static void start(struct play *play)
{
	memset(play, 0, sizeof(*play));
	service_start(&play->service);
}

static void stop(struct play *play)
{
	service_stop(&play->service);
	for (size_t i = 0; i < play->picture_count; i++)
		free(play->pictures[i]);
}

// Keeps the picture; was() and was_not() compare it with the one that was kept last, which goes.
static void keep(void *context, const char *picture)
{
	struct play *play = context;
	play->pictures[play->picture_count++] = strdup(picture);
}

static void was(void *context, const char *picture)
{
	struct play *play = context;
	char *kept = play->pictures[--play->picture_count];
	CHECK_STRING(picture, kept);
	free(kept);
}

static void look_picker(void *context, const char *picture)
{
	check_golden(picture, "cmd/screen_picker.txt");
	keep(context, picture);
}

static void look_tables(void *context, const char *picture)
{
	check_golden(picture, "cmd/screen_tables.txt");
	keep(context, picture);
}

static void look_detail(void *context, const char *picture)
{
	check_golden(picture, "cmd/screen_detail.txt");
	keep(context, picture);
}

static void look_help(void *context, const char *picture)
{
	check_golden(picture, "cmd/screen_help.txt");
	keep(context, picture);
}

// From the picker to a process, to a row, to the help; and back the same way, by either key.
static void check_way(void)
{
	static const struct paper_step steps[] = {
		{KEY(DOWN)},
		{KEY(DOWN)},
		{KEY(ENTER), look_picker},
		{KEY(DOWN)},
		{KEY(ENTER), look_tables},
		{CHARACTER('?'), look_detail},
		{KEY(ESCAPE), look_help},
		{KEY(NONE)},
		{KEY(QUIT)},
	};
	static const struct paper_step both_ways[] = {
		{KEY(DOWN)},
		{KEY(DOWN)},
		{KEY(ENTER), keep},
		{KEY(DOWN)},
		{KEY(ENTER), keep},
		{KEY(BACK)},
		{KEY(ENTER), was},
		{KEY(ESCAPE)},
		{KEY(ESCAPE)},
		{KEY(ENTER), was},
		{KEY(DOWN), keep},
		{KEY(ENTER)},
		{KEY(ESCAPE)},
		{KEY(BACK)},
		{KEY(BACK)},
		{KEY(ESCAPE)},
		{KEY(ENTER)},
		{KEY(DOWN)},
		{KEY(UP)},
		{KEY(QUIT), was},
	};
	struct play play;
	start(&play);
	CHECK(!run(&play, make_picker(&play), steps));
	CHECK(play.opens == 1 && play.closes == 2);
	stop(&play);
	start(&play);
	CHECK(!run(&play, make_picker(&play), both_ways));
	CHECK(play.opens == 3 && play.closes == 4);
	CHECK(!play.picture_count);
	stop(&play);
}

// --- The help ---

static void is_help(void *context, const char *picture)
{
	(void)context;
	CHECK(strstr(picture, "this help"));
}

static void no_help(void *context, const char *picture)
{
	(void)context;
	CHECK(!strstr(picture, "this help"));
}

static void is_lower(void *context, const char *picture)
{
	(void)context;
	CHECK(!strstr(picture, "this help") && strstr(picture, "still"));
}

static void check_help(void)
{
	static const struct paper_step steps[] = {
		{CHARACTER('?')}, {CHARACTER('?'), is_help},
		{CHARACTER('h'), no_help}, {KEY(ESCAPE), is_help},
		{KEY(HELP), no_help}, {KEY(BACK), is_help},
		{KEY(HELP), no_help}, {KEY(ENTER), is_help},
		{KEY(ENTER), no_help}, // a process
		{KEY(HELP), no_help}, {KEY(END), is_help},
		{KEY(PAGE_UP), is_lower}, {KEY(HOME)},
		{KEY(PAGE_DOWN), is_help}, {KEY(HELP)},
		{KEY(ENTER), no_help}, // a row
		{CHARACTER('h'), no_help}, {CHARACTER('h'), is_help},
		{CHARACTER('?'), no_help},
		{CHARACTER('2'), is_help}, // another view takes all away
		{KEY(ESCAPE), no_help},
		{CHARACTER('/')}, {CHARACTER('?')}, // a text is typed
		{KEY(QUIT), no_help},
	};
	// Its hint is a button.
	static const struct paper_step click[] = {
		{.input = {.kind = INPUT_CLICK, .row = 4, .column = 74}},
		{KEY(ESCAPE), is_help},
		{KEY(QUIT), no_help},
	};
	struct play play;
	start(&play);
	CHECK(!run(&play, make_picker(&play), steps));
	CHECK(!run(&play, make_tables(&play), click));
	stop(&play);
}

// --- Following what a row is about ---

// A sample in which there are more lists than anything else.
static void grow_lists(void *context, const char *picture)
{
	struct play *play = context;
	struct census *census = play->service.results.history.current->census;
	CHECK(strstr(picture, "> list "));
	CHECK(!strcmp(census->types[3].name, "list"));
	census->types[3].bytes = 999999999;
	play->news = FEED_SAMPLE;
}

static void is_on_lists(void *context, const char *picture)
{
	(void)context;
	CHECK(strstr(picture, "> list "));
}

static void is_list(void *context, const char *picture)
{
	(void)context;
	CHECK(strstr(picture, "  type               list\n"));
	CHECK(strstr(picture, "953.7M"));
}

static void lose_lists(void *context, const char *picture)
{
	struct play *play = context;
	struct census *census = play->service.results.history.current->census;
	CHECK(strstr(picture, "type "));
	strcpy(census->types[3].name, "lisp");
	play->news = FEED_SAMPLE;
}

static void is_gone(void *context, const char *picture)
{
	(void)context;
	CHECK(strstr(picture, "# not in the last sample"));
	CHECK(strstr(picture, "  type               list\n"));
}

static void check_following(void)
{
	static const struct paper_step steps[] = {
		{CHARACTER('s')}, {CHARACTER('s')}, // by name
		{KEY(DOWN)}, {KEY(DOWN)}, {KEY(DOWN)},
		{KEY(NONE), grow_lists},
		{CHARACTER('r'), is_on_lists}, // the other way round
		{CHARACTER('s'), is_on_lists}, {CHARACTER('s'), is_on_lists},
		{KEY(ENTER), is_on_lists},
		{KEY(NONE), is_list},
		{KEY(NONE), lose_lists},
		{KEY(BACK), is_gone},
		{KEY(QUIT)},
	};
	struct play play;
	start(&play);
	CHECK(!run(&play, make_tables(&play), steps));
	stop(&play);
}

// --- Who works and who rests ---

static void note_loads(void *context, const char *picture)
{
	struct play *play = context;
	(void)picture;
	play->opens = play->loads;
	play->closes = play->advances;
}

static void only_feed_worked(void *context, const char *picture)
{
	struct play *play = context;
	(void)picture;
	CHECK(play->loads == play->opens);
	CHECK(play->advances >= play->closes + 4);
}

static void check_work(void)
{
	static const struct paper_step steps[] = {
		{KEY(NONE)}, {KEY(NONE)}, {KEY(ENTER)}, {KEY(NONE), note_loads}, {KEY(ENTER)},
		{KEY(NONE)}, {CHARACTER('?')}, {KEY(NONE)}, {KEY(QUIT), only_feed_worked},
	};
	struct play play;
	start(&play);
	CHECK(!run(&play, make_picker(&play), steps));
	CHECK(play.loads >= 3);
	stop(&play);
}

static void is_told(void *context, const char *picture)
{
	(void)context;
	CHECK(strstr(picture, "\n! process 11 is gone\n"));
}

static void is_written(void *context, const char *picture)
{
	(void)context;
	CHECK(strstr(picture, "\n* written to paper\n"));
}

static void is_quiet(void *context, const char *picture)
{
	(void)context;
	CHECK(!strstr(picture, "process 11") && !strstr(picture, "written"));
}

// What could not be opened is told until the next key; so is what a key did.
static void check_notes(void)
{
	static const struct paper_step steps[] = {
		{KEY(DOWN)}, {KEY(ENTER)}, {KEY(NONE), is_told}, {KEY(UP), is_told},
		{KEY(ENTER), is_quiet}, {CHARACTER('w')}, {KEY(NONE), is_written},
		{KEY(ENTER), is_written}, {CHARACTER('w'), is_quiet}, {KEY(DOWN), is_written},
		{KEY(QUIT), is_quiet},
	};
	struct play play;
	start(&play);
	CHECK(!run(&play, make_picker(&play), steps));
	CHECK(play.opens == 2 && play.key == 'w');
	stop(&play);
}

static void finish(void *context, const char *picture)
{
	struct play *play = context;
	(void)picture;
	play->news = FEED_DONE;
}

static void fail(void *context, const char *picture)
{
	struct play *play = context;
	(void)picture;
	play->fails = STATUS_UNREADABLE;
}

static void check_ends(void)
{
	static const struct paper_step done[] = {{KEY(NONE), finish}, {KEY(QUIT), finish}};
	static const struct paper_step failing[] = {{KEY(NONE), fail}, {KEY(QUIT)}};
	static const struct paper_step closed[] = {{KEY(ENTER)}, {KEY(CLOSED)}, {KEY(QUIT)}};
	struct play play;
	start(&play);
	CHECK(!run(&play, make_tables(&play), done));
	CHECK(run(&play, make_picker(&play), failing) == STATUS_UNREADABLE);
	play.fails = STATUS_OK;
	CHECK(run(&play, make_picker(&play), closed) == STATUS_INTERRUPTED);
	CHECK(play.closes == 4);
	stop(&play);
}

// --- Moods ---

static void is_frozen(void *context, const char *picture)
{
	struct play *play = context;
	CHECK(strstr(picture, "\n* mood 2\n"));
	play->mood = FEED_ENDED;
}

// A filter that is on stays to be seen beside whatever there is to tell.
static void is_filtered(void *context, const char *picture)
{
	(void)context;
	CHECK(strstr(picture, "\n* /li  (1 of 5)   mood 2\n"));
}

static void has_ended(void *context, const char *picture)
{
	(void)context;
	CHECK(strstr(picture, "\n! mood 4\n"));
}

static void check_moods(void)
{
	static const struct paper_step steps[] = {
		{CHARACTER('/')}, {CHARACTER('l')}, {CHARACTER('i')}, {KEY(ENTER)},
		{KEY(ESCAPE), is_filtered}, {CHARACTER('b'), is_frozen}, {KEY(QUIT), has_ended}};
	struct play play;
	start(&play);
	play.mood = FEED_FROZEN;
	CHECK(!run(&play, make_tables(&play), steps));
	CHECK(play.key == 'b');
	stop(&play);
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	check_way();
	check_help();
	check_following();
	check_work();
	check_notes();
	check_ends();
	check_moods();
	return test_done();
}

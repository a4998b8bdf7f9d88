// SPDX-License-Identifier: MIT
// The schedule of a session while a screen is shown: takes a sample at every interval, reads the
// memory in between, and never works for longer than a slice.
#include "tui/feed.h"

#include "base/guard.h"
#include "base/text.h"
#include "options.h"
#include "sampling.h"
#include "save.h"
#include "session/session.h"

#include <stdlib.h>

static const double POLL_SECONDS = 0.5;

struct live_feed {
	struct feed feed;
	struct session *session;
	double delay_seconds;
	uint64_t samples_left; // 0: no more; UINT64_MAX: no limit
	double begun;	       // when the last sample began
	double next_sample, next_poll;
	bool is_sampling; // a sample was begun and is not finished
	bool is_frozen;
	bool has_ended;	      // the target has ended
	struct error problem; // why there is nothing new; "" if all is well
};

static struct live_feed *live_of(struct feed *feed)
{
	return (struct live_feed *)feed;
}

static const struct live_feed *const_live_of(const struct feed *feed)
{
	return (const struct live_feed *)feed;
}

static enum feed_news note_problem(
	struct live_feed *live, enum status status, const struct error *err)
{
	live->is_sampling = false;
	live->has_ended = status == STATUS_GONE;
	live->problem = *err;
	return FEED_STATE;
}

static enum feed_news begin_sample(struct live_feed *live, double now)
{
	struct error err = {""};
	enum status status = session_begin_sample(live->session, &err);
	live->begun = now;
	live->next_sample = now + live->delay_seconds;
	if (status)
		return note_problem(live, status, &err);
	live->is_sampling = true;
	return FEED_PROGRESS;
}

static enum feed_news step_sample(struct live_feed *live)
{
	struct error err = {""};
	enum status status = session_step(live->session, &err);
	if (status == STATUS_MORE)
		return FEED_PROGRESS;
	if (status)
		return note_problem(live, status, &err);
	live->is_sampling = false;
	live->problem.message[0] = '\0';
	live->next_sample = sampling_next(live->session, live->begun, live->delay_seconds);
	if (live->samples_left != UINT64_MAX)
		live->samples_left--;
	return FEED_SAMPLE;
}

// Readings while the picture is frozen are shown when the user continues.
static enum feed_news poll_memory(struct live_feed *live, double now)
{
	struct error err = {""};
	live->next_poll = now + POLL_SECONDS;
	enum status status = session_poll_memory(live->session, &err);
	if (status)
		return note_problem(live, status, &err);
	return live->is_frozen ? FEED_NOTHING : FEED_MEMORY;
}

static enum feed_news live_advance(struct feed *feed, double now)
{
	struct live_feed *live = live_of(feed);
	if (live->has_ended)
		return FEED_NOTHING;
	if (live->is_sampling)
		return step_sample(live);
	// The first copy may take a while; show something before it.
	if (!live->next_poll)
		return poll_memory(live, now);
	if (now >= live->next_sample && !live->is_frozen)
		return live->samples_left ? begin_sample(live, now) : FEED_DONE;
	if (now >= live->next_poll)
		return poll_memory(live, now);
	return FEED_NOTHING;
}

static double live_wait(const struct feed *feed, double now)
{
	const struct live_feed *live = const_live_of(feed);
	if (live->has_ended)
		return 1;
	if (live->is_sampling)
		return 0;
	double next = live->next_poll;
	if (!live->is_frozen && live->next_sample < next)
		next = live->next_sample;
	return next > now ? next - now : 0;
}

static const struct results *live_results(const struct feed *feed)
{
	return session_results(const_live_of(feed)->session);
}

// Freezes: gives up a sample that is being taken. Or continues, with a sample at once.
static void toggle_frozen(struct live_feed *live)
{
	live->is_frozen = !live->is_frozen;
	live->next_sample = 0;
	if (!live->is_frozen || !live->is_sampling)
		return;
	session_cancel_sample(live->session);
	live->is_sampling = false;
}

static void save(const struct live_feed *live, struct error *note)
{
	char path[SAVE_PATH_SIZE];
	const struct history *history = &session_results(live->session)->history;
	if (history->current && !save_sample(history, path, note))
		error_set(note, STATUS_OK, "written to %s", path);
}

static bool live_key(struct feed *feed, uint32_t character, struct error *note, enum feed_news *ret)
{
	struct live_feed *live = live_of(feed);
	*ret = FEED_STATE;
	switch (character) {
	case 'b':
		session_set_baseline(live->session);
		*ret = FEED_SAMPLE;
		return true;
	case 'w':
		save(live, note);
		return true;
	case ' ':
		toggle_frozen(live);
		return true;
	default:
		return false;
	}
}

static void add_progress(const struct live_feed *live, struct text *text)
{
	uint64_t met, expected;
	char figure[TEXT_FIGURE_SIZE], of[TEXT_FIGURE_SIZE];
	session_progress(live->session, &met, &expected);
	if (expected > met)
		text_add_format(text, "reading %s of about %s objects", text_count(figure, met),
			text_count(of, expected));
	else
		text_add_format(text, "reading %s objects", text_count(figure, met));
}

static enum feed_mood live_tell(const struct feed *feed, struct text *text)
{
	const struct live_feed *live = const_live_of(feed);
	if (live->has_ended) {
		text_add_format(text, "the process ended: %s. q quits", live->problem.message);
		return FEED_ENDED;
	}
	if (live->problem.message[0]) {
		text_add(text, live->problem.message);
		return FEED_FAILED;
	}
	if (live->is_frozen) {
		text_add(text, "frozen: space goes on");
		return FEED_FROZEN;
	}
	if (!live->is_sampling)
		return FEED_QUIET;
	add_progress(live, text);
	return FEED_BUSY;
}

static void live_close(struct feed *feed)
{
	session_close(live_of(feed)->session);
	free(feed);
}

static const struct feed_ops live_feed_ops = {
	.advance = live_advance,
	.wait = live_wait,
	.results = live_results,
	.key = live_key,
	.tell = live_tell,
	.close = live_close,
};

enum status feed_live_create(struct session *session_take, const struct settings *settings,
	struct feed **ret, struct error *err)
{
	AUTO(session_closep) struct session *session = session_take;
	struct live_feed *live = calloc(1, sizeof(*live));
	if (!live)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the screen");
	*live = (struct live_feed){
		.feed = {&live_feed_ops},
		.session = take_ptr(session),
		.delay_seconds = settings->delay_seconds,
		.samples_left = settings->count ? settings->count : UINT64_MAX,
	};
	*ret = &live->feed;
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
// Where the results on the screen come from: samples of a live process, or those of a recording.
// The screen does not ask which. To add one: write feed_<name>.c with a const struct feed_ops and
// its constructor.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct feed;
struct recording;
struct session;
struct settings;
struct text;
struct results;

enum feed_news {
	FEED_NOTHING,
	FEED_PROGRESS, // work is under way
	FEED_STATE,    // what tell() says changed
	FEED_MEMORY,   // the headline changed
	FEED_SAMPLE,   // all results changed
	FEED_DONE,     // everything that was asked for was shown
};

// How things stand.
enum feed_mood {
	FEED_QUIET,  // nothing to tell
	FEED_BUSY,   // with a sample
	FEED_FROZEN, // until the person goes on
	FEED_FAILED, // to get what is new; it may yet come
	FEED_ENDED,  // nothing new comes any more
};

struct feed_ops {
	// One bounded piece of what is due at a moment of time_boot_seconds(). NULL: nothing comes
	// by itself.
	enum feed_news (*advance)(struct feed *feed, double now);
	// Seconds until there is something to do again; with advance().
	double (*wait)(const struct feed *feed, double now);
	// The current results; good until advance() or key() says FEED_MEMORY or FEED_SAMPLE.
	const struct results *(*results)(const struct feed *feed);
	// Handles a key; false where it is none of the feed's. What it did is *ret, and note says
	// it where it cannot be seen.
	bool (*key)(struct feed *feed, uint32_t character, struct error *note, enum feed_news *ret);
	// Adds how things stand in a sentence; none where FEED_QUIET.
	enum feed_mood (*tell)(const struct feed *feed, struct text *text);
	// Adds the axis of time: a line of at most width columns. NULL: there is none.
	void (*add_axis)(const struct feed *feed, unsigned width, struct text *text);
	void (*close)(struct feed *feed);
};

// The first member of each feed.
struct feed {
	const struct feed_ops *ops;
};

static inline void feed_close(struct feed *feed)
{
	if (feed)
		feed->ops->close(feed);
}

// Samples of a session, which it takes over, every so often as settings ask for; the memory is read
// in between. STATUS_NO_MEMORY, also then the session is closed.
must_check enum status feed_live_create(struct session *session_take,
	const struct settings *settings, struct feed **ret, struct error *err);

// The samples of a recording, of which a process is chosen: at first the last one, with the growth
// since the first. Borrows the recording. As recording_show().
must_check enum status feed_recording_create(
	struct recording *recording, struct feed **ret, struct error *err);

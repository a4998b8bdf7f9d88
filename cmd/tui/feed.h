// SPDX-License-Identifier: MIT
// Where the results on the screen come from: samples of a live process, or those of a recording.
// The screen does not know which. To add one: write feed_<name>.c with a const struct feed_ops and
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
	FEED_STATE,    // the result of tell() changed
	FEED_MEMORY,   // the headline changed
	FEED_SAMPLE,   // all results changed
	FEED_DONE,     // everything that was requested was shown
};

// The state of a feed.
enum feed_mood {
	FEED_QUIET,  // nothing to say
	FEED_BUSY,   // takes a sample
	FEED_FROZEN, // until the user continues
	FEED_FAILED, // the last attempt failed; later ones may succeed
	FEED_ENDED,  // there will be nothing new
};

struct feed_ops {
	// Does one short piece of the work that is due at a time of time_boot_seconds(). NULL:
	// nothing changes by itself.
	enum feed_news (*advance)(struct feed *feed, double now);
	// Seconds until advance() has something to do. Goes together with advance().
	double (*wait)(const struct feed *feed, double now);
	// The current results; valid until advance() or key() returns FEED_MEMORY or FEED_SAMPLE.
	const struct results *(*results)(const struct feed *feed);
	// Handles a key; false: the feed does not use it. *ret is the effect, and note describes it
	// if it cannot be seen.
	bool (*key)(struct feed *feed, uint32_t character, struct error *note, enum feed_news *ret);
	// Adds a sentence on the state; none for FEED_QUIET.
	enum feed_mood (*tell)(const struct feed *feed, struct text *text);
	// Adds the time axis: a line of at most width columns. NULL: there is none.
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

// Takes samples of a session, which it takes over, at the intervals of the settings, and reads the
// memory in between. STATUS_NO_MEMORY; the session is closed then too.
must_check enum status feed_live_create(struct session *session_take,
	const struct settings *settings, struct feed **ret, struct error *err);

// Shows the samples of a recording, in which a process must be chosen: first the last sample, with
// the growth since the first. Borrows the recording. Statuses as recording_show().
must_check enum status feed_recording_create(
	struct recording *recording, struct feed **ret, struct error *err);

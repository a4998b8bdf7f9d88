// SPDX-License-Identifier: MIT
// A recording on the screen: which sample is shown, from which one growth is measured, and the time
// axis that shows both.
#include "tui/feed.h"

#include "base/guard.h"
#include "base/text.h"
#include "base/time.h"
#include "session/recording.h"

#include <stdlib.h>
#include <string.h>

enum {
	BIG_STEPS = 10, // in the whole recording
	AXIS_LEAST = 8, // columns; the axis is left out if there are fewer
};

struct player {
	struct feed feed;
	struct recording *recording; // borrowed; one of its processes is chosen and shown
	size_t baseline, current;    // positions of samples
	struct error problem;	     // why a sample cannot be shown; "" if all is well
};

static struct player *player_of(struct feed *feed)
{
	return (struct player *)feed;
}

static const struct player *const_player_of(const struct feed *feed)
{
	return (const struct player *)feed;
}

static size_t sample_count(const struct player *player)
{
	size_t count;
	recording_samples(player->recording, &count);
	return count;
}

static enum status show(struct player *player, size_t baseline, size_t current, struct error *err)
{
	enum status status = recording_show(player->recording, baseline, current, err);
	if (status)
		return status;
	player->baseline = baseline;
	player->current = current;
	return STATUS_OK;
}

static bool has_heap(const struct player *player, size_t position)
{
	size_t count;
	return recording_samples(player->recording, &count)[position].has_heap;
}

// The next or the previous sample with a heap; the current one if there is none.
static size_t find_heap(const struct player *player, bool forward)
{
	size_t count = sample_count(player), at = player->current;
	while (forward ? at + 1 < count : at > 0) {
		at = forward ? at + 1 : at - 1;
		if (has_heap(player, at))
			return at;
	}
	return player->current;
}

// The sample to which a key leads; false: the key has another meaning.
static bool find_step(const struct player *player, uint32_t character, size_t *ret)
{
	size_t count = sample_count(player), last = count - 1, at = player->current;
	size_t big = count / BIG_STEPS ? count / BIG_STEPS : 1;
	switch (character) {
	case '<':
	case ',':
		*ret = at ? at - 1 : 0;
		return true;
	case '>':
	case '.':
		*ret = at < last ? at + 1 : last;
		return true;
	case '[':
		*ret = at > big ? at - big : 0;
		return true;
	case ']':
		*ret = last - at > big ? at + big : last;
		return true;
	case '{':
		*ret = 0;
		return true;
	case '}':
		*ret = last;
		return true;
	case 'n':
	case 'N':
		*ret = find_heap(player, character == 'n');
		return true;
	default:
		return false;
	}
}

// If a sample cannot be shown, reports the problem and keeps the picture.
static bool player_key(
	struct feed *feed, uint32_t character, struct error *note, enum feed_news *ret)
{
	struct player *player = player_of(feed);
	size_t baseline = player->baseline, current = player->current, first, last;
	if (character == 'b') {
		baseline = current;
		if (!has_heap(player, current))
			error_set(note, STATUS_OK,
				"measured from a sample that has no heap: only "
				"memory is compared");
	} else if (character == 'B') {
		recording_ends(player->recording, &first, &last);
		baseline = first;
	} else if (!find_step(player, character, &current)) {
		return false;
	}
	player->problem.message[0] = '\0';
	if (show(player, baseline, current, &player->problem) && !player->problem.message[0])
		error_set(&player->problem, STATUS_FAILED, "this sample cannot be shown");
	*ret = FEED_SAMPLE;
	return true;
}

static const struct results *player_results(const struct feed *feed)
{
	return recording_results(const_player_of(feed)->recording);
}

static enum feed_mood player_tell(const struct feed *feed, struct text *text)
{
	const struct player *player = const_player_of(feed);
	text_add(text, player->problem.message);
	return player->problem.message[0] ? FEED_FAILED : FEED_QUIET;
}

// The column of the axis for a sample.
static size_t column_of(const struct player *player, size_t position, size_t columns)
{
	size_t count;
	const struct recorded_sample *samples = recording_samples(player->recording, &count);
	double range = samples[count - 1].seconds - samples[0].seconds;
	double part = range > 0 ? (samples[position].seconds - samples[0].seconds) / range : 1;
	size_t column = part > 0 ? (size_t)(part * (double)(columns - 1) + 0.5) : 0;
	return column < columns ? column : columns - 1;
}

// "|----b=======*--|": from the baseline to the sample that is shown.
static void add_line(const struct player *player, size_t columns, struct text *text)
{
	AUTO(freep) char *line = malloc(columns + 1);
	if (!line)
		return;
	memset(line, '-', columns);
	line[columns] = '\0';
	size_t baseline = column_of(player, player->baseline, columns);
	size_t current = column_of(player, player->current, columns);
	if (baseline < current)
		memset(line + baseline, '=', current - baseline);
	line[baseline] = 'b';
	line[current] = '*';
	text_add_format(text, "  |%s|", line);
}

static void player_add_axis(const struct feed *feed, unsigned width, struct text *text)
{
	const struct player *player = const_player_of(feed);
	char time[TIME_TEXT_SIZE];
	size_t count;
	const struct recorded_sample *samples = recording_samples(player->recording, &count);
	time_format_plain(samples[player->current].taken_ms, time);
	text_add_format(text, "%sZ  sample %zu of %zu, since %zu", time, player->current + 1, count,
		player->baseline + 1);
	size_t used = text->length + 4;
	if (width >= used + AXIS_LEAST)
		add_line(player, width - used, text);
}

static void player_close(struct feed *feed)
{
	free(feed);
}

static const struct feed_ops player_ops = {
	.results = player_results,
	.key = player_key,
	.tell = player_tell,
	.add_axis = player_add_axis,
	.close = player_close,
};

enum status feed_recording_create(struct recording *recording, struct feed **ret, struct error *err)
{
	size_t first, last;
	AUTO(freep) struct player *player = calloc(1, sizeof(*player));
	if (!player)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the screen");
	*player = (struct player){.feed = {&player_ops}, .recording = recording};
	recording_ends(recording, &first, &last);
	enum status status = show(player, first, last, err);
	if (!status)
		*ret = &take_ptr(player)->feed;
	return status;
}

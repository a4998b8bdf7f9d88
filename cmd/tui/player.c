// SPDX-License-Identifier: MIT
#include "tui/player.h"

#include "base/guard.h"
#include "base/text.h"
#include "base/time.h"
#include "session/recording.h"
#include "tui/terminal.h"

#include <stdlib.h>
#include <string.h>

enum {
	BIG_STEPS = 10, // that the whole recording has
	AXIS_LEAST = 8, // columns; where there are fewer it is left out
};

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

enum status player_init(struct player *player, struct recording *recording, struct error *err)
{
	size_t first, last;
	*player = (struct player){.recording = recording};
	recording_ends(recording, &first, &last);
	return show(player, first, last, err);
}

// Where a key leads; false where it is none of these.
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
	default:
		return false;
	}
}

bool player_input(struct player *player, const struct input *input)
{
	if (input->kind != INPUT_CHARACTER)
		return false;
	size_t baseline = player->baseline, current = player->current, first, last;
	if (input->character == 'b') {
		baseline = current;
	} else if (input->character == 'B') {
		recording_ends(player->recording, &first, &last);
		baseline = first;
	} else if (!find_step(player, input->character, &current)) {
		return false;
	}
	player->problem.message[0] = '\0';
	if (show(player, baseline, current, &player->problem) && !player->problem.message[0])
		error_set(&player->problem, STATUS_FAILED, "this sample cannot be shown");
	return true;
}

// The column of the axis that a moment falls on.
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

void player_add_axis(const struct player *player, unsigned width, struct text *text)
{
	char time[TIME_TEXT_SIZE];
	size_t count;
	const struct recorded_sample *samples = recording_samples(player->recording, &count);
	time_format_plain(samples[player->current].time_ms, time);
	text_add_format(text, "%sZ  sample %zu of %zu, since %zu", time, player->current + 1, count,
		player->baseline + 1);
	size_t used = text->length + 4;
	if (width >= used + AXIS_LEAST)
		add_line(player, width - used, text);
}

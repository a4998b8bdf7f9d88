// SPDX-License-Identifier: MIT
// The three lines at the top of the screen: the process, its memory, and the verdict.
#include "analysis/composition.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/utf8.h"
#include "result/command.h"
#include "result/reading.h"
#include "view/line.h"
#include "view/view.h"

#include <stdlib.h>
#include <string.h>

enum {
	COMMAND_WIDTH = 40,
	COMMAND_WIDTH_LEAST = 8,
	REASON_WIDTH = 160,
	SPARKLINE_LENGTH = 8,
};

static const char *command_name(const struct identity *identity)
{
	const char *command = identity->command_line;
	if (!command || !*command)
		return identity->exe ? identity->exe : "";
	return command_parse(command).shown;
}

// Adds a string cut to width. Escapes control characters, which should not be there.
static void add_cut(struct text *text, const char *string, unsigned width)
{
	struct text safe = {0};
	text_add_foreign(&safe, string, strlen(string));
	text->failed |= safe.failed;
	if (safe.bytes)
		line_add_cut(text, safe.bytes, width, false);
	text_deinit(&safe);
}

static void add_sample(struct text *text, const struct history *history, bool with_interval)
{
	const struct sample *sample = history->current;
	if (!sample) {
		text_add(text, "   no sample yet");
		return;
	}
	double interval = history->interval_seconds;
	text_add_format(text, "   sample %u", sample->number);
	if (interval > 0 && with_interval)
		text_add_format(text, ", every %g s", interval);
	double stopped = sample->copy.stopped_ms;
	text_add_format(text, "   stopped %.*f ms", stopped < 10 ? 1 : 0, stopped);
	if (interval > 0)
		text_add_format(text, " (%.1f%%)", stopped / 10 / interval);
}

static char *write_identity(
	const struct history *history, unsigned command_width, bool with_interval)
{
	const struct identity *identity = &history->identity;
	struct text text = {0};
	text_add_format(&text, "leaktop  pid %d  python %s", (int)identity->pid, identity->python);
	for (size_t i = 0; i < sizeof(identity->build) / sizeof(*identity->build); i++) {
		if (!identity->build[i])
			break;
		text_add_format(&text, " %s", identity->build[i]);
	}
	if (identity->layout_source && !strcmp(identity->layout_source, "structure"))
		text_add(&text, " by structure");
	text_add(&text, "  ");
	add_cut(&text, command_name(identity), command_width);
	add_sample(&text, history, with_interval);
	return text_take(&text);
}

// If the line is too wide, leaves out the interval, then cuts the command: how long the process was
// stopped comes after them and matters more.
static char *line_of_identity(const struct history *history, unsigned width)
{
	AUTO(freep) char *full = write_identity(history, COMMAND_WIDTH, true);
	AUTO(freep) char *brief = write_identity(history, COMMAND_WIDTH, false);
	AUTO(freep) char *bare = write_identity(history, 0, false);
	if (!full || !brief || !bare)
		return NULL;
	if (!width || utf8_width(full) <= width)
		return take_ptr(full);
	if (utf8_width(brief) <= width)
		return take_ptr(brief);
	unsigned fixed = utf8_width(bare);
	unsigned rest = width > fixed ? width - fixed : 0;
	return write_identity(
		history, rest > COMMAND_WIDTH_LEAST ? rest : COMMAND_WIDTH_LEAST, false);
}

// Chooses readings evenly over time, the newest last.
static void add_memory_sparkline(struct text *text, const struct series *memory)
{
	const struct trend_point *readings = memory->items;
	double values[SPARKLINE_LENGTH];
	char buffer[CELL_BUFFER_SIZE];
	if (memory->count < 2)
		return;
	double start = readings[0].seconds, end = readings[memory->count - 1].seconds;
	size_t at = 0;
	for (size_t i = 0; i < SPARKLINE_LENGTH; i++) {
		double when = start + (end - start) * (double)i / (SPARKLINE_LENGTH - 1);
		while (at + 1 < memory->count && readings[at + 1].seconds <= when)
			at++;
		values[i] = readings[at].bytes;
	}
	text_add_format(text, " %s", line_of_series(values, SPARKLINE_LENGTH, buffer, sizeof(buffer)));
}

static void add_part(struct text *text, const char *name, uint64_t bytes)
{
	char figure[TEXT_FIGURE_SIZE];
	text_add_format(text, "  %s %s", name, text_bytes(figure, bytes));
}

static void add_parts(struct text *text, const struct sample *sample)
{
	const struct reading reading = sample_reading(sample);
	const struct composition parts = composition_of(&reading);
	text_add(text, parts.has_heap || parts.has_split ? " " : "");
	if (parts.has_heap) {
		add_part(text, "python", parts.python);
		add_part(text, "pymalloc free", parts.pymalloc_free);
	}
	if (parts.has_split)
		add_part(text, "files", parts.files);
	if (parts.has_other)
		add_part(text, "other", parts.other);
}

static char *line_of_memory(const struct results *results)
{
	const struct series *memory = &results->history.memory;
	const struct sample *sample = results->history.current;
	char figure[TEXT_FIGURE_SIZE];
	struct text text = {0};
	uint64_t rss;
	if (memory->count)
		rss = results->history.latest.rss_bytes;
	else if (sample)
		rss = sample->memory.rss_bytes;
	else
		return strdup("RSS unknown");
	text_add_format(&text, "RSS %s", text_bytes(figure, rss));
	add_memory_sparkline(&text, memory);
	if (results->verdict.has_trend) {
		struct cell pace;
		cell_set_rate(&pace, results->verdict.trend.bytes_per_minute);
		text_add_format(&text, " %s/min", text_bytes_change(figure, pace.signed_value));
	}
	if (sample)
		add_parts(&text, sample);
	return text_take(&text);
}

static char *line_of_verdict(const struct results *results)
{
	const struct sample *sample = results->history.current;
	struct text text = {0};
	text_add(
		&text, *results->verdict.sentence ? results->verdict.sentence : "too early to say");
	if (sample && !sample->census && sample->census_missing) {
		text_add(&text, "; ");
		add_cut(&text, sample->census_missing, REASON_WIDTH);
	}
	return text_take(&text);
}

enum status view_headline(const struct results *results, unsigned width, char *ret[3])
{
	AUTO(freep) char *who = line_of_identity(&results->history, width);
	AUTO(freep) char *memory = line_of_memory(results);
	AUTO(freep) char *verdict = line_of_verdict(results);
	if (!who || !memory || !verdict)
		return STATUS_NO_MEMORY;
	ret[0] = take_ptr(who);
	ret[1] = take_ptr(memory);
	ret[2] = take_ptr(verdict);
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "paper.h"

#include "base/text.h"
#include "view/line.h"

#include <stdlib.h>
#include <string.h>

struct terminal {
	const struct paper *paper;
	size_t step;
	char *cells;	    // rows * columns
	enum style *styles; // of what was put first in a line; STYLE_COUNT: nothing was
	char *picture;	    // as it was shown last
};

struct terminal *paper_terminal(const struct paper *paper)
{
	struct terminal *terminal = calloc(1, sizeof(*terminal));
	terminal->paper = paper;
	terminal->cells = malloc((size_t)(paper->rows * paper->columns));
	terminal->styles = malloc((size_t)paper->rows * sizeof(*terminal->styles));
	terminal_clear(terminal);
	return terminal;
}

void terminal_close(struct terminal *terminal)
{
	if (!terminal)
		return;
	free(terminal->cells);
	free(terminal->styles);
	free(terminal->picture);
	free(terminal);
}

int terminal_rows(const struct terminal *terminal)
{
	return terminal->paper->rows;
}

int terminal_columns(const struct terminal *terminal)
{
	return terminal->paper->columns;
}

bool terminal_is_ascii(const struct terminal *terminal)
{
	(void)terminal;
	return true;
}

void terminal_clear(struct terminal *terminal)
{
	const struct paper *paper = terminal->paper;
	memset(terminal->cells, ' ', (size_t)(paper->rows * paper->columns));
	for (int row = 0; row < paper->rows; row++)
		terminal->styles[row] = STYLE_COUNT;
}

void terminal_put(struct terminal *terminal, int row, int column, const char *utf8,
	enum style style, bool filled)
{
	const struct paper *paper = terminal->paper;
	if (row < 0 || row >= paper->rows || column < 0 || column >= paper->columns)
		return;
	struct text line = {0};
	unsigned width = (unsigned)(paper->columns - column);
	if (filled)
		line_add_padded(&line, utf8, width, false, true);
	else
		line_add_cut(&line, utf8, width, true);
	if (line.length && style == STYLE_SELECTED && !filled) {
		line.bytes[0] = '[';
		line.bytes[line.length - 1] = ']';
	}
	if (line.length)
		memcpy(terminal->cells + row * paper->columns + column, line.bytes, line.length);
	if (utf8[0] && (filled || terminal->styles[row] == STYLE_COUNT))
		terminal->styles[row] = style == STYLE_SELECTED && !filled ? STYLE_PLAIN : style;
	text_deinit(&line);
}

void terminal_show(struct terminal *terminal)
{
	static const char marks[] = {' ', '*', '#', '>', '.', '!', ' '};
	const struct paper *paper = terminal->paper;
	struct text picture = {0};
	for (int row = 0; row < paper->rows; row++) {
		const char *cells = terminal->cells + row * paper->columns;
		int length = paper->columns;
		while (length && cells[length - 1] == ' ')
			length--;
		if (length)
			text_add_format(
				&picture, "%c %.*s", marks[terminal->styles[row]], length, cells);
		text_add(&picture, "\n");
	}
	free(terminal->picture);
	terminal->picture = text_take(&picture);
}

struct input terminal_read(struct terminal *terminal, double seconds)
{
	const struct paper *paper = terminal->paper;
	const struct paper_step *step = &paper->steps[terminal->step];
	(void)seconds;
	if (step->look)
		step->look(paper->context, terminal->picture);
	if (step->input.kind != INPUT_QUIT)
		terminal->step++;
	return step->input;
}

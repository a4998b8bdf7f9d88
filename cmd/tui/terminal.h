// SPDX-License-Identifier: MIT
// The terminal: draws styled lines, reads keys and the mouse. Only this file uses curses.
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <stdbool.h>
#include <stdint.h>

struct terminal;

enum style {
	STYLE_PLAIN,
	STYLE_STRONG,
	STYLE_HEADING,	// of a table
	STYLE_SELECTED, // the row under the cursor, the current tab
	STYLE_FAINT,
	STYLE_ALARM,
	STYLE_COUNT,
};

enum input_kind {
	INPUT_NONE,	 // no input in time
	INPUT_CHARACTER, // in input.character
	INPUT_UP,
	INPUT_DOWN,
	INPUT_LEFT,
	INPUT_RIGHT,
	INPUT_PAGE_UP,
	INPUT_PAGE_DOWN,
	INPUT_HOME,
	INPUT_END,
	INPUT_ENTER,
	INPUT_BACK, // backspace
	INPUT_ESCAPE,
	INPUT_TAB,
	INPUT_TAB_BACK,
	INPUT_CLICK, // at input.row, input.column, like the next one
	INPUT_DOUBLE_CLICK,
	INPUT_WHEEL_UP,
	INPUT_WHEEL_DOWN,
	INPUT_HELP, // F1
	INPUT_QUIT, // F10
	INPUT_REDRAW, // the size changed, or we were stopped and continued
	INPUT_CLOSED, // the terminal is gone; SIGHUP was raised
};

struct input {
	enum input_kind kind;
	uint32_t character;
	int row, column;
};

// Keys for help and for quitting, unless text is being typed.
static inline bool input_is_help(const struct input *input)
{
	return input->kind == INPUT_HELP ||
		(input->kind == INPUT_CHARACTER &&
			(input->character == '?' || input->character == 'h'));
}

static inline bool input_is_quit(const struct input *input)
{
	return input->kind == INPUT_QUIT ||
		(input->kind == INPUT_CHARACTER && input->character == 'q');
}

// Checks that standard input and output are a terminal. STATUS_USAGE.
must_check enum status terminal_check(struct error *err);

// Takes the terminal over. STATUS_USAGE: it cannot show a screen; STATUS_NO_MEMORY.
// Signals must be caught already (interrupt_catch()).
must_check enum status terminal_open(bool ascii, struct terminal **ret, struct error *err);

// Restores the terminal.
void terminal_close(struct terminal *terminal);
GUARD(struct terminal, terminal_close)

int terminal_rows(const struct terminal *terminal);
int terminal_columns(const struct terminal *terminal);
bool terminal_is_ascii(const struct terminal *terminal);

// Draw a picture between terminal_clear() and terminal_show().
void terminal_clear(struct terminal *terminal);

// Puts text at a position, cut at the right edge. Ignores positions outside of the screen. filled:
// gives the whole rest of the line the style.
void terminal_put(struct terminal *terminal, int row, int column, const char *utf8,
	enum style style, bool filled);
void terminal_show(struct terminal *terminal);

// Waits for input, at most that many seconds.
struct input terminal_read(struct terminal *terminal, double seconds);

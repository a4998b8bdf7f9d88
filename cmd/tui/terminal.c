// SPDX-License-Identifier: MIT
#include "tui/terminal.h"

#include "base/log.h"
#include "base/text.h"
#include "view/line.h"

#include <curses.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

static const mmask_t DOUBLE_CLICKS = BUTTON1_DOUBLE_CLICKED | BUTTON1_TRIPLE_CLICKED;

struct terminal {
	SCREEN *screen;
	bool ascii;
	bool has_colours;
};

// Set by signal handlers, which can use nothing else.
static volatile sig_atomic_t stop_noted, continue_noted;

static void note_stop(int number)
{
	(void)number;
	stop_noted = 1;
}

static void note_continue(int number)
{
	(void)number;
	continue_noted = 1;
}

static void handle(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

static void start_colours(struct terminal *terminal)
{
	const char *refused = getenv("NO_COLOR");
	if ((refused && *refused) || !has_colors() || start_color() == ERR)
		return;
	bool keeps_background = use_default_colors() == OK;
	short background = keeps_background ? -1 : COLOR_BLACK;
	init_pair(STYLE_HEADING, COLOR_CYAN, background);
	init_pair(STYLE_ALARM, COLOR_RED, background);
	terminal->has_colours = true;
}

static void set_modes(void)
{
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	// Curses reports a press and a release that are queued together as a click, even if it is
	// told not to wait for the release. So this asks for releases and clicks, and not for
	// presses.
	mousemask(BUTTON1_RELEASED | BUTTON1_CLICKED | DOUBLE_CLICKS | BUTTON4_PRESSED |
			BUTTON5_PRESSED,
		NULL);
	mouseinterval(0);
}

enum status terminal_check(struct error *err)
{
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return STATUS_OK;
	return error_set(err, STATUS_USAGE, "the screen needs a terminal: use --batch for text");
}

// Whether curses knows the terminal, and can move its cursor. newterm() would also tell the former,
// but leaks memory then.
static bool can_draw(void)
{
	int answer;
	if (setupterm(NULL, STDOUT_FILENO, &answer) != OK)
		return false;
	bool can_move = cursor_address != NULL;
	del_curterm(cur_term);
	return can_move;
}

static enum status check_type(struct error *err)
{
	if (can_draw())
		return STATUS_OK;
	const char *type = getenv("TERM");
	return error_set(err, STATUS_USAGE,
		"cannot draw on a terminal of type '%s': set TERM, or use --batch for text",
		type ? type : "");
}

enum status terminal_open(bool ascii, struct terminal **ret, struct error *err)
{
	enum status status = terminal_check(err);
	if (!status)
		status = check_type(err);
	if (status)
		return status;
	struct terminal *terminal = calloc(1, sizeof(*terminal));
	if (!terminal)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the terminal");
	// Before curses starts, since it installs handlers where there are none.
	handle(SIGTSTP, note_stop);
	handle(SIGCONT, note_continue);
	terminal->ascii = ascii;
	terminal->screen = newterm(NULL, stdout, stdin);
	if (!terminal->screen) {
		free(terminal);
		return error_set(err, STATUS_FAILED, "curses cannot use this terminal");
	}
	log_set_screen(true);
	set_modes();
	start_colours(terminal);
	*ret = terminal;
	return STATUS_OK;
}

void terminal_close(struct terminal *terminal)
{
	if (!terminal)
		return;
	endwin();
	log_set_screen(false);
	delscreen(terminal->screen);
	signal(SIGTSTP, SIG_DFL);
	signal(SIGCONT, SIG_DFL);
	free(terminal);
}

int terminal_rows(const struct terminal *terminal)
{
	(void)terminal;
	return LINES;
}

int terminal_columns(const struct terminal *terminal)
{
	(void)terminal;
	return COLS;
}

bool terminal_is_ascii(const struct terminal *terminal)
{
	return terminal->ascii;
}

void terminal_clear(struct terminal *terminal)
{
	(void)terminal;
	erase();
}

static attr_t attributes(const struct terminal *terminal, enum style style)
{
	static const attr_t plain[STYLE_COUNT] = {
		[STYLE_STRONG] = A_BOLD,
		[STYLE_HEADING] = A_BOLD,
		[STYLE_SELECTED] = A_REVERSE,
		[STYLE_FAINT] = A_DIM,
		[STYLE_ALARM] = A_BOLD,
	};
	bool coloured = style == STYLE_HEADING || style == STYLE_ALARM;
	return plain[style] |
		(terminal->has_colours && coloured ? (attr_t)COLOR_PAIR(style) : A_NORMAL);
}

void terminal_put(struct terminal *terminal, int row, int column, const char *utf8,
	enum style style, bool filled)
{
	if (row < 0 || row >= LINES || column < 0 || column >= COLS)
		return;
	unsigned width = (unsigned)(COLS - column);
	struct text line = {0};
	if (filled)
		line_add_padded(&line, utf8, width, false, terminal->ascii);
	else
		line_add_cut(&line, utf8, width, terminal->ascii);
	if (line.bytes && !line.failed) {
		attrset(attributes(terminal, style));
		// In the last column of the last line curses cannot advance and returns ERR.
		(void)mvaddstr(row, column, line.bytes);
		attrset(A_NORMAL);
	}
	text_deinit(&line);
}

void terminal_show(struct terminal *terminal)
{
	(void)terminal;
	refresh();
}

// Leaves the terminal to the shell, stops like a program without a screen, and takes the terminal
// back.
static void stop(void)
{
	stop_noted = 0;
	endwin();
	signal(SIGTSTP, SIG_DFL);
	raise(SIGTSTP);
	handle(SIGTSTP, note_stop);
	continue_noted = 1;
}

// Whether the other end of the terminal is closed: then waiting for input would return at once.
static bool is_closed(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	return poll(&input, 1, 0) > 0 && input.revents & (POLLHUP | POLLERR | POLLNVAL);
}

static struct input input_of(enum input_kind kind)
{
	return (struct input){.kind = kind};
}

static struct input mouse_input(void)
{
	MEVENT event;
	if (getmouse(&event) == ERR)
		return input_of(INPUT_NONE);
	struct input input = {.row = event.y, .column = event.x};
	if (event.bstate & BUTTON4_PRESSED)
		input.kind = INPUT_WHEEL_UP;
	else if (event.bstate & BUTTON5_PRESSED)
		input.kind = INPUT_WHEEL_DOWN;
	else if (event.bstate & DOUBLE_CLICKS)
		input.kind = INPUT_DOUBLE_CLICK;
	else
		input.kind = INPUT_CLICK;
	return input;
}

static struct input key_input(wint_t key)
{
	static const struct {
		wint_t key;
		enum input_kind kind;
	} keys[] = {
		{KEY_UP, INPUT_UP},
		{KEY_DOWN, INPUT_DOWN},
		{KEY_LEFT, INPUT_LEFT},
		{KEY_RIGHT, INPUT_RIGHT},
		{KEY_PPAGE, INPUT_PAGE_UP},
		{KEY_NPAGE, INPUT_PAGE_DOWN},
		{KEY_HOME, INPUT_HOME},
		{KEY_END, INPUT_END},
		{KEY_ENTER, INPUT_ENTER},
		{KEY_BACKSPACE, INPUT_BACK},
		{KEY_BTAB, INPUT_TAB_BACK},
		{KEY_F(1), INPUT_HELP},
		{KEY_F(10), INPUT_QUIT},
		{KEY_RESIZE, INPUT_REDRAW},
	};
	if (key == KEY_MOUSE)
		return mouse_input();
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].key == key)
			return input_of(keys[i].kind);
	return input_of(INPUT_NONE);
}

static struct input character_input(wint_t character)
{
	switch (character) {
	case '\r':
	case '\n':
		return input_of(INPUT_ENTER);
	case '\t':
		return input_of(INPUT_TAB);
	case 8:
	case 127:
		return input_of(INPUT_BACK);
	case 27:
		return input_of(INPUT_ESCAPE);
	default:
		return (struct input){.kind = INPUT_CHARACTER, .character = (uint32_t)character};
	}
}

struct input terminal_read(struct terminal *terminal, double seconds)
{
	(void)terminal;
	wint_t key;
	timeout((int)(seconds * 1000));
	int result = get_wch(&key);
	if (stop_noted)
		stop();
	if (continue_noted) {
		// Another program may have changed the modes and the contents of the terminal.
		continue_noted = 0;
		reset_prog_mode();
		clearok(stdscr, TRUE);
		return input_of(INPUT_REDRAW);
	}
	if (result == KEY_CODE_YES)
		return key_input(key);
	if (result == OK)
		return character_input(key);
	if (!is_closed())
		return input_of(INPUT_NONE);
	// The kernel sends SIGHUP only to the shell at first, and to us when the shell has ended.
	raise(SIGHUP);
	return input_of(INPUT_CLOSED);
}

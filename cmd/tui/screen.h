// SPDX-License-Identifier: MIT
// The terminal shows a stack of screens: Enter pushes a screen, Esc and Backspace pop it. To add
// one: write screen_<name>.c with a const struct screen_ops and a constructor.
#pragma once

#include "base/error.h"
#include "tui/draw.h"
#include "tui/terminal.h"

#include <stdbool.h>
#include <stddef.h>

struct screen;
struct screens;
struct table;

// A screen with a frame fills the terminal and hides the screens below, which pause. A screen
// without a frame covers only the body of the screen below, which keeps working and stays visible
// around it.
struct screen_ops {
	const char *name; // in traces
	// Paragraphs for the help, ended by NULL. NULL: those of the screen below.
	const char *const *help;
	// Works for some milliseconds on what is due at a time of time_boot_seconds(). Sets *redraw
	// if the picture changes, otherwise leaves it. NULL: nothing changes by itself.
	enum status (*tick)(struct screen *screen, double now, bool *redraw, struct error *err);
	// Seconds until tick() has something to do. NULL: any time will do.
	double (*wait)(const struct screen *screen, double now);
	// Draws everything around the body on an empty terminal, and returns the area of the body.
	// NULL: the screen has no frame.
	enum status (*draw_frame)(
		struct screen *screen, struct terminal *terminal, struct area *body);
	// Draws the body. Not called while another screen covers it.
	enum status (*draw)(
		struct screen *screen, struct terminal *terminal, const struct area *body);
	// Handles input; sets *handled if it uses the input. Otherwise the screen below is asked,
	// and finally the stack. It may change the stack if it handles the input.
	enum status (*key)(
		struct screen *screen, const struct input *input, bool *handled, struct error *err);
	void (*close)(struct screen *screen);
};

// The first member of each screen.
struct screen {
	const struct screen_ops *ops;
	struct screens *screens; // the stack that it is on
};

// Makes a help screen on request; paragraphs as in screen_ops.help, borrowed.
typedef enum status (*help_maker)(const char *const *paragraphs, struct screen **ret);

// Shows a screen, and the screens that it opens, until the user quits or everything was shown.
// Takes the screen over. STATUS_INTERRUPTED; STATUS_NO_MEMORY; the statuses of the screens.
must_check enum status screens_run(struct terminal *terminal, struct screen *first_take,
	help_maker make_help, struct error *err);

struct terminal *screens_terminal(const struct screens *screens);

// Pushes a screen and takes it over. STATUS_NO_MEMORY; the screen is closed then too.
must_check enum status screens_push(struct screens *screens, struct screen *take);

// Pops all screens above a screen.
void screens_return_to(struct screens *screens, const struct screen *screen);

// Pops the topmost screen; does not pop the last one.
void screens_pop(struct screens *screens);

bool screens_is_top(const struct screens *screens, const struct screen *screen);

// Opens the help, like its keys. STATUS_NO_MEMORY.
must_check enum status screens_open_help(struct screens *screens);

// Shows a message in the lowest line, until the next key or for some seconds.
void screens_tell(struct screens *screens, enum style style, const char *message);

// Shows a message on the order that a list has now.
void screens_tell_order(
	struct screens *screens, const struct list *list, const struct table *table);

// The current message; false: there is none. For screens that draw a frame.
bool screens_note(const struct screens *screens, struct footer *ret);

// Ends screens_run() after the current call.
void screens_quit(struct screens *screens);

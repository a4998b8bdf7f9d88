// SPDX-License-Identifier: MIT
// What stands on the terminal is a stack of screens: Enter puts one on top of the others, Esc and
// Backspace take it away again. To add one: write screen_<name>.c with a const struct screen_ops
// and a constructor.
#pragma once

#include "base/error.h"
#include "tui/draw.h"
#include "tui/terminal.h"

#include <stdbool.h>
#include <stddef.h>

struct screen;
struct screens;
struct table;

// A screen with a frame fills the terminal: it hides those below, which rest meanwhile. One without
// lies on the body of the one below, which goes on working and is still seen around it.
struct screen_ops {
	const char *name; // in traces
	// What the help says of it, in paragraphs ended by NULL. NULL: as the screen below.
	const char *const *help;
	// Some milliseconds of what is due at a moment of time_boot_seconds(). *redraw is set where
	// the picture changes, else left. NULL: nothing changes by itself.
	enum status (*tick)(struct screen *screen, double now, bool *redraw, struct error *err);
	// Seconds until tick() has something to do. NULL: there is no hurry.
	double (*wait)(const struct screen *screen, double now);
	// Draws what stands around the body, on an empty terminal, and says where the body is.
	// NULL: there is no frame.
	enum status (*draw_frame)(
		struct screen *screen, struct terminal *terminal, struct area *body);
	// Draws what stands in the body. Where another screen lies on it this is not called.
	enum status (*draw)(
		struct screen *screen, struct terminal *terminal, const struct area *body);
	// Handles input. *handled is set where it was its own: else the screen that it lies on is
	// asked, and at last the stack itself. It may change the stack where it handles the input.
	enum status (*key)(
		struct screen *screen, const struct input *input, bool *handled, struct error *err);
	void (*close)(struct screen *screen);
};

// The first member of each screen.
struct screen {
	const struct screen_ops *ops;
	struct screens *screens; // that it stands in
};

// Makes a screen of the help that is asked for; paragraphs as screen_ops.help, borrowed.
typedef enum status (*help_maker)(const char *const *paragraphs, struct screen **ret);

// Shows a screen, and those that it opens, until the person leaves or everything was shown. Takes
// it over. STATUS_INTERRUPTED; STATUS_NO_MEMORY; as the screens.
must_check enum status screens_run(struct terminal *terminal, struct screen *first_take,
	help_maker make_help, struct error *err);

struct terminal *screens_terminal(const struct screens *screens);

// Puts a screen on top, and takes it over. STATUS_NO_MEMORY, also then it is closed.
must_check enum status screens_push(struct screens *screens, struct screen *take);

// Takes away what is on top of a screen.
void screens_return_to(struct screens *screens, const struct screen *screen);

// Takes the topmost screen away; the last one stays.
void screens_pop(struct screens *screens);

bool screens_is_top(const struct screens *screens, const struct screen *screen);

// Opens the help, as the keys for it do. STATUS_NO_MEMORY.
must_check enum status screens_open_help(struct screens *screens);

// A message for the lowest line, until the next key or for some seconds.
void screens_tell(struct screens *screens, enum style style, const char *message);

// The same of the order that a list was given.
void screens_tell_order(
	struct screens *screens, const struct list *list, const struct table *table);

// That message; false where there is none. For who draws a frame.
bool screens_note(const struct screens *screens, struct footer *ret);

// Ends screens_run() after what is under way.
void screens_quit(struct screens *screens);

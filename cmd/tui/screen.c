// SPDX-License-Identifier: MIT
#include "tui/screen.h"

#include "base/log.h"
#include "base/time.h"
#include "base/vector.h"
#include "interrupt.h"

// The longest time that keys wait for work, and the screen for keys.
static const double INPUT_SECONDS = 0.25;
// How long a message hides other contents of the lowest line.
static const double NOTE_SECONDS = 8;

VECTOR(screen_stack, struct screen *)

struct screens {
	struct terminal *terminal; // borrowed
	struct screen_stack stack; // the topmost last
	help_maker make_help;
	struct error note; // on the effect of the last key; "": none
	enum style note_style;
	double noted;
	bool wants_to_leave;
};

struct terminal *screens_terminal(const struct screens *screens)
{
	return screens->terminal;
}

static struct screen *top_of(const struct screens *screens)
{
	return screens->stack.items[screens->stack.count - 1];
}

bool screens_is_top(const struct screens *screens, const struct screen *screen)
{
	return top_of(screens) == screen;
}

enum status screens_push(struct screens *screens, struct screen *take)
{
	log_trace(LOG_SESSION, "the screen '%s' opens", take->ops->name);
	take->screens = screens;
	enum status status = screen_stack_add(&screens->stack, take);
	if (status)
		take->ops->close(take);
	return status;
}

static void drop(struct screens *screens)
{
	struct screen *screen = screens->stack.items[--screens->stack.count];
	log_trace(LOG_SESSION, "the screen '%s' closes", screen->ops->name);
	screen->ops->close(screen);
}

void screens_pop(struct screens *screens)
{
	if (screens->stack.count > 1)
		drop(screens);
}

void screens_return_to(struct screens *screens, const struct screen *screen)
{
	while (!screens_is_top(screens, screen))
		screens_pop(screens);
}

void screens_quit(struct screens *screens)
{
	screens->wants_to_leave = true;
}

// The lowest screen that is visible; those above it do not cover it completely.
static size_t lowest_seen(const struct screens *screens)
{
	size_t at = screens->stack.count - 1;
	while (at && !screens->stack.items[at]->ops->draw_frame)
		at--;
	return at;
}

void screens_tell(struct screens *screens, enum style style, const char *message)
{
	error_set(&screens->note, STATUS_OK, "%s", message);
	screens->note_style = style;
	screens->noted = time_boot_seconds();
}

void screens_tell_order(struct screens *screens, const struct list *list, const struct table *table)
{
	struct error order;
	draw_order(list, table, &order);
	screens_tell(screens, STYLE_FAINT, order.message);
}

bool screens_note(const struct screens *screens, struct footer *ret)
{
	if (!screens->note.message[0])
		return false;
	*ret = (struct footer){screens->note.message, screens->note_style};
	return true;
}

static void forget_note(struct screens *screens, bool *redraw)
{
	if (!screens->note.message[0] || time_boot_seconds() - screens->noted < NOTE_SECONDS)
		return;
	screens->note.message[0] = '\0';
	*redraw = true;
}

static enum status draw(struct screens *screens)
{
	struct area body = {0};
	struct screen *lowest = screens->stack.items[lowest_seen(screens)];
	struct screen *top = top_of(screens);
	terminal_clear(screens->terminal);
	enum status status = lowest->ops->draw_frame(lowest, screens->terminal, &body);
	if (!status)
		status = top->ops->draw(top, screens->terminal, &body);
	terminal_show(screens->terminal);
	return status;
}

static enum status tick(struct screens *screens, bool *redraw, struct error *err)
{
	double now = time_boot_seconds();
	enum status status = STATUS_OK;
	for (size_t i = lowest_seen(screens); !status && i < screens->stack.count; i++) {
		struct screen *screen = screens->stack.items[i];
		if (screen->ops->tick)
			status = screen->ops->tick(screen, now, redraw, err);
	}
	return status;
}

static double wait_of(const struct screens *screens)
{
	double now = time_boot_seconds(), least = INPUT_SECONDS;
	for (size_t i = lowest_seen(screens); i < screens->stack.count; i++) {
		const struct screen *screen = screens->stack.items[i];
		double wait = screen->ops->wait ? screen->ops->wait(screen, now) : least;
		least = wait < least ? wait : least;
	}
	return least;
}

static const char *const *help_of(const struct screens *screens)
{
	for (size_t i = screens->stack.count; i-- > 0;)
		if (screens->stack.items[i]->ops->help)
			return screens->stack.items[i]->ops->help;
	return NULL;
}

enum status screens_open_help(struct screens *screens)
{
	struct screen *help;
	enum status status = screens->make_help(help_of(screens), &help);
	return status ? status : screens_push(screens, help);
}

// Keys that work on every screen that does not use them itself.
static enum status common_key(struct screens *screens, const struct input *input)
{
	if (input->kind == INPUT_ESCAPE || input->kind == INPUT_BACK)
		screens_pop(screens);
	else if (input_is_help(input))
		return screens_open_help(screens);
	else if (input_is_quit(input))
		screens_quit(screens);
	return STATUS_OK;
}

static enum status handle(struct screens *screens, const struct input *input, struct error *err)
{
	bool handled = false;
	if (input->kind == INPUT_CLOSED)
		return STATUS_INTERRUPTED;
	if (input->kind == INPUT_REDRAW)
		return STATUS_OK;
	size_t lowest = lowest_seen(screens);
	for (size_t i = screens->stack.count; !handled && i-- > lowest;) {
		struct screen *screen = screens->stack.items[i];
		enum status status = screen->ops->key(screen, input, &handled, err);
		if (status)
			return status;
	}
	return handled ? STATUS_OK : common_key(screens, input);
}

static enum status step(struct screens *screens, bool *redraw, struct error *err)
{
	forget_note(screens, redraw);
	enum status status = tick(screens, redraw, err);
	if (!status && *redraw)
		status = draw(screens);
	if (!status && interrupt_signal())
		status = STATUS_INTERRUPTED;
	if (status || screens->wants_to_leave)
		return status;
	struct input input = terminal_read(screens->terminal, wait_of(screens));
	*redraw = input.kind != INPUT_NONE;
	if (!*redraw)
		return STATUS_OK;
	screens->note.message[0] = '\0';
	return handle(screens, &input, err);
}

enum status screens_run(struct terminal *terminal, struct screen *first_take, help_maker make_help,
	struct error *err)
{
	struct screens screens = {.terminal = terminal, .make_help = make_help};
	struct error why = {""};
	bool redraw = true;
	enum status status = screens_push(&screens, first_take);
	while (!status && !screens.wants_to_leave)
		status = step(&screens, &redraw, &why);
	while (screens.stack.count)
		drop(&screens);
	screen_stack_deinit(&screens.stack);
	if (!status)
		return STATUS_OK;
	return error_set(err, status, "%s", why.message[0] ? why.message : status_text(status));
}

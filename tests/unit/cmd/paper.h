// SPDX-License-Identifier: MIT
// A terminal on paper: what is drawn ends up as text, and input comes from a script. In the picture
// each line begins with the style of what was put there first, and [brackets] stand for what is
// selected within a line.
#pragma once

#include "tui/terminal.h"

// One step of a script: the picture is looked at, then the input is given.
struct paper_step {
	struct input input;
	// Looks at the picture; NULL: does not.
	void (*look)(void *context, const char *picture);
};

// {0} steps are followed by F10 for ever.
struct paper {
	int rows, columns;
	const struct paper_step *steps; // ended by one with INPUT_QUIT
	void *context;
};

// Draws in ASCII. Borrows the paper; terminal_close() frees the terminal.
struct terminal *paper_terminal(const struct paper *paper);

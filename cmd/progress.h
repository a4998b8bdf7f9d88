// SPDX-License-Identifier: MIT
// One line on standard error that says how far long work has got: only on a terminal, only when it
// takes over a second.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool enabled;
	bool shown; // the line stands on the screen
	double started, updated;
};

void progress_begin(struct progress *progress);

// Says how many objects of about expected (0: no idea) are done; cheap enough to be called often.
void progress_update(struct progress *progress, uint64_t done, uint64_t expected);

// Takes the line away.
void progress_end(struct progress *progress);

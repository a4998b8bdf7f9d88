// SPDX-License-Identifier: MIT
// Code that adds to a container: the function, and the line where it does.
#pragma once

#include "base/vector.h"

#include <stdint.h>

struct filler {
	uint32_t container;   // position in the census
	char *function, *file; // co_name; co_filename's last component
	int line;
	const char *how; // "store", "append", "+=": a constant
};

// Those of one container follow one another, the most certain first.
VECTOR(filler_list, struct filler)

void filler_deinit(struct filler *filler);
void filler_list_free(struct filler_list *list);

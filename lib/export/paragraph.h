// SPDX-License-Identifier: MIT
// A verdict as one paragraph of text.
#pragma once

#include "base/error.h"
#include "base/text.h"
#include "view/view.h"

#include <stdbool.h>

// Adds lines of at most width columns: which process, the verdict, what the growth is made of, what
// to do. STATUS_NO_MEMORY.
must_check enum status paragraph_add(
	const struct results *results, unsigned width, bool ascii, struct text *text);

// SPDX-License-Identifier: MIT
// A verdict as one paragraph of text.
#pragma once

#include "base/error.h"
#include "base/text.h"
#include "view/view.h"

#include <stdbool.h>

// Adds lines of at most width columns: the process, the verdict, the causes of the growth, and
// advice. STATUS_NO_MEMORY.
must_check enum status paragraph_add(
	const struct results *results, unsigned width, bool ascii, struct text *text);

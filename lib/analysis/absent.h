// SPDX-License-Identifier: MIT
// Containers that an incomplete census leaves out since they were short.
#pragma once

#include "base/error.h"

struct census;

// Adds to before the containers that after has under a name of a module's, and before has not: they
// were absent, empty or no longer than before->least_length, which they are given, so that their
// growth is what it is at least. Only those that witness has too (NULL: all): a list that passes by is
// no growth. STATUS_NO_MEMORY: some may be missing still.
must_check enum status absent_add(
	struct census *before, const struct census *after, const struct census *witness);

// SPDX-License-Identifier: MIT
// The help: the keys of the screen below it.
#pragma once

#include "base/error.h"

struct screen;

// paragraphs: as screen_ops.help; borrowed. STATUS_NO_MEMORY.
must_check enum status help_create(const char *const *paragraphs, struct screen **ret);

// SPDX-License-Identifier: MIT
// The screen on which a process is picked.
#pragma once

#include "base/error.h"

struct pick;
struct screen;

// Takes the pick over, also on failure. STATUS_NO_MEMORY.
must_check enum status picker_create(struct pick *take, struct screen **ret, struct error *err);

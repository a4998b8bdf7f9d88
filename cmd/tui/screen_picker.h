// SPDX-License-Identifier: MIT
// The screen that a process is picked from.
#pragma once

#include "base/error.h"

struct pick;
struct screen;

// Takes the pick over, also where it fails. STATUS_NO_MEMORY.
must_check enum status picker_create(struct pick *take, struct screen **ret, struct error *err);

// SPDX-License-Identifier: MIT
// The screen of one process: headline, tabs, one table at a time.
#pragma once

#include "base/error.h"

struct feed;
struct screen;

// Shows the results of the feed. Takes the feed over, also on failure. STATUS_NO_MEMORY.
must_check enum status tables_create(struct feed *take, struct screen **ret, struct error *err);

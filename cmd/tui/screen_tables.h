// SPDX-License-Identifier: MIT
// The screen of one process: headline, tabs, one table at a time.
#pragma once

#include "base/error.h"

struct feed;
struct screen;

// Shows what the feed has, and takes it over, also where it fails. STATUS_NO_MEMORY.
must_check enum status tables_create(struct feed *take, struct screen **ret, struct error *err);

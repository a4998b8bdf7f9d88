// SPDX-License-Identifier: MIT
// The Python processes of this machine, read again and again: who is there, and who grows.
#pragma once

#include "base/error.h"
#include "base/guard.h"
struct table;
struct watch;

// STATUS_NO_MEMORY.
must_check enum status watch_create(struct watch **ret, struct error *err);
void watch_destroy(struct watch *watch);
GUARD(struct watch, watch_destroy)

// The processes as they are now, with their growth since some time ago: a row is about a process. The
// caller destroys the table. As process_list_read(); STATUS_NO_MEMORY.
must_check enum status watch_table(struct watch *watch, struct table **ret, struct error *err);

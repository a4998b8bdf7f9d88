// SPDX-License-Identifier: MIT
// The Python processes of this machine, read repeatedly, and their growth.
#pragma once

#include "base/error.h"
#include "base/guard.h"
struct table;
struct watch;

// STATUS_NO_MEMORY.
must_check enum status watch_create(struct watch **ret, struct error *err);
void watch_destroy(struct watch *watch);
GUARD(struct watch, watch_destroy)

// Makes a table of the current processes, with their growth over some time; the subject of a row is
// a process. The caller destroys the table. Statuses as process_list_read(); STATUS_NO_MEMORY.
must_check enum status watch_table(struct watch *watch, struct table **ret, struct error *err);

// SPDX-License-Identifier: MIT
// The Python processes of this machine, read again and again: who is there, and who grows.
#pragma once

#include "base/error.h"
#include "view/table.h"

#include <sys/types.h>

struct watch;

// STATUS_NO_MEMORY.
must_check enum status watch_create(struct watch **ret, struct error *err);
void watch_destroy(struct watch *watch);

// Reads the processes as they are now. As process_list_read().
must_check enum status watch_read(struct watch *watch, struct error *err);

// The processes at the last reading, with their growth since one of some time ago. The caller
// destroys the table. STATUS_NO_MEMORY.
must_check enum status watch_table(
	const struct watch *watch, struct table **ret, struct error *err);

// The process in a row of such a table.
pid_t watch_row_pid(const struct table *table, size_t row);

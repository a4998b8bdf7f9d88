// SPDX-License-Identifier: MIT
#include "session/watch.h"

#include "base/guard.h"
#include "base/time.h"
#include "target/process.h"
#include "view/view_processes.h"

#include <stdlib.h>

// Growth is measured over this time, or up to twice as much: long enough to be meaningful, and
// short enough that new processes soon have a growth.
static const double SPAN_SECONDS = 30;

struct reading {
	struct process_list *list; // NULL: none yet
	double seconds;
};

struct watch {
	struct reading before, middle, now;
};

enum status watch_create(struct watch **ret, struct error *err)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	if (!watch)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the list of processes");
	*ret = watch;
	return STATUS_OK;
}

// The three lists may be the same.
static void drop_before(struct watch *watch)
{
	if (watch->before.list != watch->middle.list)
		process_list_destroy(watch->before.list);
}

void watch_destroy(struct watch *watch)
{
	if (!watch)
		return;
	drop_before(watch);
	if (watch->middle.list != watch->now.list)
		process_list_destroy(watch->middle.list);
	process_list_destroy(watch->now.list);
	free(watch);
}

static void add_reading(struct watch *watch, const struct reading *reading)
{
	bool is_kept = watch->now.list == watch->middle.list;
	if (!watch->now.list) {
		watch->before = watch->middle = *reading;
	} else if (reading->seconds - watch->middle.seconds >= SPAN_SECONDS) {
		drop_before(watch);
		watch->before = watch->middle;
		watch->middle = *reading;
	}
	if (!is_kept)
		process_list_destroy(watch->now.list);
	watch->now = *reading;
}

static enum status read_processes(struct watch *watch, struct error *err)
{
	struct reading reading = {.seconds = time_boot_seconds()};
	enum status status = process_list_read(true, &reading.list, err);
	if (!status)
		add_reading(watch, &reading);
	return status;
}

enum status watch_table(struct watch *watch, struct table **ret, struct error *err)
{
	enum status status = read_processes(watch, err);
	if (status)
		return status;
	const struct process_view_input input = {
		.now = watch->now.list,
		.before = watch->before.list == watch->now.list ? NULL : watch->before.list,
		.seconds = watch->now.seconds - watch->before.seconds,
	};
	return view_processes(&input, ret, err);
}

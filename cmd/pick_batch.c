// SPDX-License-Identifier: MIT
#include "pick_batch.h"

#include "base/guard.h"
#include "base/time.h"
#include "interrupt.h"
#include "options.h"
#include "output.h"
#include "print.h"
#include "session/watch.h"
#include "view/table.h"

static enum status print_list(
	const struct settings *settings, struct watch *watch, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	enum status status = watch_table(watch, &table, err);
	if (!status)
		status = print_table(settings, table, err);
	return status ? status : output_flush(err);
}

enum status pick_batch_run(const struct settings *settings, struct error *err)
{
	AUTO(watch_destroyp) struct watch *watch = NULL;
	uint64_t count = settings->batch ? settings->count : 1;
	double next = time_boot_seconds();
	interrupt_catch();
	enum status status = watch_create(&watch, err);
	for (uint64_t done = 0; !status && (!count || done < count); done++) {
		if (done)
			status = interrupt_wait(next);
		if (!status && done && !settings->json)
			status = output_write("\n", err);
		next = time_boot_seconds() + settings->delay_seconds;
		if (!status)
			status = print_list(settings, watch, err);
	}
	return status;
}

// SPDX-License-Identifier: MIT
#include "tui/pick.h"

#include "base/guard.h"
#include "options.h"
#include "sampling.h"
#include "session/session.h"
#include "session/watch.h"
#include "tui/feed.h"
#include "tui/screen_tables.h"

#include <stdlib.h>

struct processes {
	struct pick pick;
	const struct settings *settings;
	struct watch *watch;
};

static struct processes *processes_of(struct pick *pick)
{
	return (struct processes *)pick;
}

static enum status processes_load(struct pick *pick, struct table **ret, struct error *err)
{
	return watch_table(processes_of(pick)->watch, ret, err);
}

static enum status processes_open(
	struct pick *pick, struct subject subject, struct screen **ret, struct error *err)
{
	const struct settings *settings = processes_of(pick)->settings;
	struct session *session;
	struct feed *feed;
	enum status status = sampling_open(settings, (pid_t)subject.id, &session, err);
	if (!status)
		status = feed_live_create(session, settings, &feed, err);
	return status ? status : tables_create(feed, ret, err);
}

static void processes_close(struct pick *pick)
{
	watch_destroy(processes_of(pick)->watch);
	free(pick);
}

static const struct pick_ops processes_ops = {
	.title = "leaktop  pick a Python process",
	.empty = "leaktop  no Python process is seen here: see leaktop doctor",
	.load = processes_load,
	.open = processes_open,
	.close = processes_close,
};

enum status pick_processes_create(
	const struct settings *settings, struct pick **ret, struct error *err)
{
	AUTO(freep) struct processes *processes = calloc(1, sizeof(*processes));
	if (!processes)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the screen");
	*processes = (struct processes){
		.pick = {&processes_ops, settings->delay_seconds}, .settings = settings};
	enum status status = watch_create(&processes->watch, err);
	if (!status)
		*ret = &take_ptr(processes)->pick;
	return status;
}

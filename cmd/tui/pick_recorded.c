// SPDX-License-Identifier: MIT
#include "tui/pick.h"

#include "session/recording.h"
#include "tui/feed.h"
#include "tui/screen_tables.h"
#include "view/view_recorded.h"

#include <stdlib.h>

struct recorded {
	struct pick pick;
	struct recording *recording;
};

static struct recording *recording_of(struct pick *pick)
{
	return ((struct recorded *)pick)->recording;
}

static enum status recorded_load(struct pick *pick, struct table **ret, struct error *err)
{
	size_t count;
	const struct recorded_target *targets = recording_targets(recording_of(pick), &count);
	return view_recorded(targets, count, ret, err);
}

static enum status recorded_open(
	struct pick *pick, struct subject subject, struct screen **ret, struct error *err)
{
	struct feed *feed;
	enum status status = recording_choose(recording_of(pick), (size_t)subject.id, err);
	if (!status)
		status = feed_recording_create(recording_of(pick), &feed, err);
	return status ? status : tables_create(feed, ret, err);
}

static void recorded_close(struct pick *pick)
{
	free(pick);
}

static const struct pick_ops recorded_ops = {
	.title = "leaktop  pick a recorded process",
	.load = recorded_load,
	.open = recorded_open,
	.close = recorded_close,
};

enum status pick_recorded_create(struct recording *recording, struct pick **ret, struct error *err)
{
	struct recorded *recorded = calloc(1, sizeof(*recorded));
	if (!recorded)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the screen");
	*recorded = (struct recorded){.pick = {&recorded_ops, -1}, .recording = recording};
	*ret = &recorded->pick;
	return STATUS_OK;
}

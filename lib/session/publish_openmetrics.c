// SPDX-License-Identifier: MIT
// Which processes of a file are current, and their metrics.
#include "base/guard.h"
#include "export/openmetrics.h"
#include "session/publish.h"
#include "session/publish_target.h"

#include <stdlib.h>

// When a process was sampled at last.
struct latest {
	size_t target;
	pid_t pid;
	int64_t sample; // its number, which is higher the later it was written
	int64_t time_ms, interval_ms;
};

struct latest_list {
	struct latest *items;
	size_t count;
};

static enum status add_latest(
	const struct publish_request *request, size_t position, void *context, struct error *err)
{
	(void)err;
	struct latest_list *list = context;
	size_t count;
	const struct recorded_sample *samples = recording_samples(request->recording, &count);
	const struct recorded_sample *last = &samples[count - 1];
	list->items[list->count++] = (struct latest){.target = position,
		.pid = recording_identity(request->recording)->pid,
		.sample = last->id,
		.time_ms = last->time_ms,
		.interval_ms = count > 1 ? last->time_ms - samples[count - 2].time_ms : 0};
	return STATUS_OK;
}

static enum status list_latest(
	const struct publish_request *request, struct latest_list *ret, struct error *err)
{
	size_t count;
	recording_targets(request->recording, &count);
	ret->items = calloc(count + 1, sizeof(*ret->items));
	if (!ret->items)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the processes");
	return publish_each(request, add_latest, ret, err);
}

// The clock may have been set back, and then the last sample in time is not the last one written:
// ages are taken from the latter, and without their sign.
static bool is_current(const struct latest *latest, const struct latest *newest)
{
	static const double least_ms = 300e3;
	double age = (double)newest->time_ms - (double)latest->time_ms;
	double interval = (double)latest->interval_ms;
	double most = 2 * (interval < 0 ? -interval : interval);
	return (age < 0 ? -age : age) <= (most > least_ms ? most : least_ms);
}

// A pid that had one process after another names the last of them.
static int compare_latest(const void *left, const void *right)
{
	const struct latest *a = left, *b = right;
	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return (a->sample < b->sample) - (a->sample > b->sample);
}

static void keep_current(struct latest_list *list)
{
	if (!list->count)
		return;
	struct latest newest = list->items[0];
	for (size_t i = 1; i < list->count; i++)
		if (list->items[i].sample > newest.sample)
			newest = list->items[i];
	qsort(list->items, list->count, sizeof(*list->items), compare_latest);
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct latest latest = list->items[i];
		bool is_taken = kept && list->items[kept - 1].pid == latest.pid;
		if (!is_taken && is_current(&latest, &newest))
			list->items[kept++] = latest;
	}
	list->count = kept;
}

// The heap is that of the last sample which has one; what the kernel says is of the very last.
static enum status add_process(struct recording *recording, const struct latest *latest,
	struct metrics *metrics, struct error *err)
{
	AUTO(sample_destroyp) struct sample *last = NULL;
	enum status status = recording_choose(recording, latest->target, err);
	if (!status)
		status = publish_show_ends(recording, err);
	if (status)
		return status;
	size_t count;
	recording_samples(recording, &count);
	status = recording_read(recording, count - 1, &last, err);
	if (!status)
		metrics_add_process(
			metrics, recording_results(recording), &last->memory, latest->time_ms);
	return status;
}

enum status publish_openmetrics(const struct publish_request *request, struct error *err)
{
	struct latest_list list = {0};
	enum status status = list_latest(request, &list, err);
	AUTO(freep) struct latest *items = list.items;
	if (status)
		return status;
	keep_current(&list);
	AUTO(metrics_deinit) struct metrics metrics;
	metrics_init(&metrics, request->rows);
	for (size_t i = 0; !status && i < list.count; i++)
		status = add_process(request->recording, &items[i], &metrics, err);
	struct text text = {0};
	if (!status)
		status = metrics_write(&metrics, &text, err);
	if (status) {
		text_deinit(&text);
		return status;
	}
	return publish_text(request, &text, err);
}

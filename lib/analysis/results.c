// SPDX-License-Identifier: MIT
#include "analysis/results.h"

#include "base/guard.h"

static void drop_growth(struct results *results)
{
	growth_destroy(take_ptr(results->since_previous));
	growth_destroy(take_ptr(results->since_baseline));
}

void results_deinit(struct results *results)
{
	if (!results)
		return;
	drop_growth(results);
	history_deinit(&results->history);
	*results = (struct results){0};
}

void results_judge(struct results *results)
{
	verdict_reach(&results->history, results->since_baseline, &results->verdict);
}

enum status results_add_memory(
	struct results *results, const struct memory_usage *usage, struct error *err)
{
	enum status status = history_add_memory(&results->history, usage);
	if (status)
		error_set(err, status, "cannot allocate the memory series");
	results_judge(results);
	return status;
}

void results_add_sample_take(struct results *results, struct sample *sample)
{
	// The growth borrows from samples that the history may destroy.
	drop_growth(results);
	history_add_sample_take(&results->history, sample);
	results_judge(results);
}

void results_set_baseline(struct results *results)
{
	if (!results->history.current)
		return;
	growth_destroy(take_ptr(results->since_baseline));
	history_set_baseline(&results->history);
	results_judge(results);
}

// Measures the growth if both samples have a census; otherwise leaves *ret unchanged. Containers
// that are new since the baseline count.
static enum status compare(const struct history *history, const struct sample *before,
	struct growth **ret, struct error *err)
{
	const struct sample *after = history->current, *between = history->previous;
	if (!before || before == after || !before->census || !after->census)
		return STATUS_OK;
	if (before != history->baseline)
		return growth_create(before, after, ret, err);
	return growth_create_with_new(before, after, between == before ? NULL : between, ret, err);
}

enum status results_compare(struct results *results, struct error *err)
{
	struct history *history = &results->history;
	drop_growth(results);
	enum status status = compare(history, history->previous, &results->since_previous, err);
	if (!status)
		status = compare(history, history->baseline, &results->since_baseline, err);
	results_judge(results);
	return status;
}

// SPDX-License-Identifier: MIT
#include "analysis/results.h"

#include "analysis/absent.h"
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
	// Growth borrows from samples that the history may let go of.
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

// Containers that the baseline left out since they were short may be what leaks by now.
static enum status complete_baseline(struct history *history, struct error *err)
{
	struct sample *baseline = history->baseline;
	const struct sample *previous = history->previous;
	if (!baseline || baseline == history->current || !baseline->census ||
		!history->current->census)
		return STATUS_OK;
	const struct census *witness = previous && previous != baseline ? previous->census : NULL;
	if (absent_add(baseline->census, history->current->census, witness))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the baseline");
	return STATUS_OK;
}

// Growth where both samples have a census; else ret stays as it is.
static enum status compare(const struct sample *before, const struct sample *after,
	struct growth **ret, struct error *err)
{
	if (!before || before == after || !before->census || !after->census)
		return STATUS_OK;
	return growth_create(before, after, ret, err);
}

enum status results_compare(struct results *results, struct error *err)
{
	struct history *history = &results->history;
	drop_growth(results);
	enum status status = complete_baseline(history, err);
	if (!status)
		status =
			compare(history->previous, history->current, &results->since_previous, err);
	if (!status)
		status =
			compare(history->baseline, history->current, &results->since_baseline, err);
	results_judge(results);
	return status;
}

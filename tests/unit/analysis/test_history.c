// SPDX-License-Identifier: MIT
#include "analysis/history.h"

#include "../test.h"
#include "samples.h"

static const struct trend_point *readings(const struct history *history)
{
	return history->memory.items;
}

// The samples that a history holds; what it drops is judged by the sanitizer.
static void check_samples(void)
{
	struct history history = {0};
	struct sample *bare = make_sample(1, 1);
	census_destroy(bare->census);
	bare->census = NULL;
	bare->census_missing = strdup("not enough memory");
	history_set_baseline(&history);
	CHECK(!history.baseline);
	history_add_sample_take(&history, bare);
	CHECK(history.baseline == bare && history.current == bare && !history.previous);

	struct sample *second = make_sample(2, 2);
	second->threads = calloc(1, sizeof(*second->threads));
	second->thread_count = 1;
	second->threads[0].name = strdup("worker");
	history_add_sample_take(&history, second);
	CHECK(history.baseline == second); // the first one with a census
	CHECK(history.previous == bare);
	for (unsigned i = 3; i < 6; i++)
		history_add_sample_take(&history, make_sample(i, i));
	CHECK(history.baseline == second);
	CHECK(history.previous->number == 4 && history.current->number == 5);
	CHECK(history.objects.count == 4);

	history_set_baseline(&history);
	CHECK(history.baseline == history.current && history.baseline->number == 5);
	history_set_baseline(&history);
	CHECK(history.baseline->number == 5);
	history_add_sample_take(&history, make_sample(6, 6));
	CHECK(history.baseline == history.previous && history.baseline->number == 5);
	history_add_sample_take(&history, make_sample(7, 7));
	CHECK(history.baseline->number == 5 && history.previous->number == 6);
	history_deinit(&history);
	CHECK(!history.current);
}

static void add_readings(struct history *history, double start, double step, size_t count)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < count; i++) {
		struct memory_usage usage = {.seconds = start + step * (double)i, .rss_bytes = i};
		status |= history_add_memory(history, &usage);
	}
	CHECK(status == STATUS_OK);
}

// A long series stays bounded, keeps both ends, and is even in its older part.
static void check_thinning(void)
{
	struct history history = {0};
	add_readings(&history, 1000.25, 1, 100000);
	size_t count = history.memory.count;
	CHECK(count <= HISTORY_READINGS_MAX && count >= HISTORY_READINGS_MAX / 4);
	CHECK(readings(&history)[0].seconds == 1000.25);
	CHECK(readings(&history)[count - 1].bytes == 99999);
	CHECK(history.latest.rss_bytes == 99999 && history.latest.seconds == 101000.25 - 1);
	double widest = 0, narrowest = 1e9;
	for (size_t i = 2; i < count / 4; i++) {
		double gap = readings(&history)[i].seconds - readings(&history)[i - 1].seconds;
		widest = gap > widest ? gap : widest;
		narrowest = gap < narrowest ? gap : narrowest;
	}
	CHECK(widest <= 2 * narrowest && widest >= 16);
	history_deinit(&history);
}

static void check_thinning_of_one_moment(void)
{
	struct history history = {0};
	add_readings(&history, 5, 0, 3 * HISTORY_READINGS_MAX);
	CHECK(history.memory.count <= HISTORY_READINGS_MAX);
	history_deinit(&history);
}

int main(void)
{
	check_samples();
	check_thinning();
	check_thinning_of_one_moment();
	sample_destroy(NULL);
	history_deinit(NULL);
	return test_done();
}

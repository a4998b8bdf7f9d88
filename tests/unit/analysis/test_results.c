// SPDX-License-Identifier: MIT
#include "analysis/results.h"

#include "../test.h"
#include "samples.h"

static const uint64_t MB = 1 << 20;

// A sample of a process whose cache grows by 100 entries and 1 MB a sample.
static struct sample *take_sample(unsigned number)
{
	struct sample *sample = make_sample(number, 10 * number);
	sample->memory.rss_bytes = (100 + number) * MB;
	add_type(sample, "dict", 10, number * MB);
	add_container(sample, 0x1000, 0, 100 * number, "app.cache");
	return sample;
}

static void add(struct results *results, struct sample *sample)
{
	CHECK(!results_add_memory(results, &sample->memory, NULL));
	results_add_sample_take(results, sample);
	CHECK(!results->since_previous && !results->since_baseline);
	CHECK(!results_compare(results, NULL));
}

static void test_growth(void)
{
	struct results results = {0};
	CHECK(!results_compare(&results, NULL));
	CHECK(results.verdict.kind == VERDICT_TOO_EARLY && *results.verdict.sentence);
	add(&results, take_sample(1));
	CHECK(!results.since_previous && !results.since_baseline);
	for (unsigned i = 2; i <= 10; i++)
		add(&results, take_sample(i));
	CHECK(results.since_previous && results.since_previous->bytes_delta == (int64_t)MB);
	CHECK(results.since_baseline && results.since_baseline->bytes_delta == 9 * (int64_t)MB);
	CHECK(results.since_baseline &&
		results.verdict.holder == results.since_baseline->containers);
	CHECK(results.verdict.kind == VERDICT_LEAK);

	// Nothing that is left borrows from the sample that was the baseline.
	results_set_baseline(&results);
	CHECK(results.since_previous && !results.since_baseline && !results.verdict.holder);
	CHECK(results.verdict.kind == VERDICT_TOO_EARLY);
	add(&results, take_sample(11));
	CHECK(results.since_baseline && results.since_baseline->bytes_delta == (int64_t)MB);
	results_deinit(&results);
	results_deinit(NULL);
}

// There is no growth to or from a sample without a census.
static void test_without_census(void)
{
	struct results results = {0};
	results_set_baseline(&results);
	add(&results, take_sample(1));
	struct sample *sample = take_sample(2);
	census_destroy(sample->census);
	sample->census = NULL;
	add(&results, sample);
	CHECK(!results.since_previous && !results.since_baseline);
	add(&results, take_sample(3));
	CHECK(!results.since_previous && results.since_baseline);
	results_deinit(&results);
}

// A container that a stored baseline left out grew from as long as it can have been.
static void test_incomplete_baseline(void)
{
	struct results results = {0};
	struct sample *first = take_sample(1), *last = take_sample(2);
	first->census->least_length = 30;
	add_container(last, 0x2000, 0, 530, "app.pending");
	add(&results, first);
	add(&results, last);
	CHECK(results.since_baseline && results.since_baseline->container_count == 2);
	CHECK(results.verdict.holder && results.verdict.holder->length_delta == 500);
	results_deinit(&results);
}

// The sentence has the names that containers were given after the comparison.
static void test_names(void)
{
	struct results results = {0};
	add(&results, take_sample(1));
	struct sample *sample = take_sample(2);
	free(sample->census->containers[0].path);
	sample->census->containers[0].path = NULL;
	add(&results, sample);
	CHECK(strstr(results.verdict.sentence, "dict at 0x1000"));
	sample->census->containers[0].path = strdup("app.cache");
	results_judge(&results);
	CHECK(strstr(results.verdict.sentence, "app.cache"));
	results_deinit(&results);
}

int main(void)
{
	test_growth();
	test_without_census();
	test_incomplete_baseline();
	test_names();
	return test_done();
}

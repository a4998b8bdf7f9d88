// SPDX-License-Identifier: MIT
#include "analysis/shortlist.h"

#include "../test.h"
#include "samples.h"

enum { COUNT = 1000 };

// Containers whose lengths run up and down; number 5 of before is shorter, and so on.
static struct sample *make(unsigned number, const uint64_t *changed)
{
	struct sample *sample = make_sample(number, 60 * number);
	add_type(sample, "list", COUNT, COUNT);
	for (unsigned i = 0; i < COUNT; i++)
		add_container(sample, 64 * i + 64, 0, i * 7919 % 1009, NULL);
	for (unsigned i = 0; i < 4; i++)
		sample->census->containers[i].length = changed[i];
	return sample;
}

static void check_growing(const struct sample *current, const struct growth *since_baseline,
	const struct growth *since_previous)
{
	size_t *items = NULL, count = 0;
	CHECK(shortlist_create(current->census, since_baseline, since_previous, 8, &items, &count) ==
		STATUS_OK);
	CHECK(count == 8);
	CHECK(items[0] == 1 && items[1] == 0); // grew most since the baseline
	CHECK(items[2] == 2);		       // grew since the previous sample alone
	bool longest = true;
	for (size_t i = 4; i < count; i++)
		longest &= current->census->containers[items[i - 1]].length >=
			current->census->containers[items[i]].length;
	CHECK(longest);
	CHECK(current->census->containers[items[3]].length == 1008);
	free(items);

	CHECK(shortlist_create(current->census, since_baseline, since_previous, 2, &items, &count) ==
		STATUS_OK);
	CHECK(count == 2 && items[0] == 1 && items[1] == 2); // half of them each
	free(items);
}

static void check_longest(const struct sample *current)
{
	size_t *items = NULL, count = 0;
	CHECK(shortlist_create(current->census, NULL, NULL, 2 * COUNT, &items, &count) == STATUS_OK);
	CHECK(count == COUNT);
	bool descending = true, once = true;
	bool seen[COUNT] = {false};
	for (size_t i = 0; i < count; i++) {
		descending &= !i || current->census->containers[items[i - 1]].length >=
				current->census->containers[items[i]].length;
		once &= !seen[items[i]];
		seen[items[i]] = true;
	}
	CHECK(descending && once);
	free(items);
}

static void check_none(void)
{
	struct sample *sample = make_sample(1, 1);
	size_t *items = NULL, count = 1;
	CHECK(shortlist_create(sample->census, NULL, NULL, 10, &items, &count) == STATUS_OK);
	CHECK(count == 0);
	free(items);
	sample_destroy(sample);
}

int main(void)
{
	struct sample *baseline = make(1, (uint64_t[]){10, 10, 90, 50});
	struct sample *previous = make(2, (uint64_t[]){20, 20, 20, 50});
	struct sample *current = make(3, (uint64_t[]){20, 200, 80, 40});
	struct growth *since_baseline = NULL, *since_previous = NULL;
	CHECK(growth_create(baseline, current, &since_baseline, NULL) == STATUS_OK);
	CHECK(growth_create(previous, current, &since_previous, NULL) == STATUS_OK);
	check_growing(current, since_baseline, since_previous);
	check_longest(current);
	check_none();
	growth_destroy(since_baseline);
	growth_destroy(since_previous);
	sample_destroy(baseline);
	sample_destroy(previous);
	sample_destroy(current);
	return test_done();
}

// SPDX-License-Identifier: MIT
#include "analysis/type_series.h"

#include "../test.h"
#include "samples.h"

static void add(struct type_series *series, uint64_t dicts, uint64_t others)
{
	struct sample *sample = make_sample(1, 1);
	if (dicts)
		add_type(sample, "dict", dicts, 1);
	if (others)
		add_type(sample, "str", others, 1);
	CHECK(type_series_add(series, sample->census) == STATUS_OK);
	sample_destroy(sample);
}

int main(void)
{
	struct type_series series = {0};
	CHECK(!type_series_find(&series, "dict"));
	add(&series, 7, 0);
	add(&series, 8, 3);
	CHECK(series.length == 2 && series.count == 2);
	CHECK(type_series_find(&series, "dict")->counts[0] == 7);
	CHECK(type_series_find(&series, "dict")->counts[1] == 8);
	CHECK(type_series_find(&series, "str")->counts[0] == 0); // was not there yet
	CHECK(type_series_find(&series, "str")->counts[1] == 3);

	for (unsigned i = 0; i < TYPE_SERIES_LENGTH - 1; i++)
		add(&series, 100 + i, 0);
	CHECK(series.length == TYPE_SERIES_LENGTH);
	CHECK(type_series_find(&series, "dict")->counts[0] == 8);
	CHECK(type_series_find(&series, "dict")->counts[TYPE_SERIES_LENGTH - 1] == 114);
	CHECK(type_series_find(&series, "str")->counts[0] == 3);
	add(&series, 1, 0);
	CHECK(!type_series_find(&series, "str")); // gone from all samples
	CHECK(series.count == 1);
	type_series_deinit(&series);
	type_series_deinit(NULL);
	CHECK(!series.count);
	return test_done();
}

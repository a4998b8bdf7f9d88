// SPDX-License-Identifier: MIT
#include "analysis/absent.h"

#include "../test.h"
#include "analysis/growth.h"
#include "samples.h"

// Of the containers of the later census: one known before, one that grew from below, one that is still
// short, one of a frame, one without a name, one of a type that is new, and one that passes by.
static struct sample *make_after(void)
{
	struct sample *sample = make_sample(2, 60);
	add_type(sample, "dict", 10, 1000);
	add_type(sample, "new.Type", 1, 10);
	add_container(sample, 0x1000, 0, 70, "app.known");
	add_container(sample, 0x2000, 0, 90, "app.cache");
	add_container(sample, 0x3000, 0, 20, "app.short");
	add_container(sample, 0x4000, 0, 90, "<frame f app.py:3>.local");
	add_container(sample, 0x5000, 0, 90, NULL);
	add_container(sample, 0x6000, 1, 90, "app.new");
	add_container(sample, 0x7000, 0, 90, "app.passing");
	return sample;
}

static struct sample *make_before(void)
{
	struct sample *sample = make_sample(1, 0);
	add_type(sample, "dict", 10, 1000);
	add_container(sample, 0x1000, 0, 50, NULL);
	add_container(sample, 0x8000, 0, 60, NULL);
	sample->census->least_length = 30;
	return sample;
}

static void check_growth(const struct sample *before, const struct sample *after)
{
	struct growth *growth = NULL;
	CHECK(!growth_create(before, after, &growth, NULL));
	CHECK(growth && growth->container_count == 2);
	if (growth && growth->container_count == 2) {
		CHECK(growth->containers[0].length_delta == 60); // no less than it grew
		CHECK(growth->containers[1].length_delta == 20);
	}
	growth_destroy(growth);
}

int main(void)
{
	struct sample *before = make_before(), *after = make_after(), *between = make_sample(2, 30);
	add_type(between, "dict", 10, 1000);
	add_container(between, 0x1000, 0, 60, NULL);
	add_container(between, 0x2000, 0, 60, NULL);
	CHECK(!absent_add(before->census, after->census, between->census));
	CHECK(before->census->container_count == 3);
	for (size_t i = 1; i < before->census->container_count; i++)
		CHECK(before->census->containers[i - 1].address <
			before->census->containers[i].address);
	check_growth(before, after);
	// Without a witness what passes by counts too; nothing is added twice.
	CHECK(!absent_add(before->census, after->census, NULL));
	CHECK(before->census->container_count == 4);
	CHECK(!absent_add(before->census, after->census, NULL));
	CHECK(before->census->container_count == 4);
	sample_destroy(before);
	sample_destroy(between);
	sample_destroy(after);
	return test_done();
}

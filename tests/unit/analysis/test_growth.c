// SPDX-License-Identifier: MIT
#include "analysis/growth.h"

#include "../test.h"
#include "samples.h"

static struct growth *compare(const struct sample *before, const struct sample *after)
{
	struct growth *growth = NULL;
	struct error err = {0};
	CHECK(growth_create(before, after, &growth, &err) == STATUS_OK);
	return growth;
}

static const struct growth_type *type_named(const struct growth *growth, const char *name)
{
	for (size_t i = 0; i < growth->type_count; i++)
		if (!strcmp(growth->types[i].name, name))
			return &growth->types[i];
	return NULL;
}

static void check_types(void)
{
	struct sample *before = make_sample(1, 100), *after = make_sample(2, 130);
	add_type(before, "A.gone", 10, 1000);
	add_type(before, "dict", 100, 23200);
	add_type(before, "str", 1000, 60000);
	add_type(after, "B.new", 5, 500);
	add_type(after, "dict", 5100, 1183200);
	add_type(after, "str", 1000, 60000);
	struct growth *growth = compare(before, after);

	CHECK(growth->seconds == 30);
	CHECK(growth->type_count == 4);
	CHECK_STRING(growth->types[0].name, "dict");
	CHECK_STRING(growth->types[1].name, "B.new");
	CHECK_STRING(growth->types[3].name, "A.gone");
	CHECK(growth->types[0].count_delta == 5000);
	CHECK(growth->types[0].bytes_delta == 1160000);
	CHECK(growth->types[0].count_per_minute == 10000);
	CHECK(growth->types[0].bytes_per_minute == 2320000);
	CHECK(type_named(growth, "A.gone")->count_after == 0);
	CHECK(type_named(growth, "A.gone")->bytes_delta == -1000);
	CHECK(type_named(growth, "B.new")->count_before == 0);
	CHECK(type_named(growth, "str")->bytes_delta == 0);
	CHECK(growth->objects_delta == 4995);
	CHECK(growth->bytes_delta == 1159500);
	growth_destroy(growth);
	sample_destroy(before);
	sample_destroy(after);
}

static void check_containers(void)
{
	struct sample *before = make_sample(1, 0), *after = make_sample(2, 60);
	add_type(before, "dict", 3, 3);
	add_type(before, "list", 3, 3);
	add_type(after, "collections.deque", 1, 1); // shifts the positions of the others
	add_type(after, "dict", 3, 3);
	add_type(after, "list", 3, 3);
	add_container(before, 0x1000, 0, 10, NULL);
	add_container(before, 0x2000, 0, 50, NULL);
	add_container(before, 0x3000, 1, 7, NULL); // freed
	add_container(before, 0x4000, 1, 7, NULL); // freed, and used again by a deque
	add_container(before, 0x5000, 1, 70, NULL);
	add_container(before, 0x7000, 0, 5, NULL);
	add_container(after, 0x0800, 1, 9999, NULL); // new
	add_container(after, 0x1000, 1, 30, NULL);
	add_container(after, 0x2000, 1, 50, NULL);
	add_container(after, 0x4000, 0, 4000, NULL);
	add_container(after, 0x5000, 2, 20, NULL);
	add_container(after, 0x7000, 1, 5005, NULL);
	struct growth *growth = compare(before, after);

	CHECK(growth->container_count == 3);
	CHECK(growth->containers[0].length_delta == 5000);
	CHECK(growth->containers[0].length_per_minute == 5000);
	CHECK(after->census->containers[growth->containers[0].after].address == 0x7000);
	CHECK_STRING(growth->containers[0].type, "dict");
	CHECK(growth->containers[1].length_delta == 20);
	CHECK(growth->containers[2].length_delta == -50);
	CHECK_STRING(growth->containers[2].type, "list");
	growth_destroy(growth);
	sample_destroy(before);
	sample_destroy(after);
}

// --- The rule of which containers grow ---

// The earlier sample of a file, which leaves out what is no longer than 30.
static struct sample *make_stored(void)
{
	struct sample *sample = make_sample(1, 0);
	add_type(sample, "dict", 10, 1000);
	add_container(sample, 0x1000, 0, 50, "app.known");
	add_container(sample, 0x1800, 0, 80, "app.shrinks");
	add_container(sample, 0x8000, 0, 60, "app.gone");
	sample->census->least_length = 30;
	return sample;
}

// One that is known, one that shrank, one that grew from below, one that is still short, one of a
// frame, one without a name, one of a type that is new, and one that passes by.
static struct sample *make_later(void)
{
	struct sample *sample = make_sample(3, 60);
	add_type(sample, "dict", 10, 1000);
	add_type(sample, "new.Type", 1, 10);
	add_container(sample, 0x1000, 0, 70, "app.known");
	add_container(sample, 0x1800, 0, 40, "app.shrinks");
	add_container(sample, 0x2000, 0, 90, "app.cache");
	add_container(sample, 0x3000, 0, 20, "app.short");
	add_container(sample, 0x4000, 0, 91, "<frame f app.py:3>.local");
	add_container(sample, 0x5000, 0, 92, NULL);
	add_container(sample, 0x6000, 1, 93, "app.new");
	add_container(sample, 0x7000, 0, 94, "app.passing");
	return sample;
}

// What a container grew by; 0 where the growth does not have it.
static int64_t growth_at(
	const struct growth *growth, const struct sample *after, addr_t address, bool *is_new)
{
	for (size_t i = 0; i < after->census->container_count; i++) {
		const struct growth_container *grown = growth_find_container(growth, i);
		if (after->census->containers[i].address != address || !grown)
			continue;
		CHECK(grown->after == i &&
			grown->length_after == after->census->containers[i].length);
		*is_new = grown->is_new;
		return grown->length_delta;
	}
	return 0;
}

static void check_grew(const struct growth *growth, const struct sample *after, addr_t address,
	int64_t expected, bool expected_new)
{
	bool is_new = false;
	CHECK(growth_at(growth, after, address, &is_new) == expected);
	CHECK(is_new == expected_new);
}

// What is in both; and of what is new that which the sample between has, whoever holds it.
static void check_new_with_sample_between(void)
{
	struct sample *before = make_stored(), *after = make_later(), *between = make_sample(2, 30);
	struct growth *growth = NULL;
	add_type(between, "another", 1, 1); // shifts the positions of the others
	add_type(between, "dict", 10, 1000);
	add_type(between, "new.Type", 1, 10);
	add_container(between, 0x1000, 1, 60, NULL);
	add_container(between, 0x2000, 1, 60, NULL);
	add_container(between, 0x4000, 1, 60, NULL);
	add_container(between, 0x5000, 1, 60, NULL);
	add_container(between, 0x6000, 2, 60, NULL);
	add_container(between, 0x7000, 2, 60, NULL); // another container, by its type
	CHECK(!growth_create_with_new(before, after, between, &growth, NULL));
	CHECK(growth->container_count == 6);
	check_grew(growth, after, 0x1000, 20, false);
	check_grew(growth, after, 0x1800, -40, false);
	check_grew(growth, after, 0x2000, 60, true); // no less than that
	check_grew(growth, after, 0x3000, 0, false);
	check_grew(growth, after, 0x4000, 61, true);
	check_grew(growth, after, 0x5000, 62, true);
	check_grew(growth, after, 0x6000, 63, true);
	check_grew(growth, after, 0x7000, 0, false);
	CHECK(growth->containers[0].length_delta == 63 &&
		growth->containers[5].length_delta == -40);
	growth_destroy(growth);
	sample_destroy(before);
	sample_destroy(between);
	sample_destroy(after);
}

// Without it that which a module holds; and without that wish nothing that is new.
static void check_new_without_sample_between(void)
{
	struct sample *before = make_stored(), *after = make_later();
	struct growth *growth = NULL;
	CHECK(!growth_create_with_new(before, after, NULL, &growth, NULL));
	CHECK(growth->container_count == 5);
	check_grew(growth, after, 0x2000, 60, true);
	check_grew(growth, after, 0x4000, 0, false);
	check_grew(growth, after, 0x5000, 0, false);
	check_grew(growth, after, 0x6000, 63, true);
	check_grew(growth, after, 0x7000, 64, true);
	CHECK(before->census->container_count == 3); // the samples are as they were
	growth_destroy(growth);
	CHECK(!growth_create(before, after, &growth, NULL));
	CHECK(growth->container_count == 2);
	check_grew(growth, after, 0x1000, 20, false);
	check_grew(growth, after, 0x1800, -40, false);
	CHECK(!growth_find_container(growth, 99) && !growth_find_container(NULL, 0));
	growth_destroy(growth);
	sample_destroy(before);
	sample_destroy(after);
}

// Several at the same path, as in a module that is there twice, are each their own.
static void check_equal_paths(void)
{
	struct sample *before = make_sample(1, 0), *after = make_sample(2, 60);
	struct growth *growth = NULL;
	add_type(before, "dict", 2, 2);
	add_type(after, "dict", 3, 3);
	add_container(before, 0x1000, 0, 5, "app.cache");
	add_container(before, 0x2000, 0, 5, "app.cache");
	add_container(after, 0x1000, 0, 9, "app.cache");
	add_container(after, 0x2000, 0, 2, "app.cache");
	add_container(after, 0x3000, 0, 70, "app.cache");
	add_container(after, 0x4000, 0, GROWTH_NEW_LEAST, "app.cache"); // too short to be told
	CHECK(!growth_create_with_new(before, after, NULL, &growth, NULL));
	CHECK(growth->container_count == 3);
	check_grew(growth, after, 0x1000, 4, false);
	check_grew(growth, after, 0x2000, -3, false);
	check_grew(growth, after, 0x3000, 70, true);
	growth_destroy(growth);
	sample_destroy(before);
	sample_destroy(after);
}

// Of a million of new ones the longest are kept, and every one that is in both.
static void check_many_new(void)
{
	enum { OLD = 100, COUNT = 20000 };
	struct sample *samples[3] = {make_sample(1, 0), make_sample(2, 30), make_sample(3, 60)};
	struct growth *growth = NULL;
	for (unsigned s = 0; s < 3; s++) {
		struct census *census = samples[s]->census;
		add_type(samples[s], "list", COUNT, COUNT);
		census->containers = calloc(COUNT, sizeof(*census->containers));
		census->container_count = s ? COUNT : OLD;
		for (size_t i = 0; i < census->container_count; i++)
			census->containers[i] = (struct census_container){
				.address = 64 * i, .length = i < OLD ? 1 + s : i * 7919 % COUNT};
	}
	CHECK(!growth_create_with_new(samples[0], samples[2], samples[1], &growth, NULL));
	CHECK(growth->container_count == OLD + GROWTH_NEW_MAX);
	bool found = true;
	for (size_t i = 0; i < growth->container_count; i++)
		found &= growth_find_container(growth, growth->containers[i].after) ==
			 &growth->containers[i];
	CHECK(found);
	CHECK(growth->containers[0].length_delta == COUNT - 1);
	CHECK(growth->containers[GROWTH_NEW_MAX - 1].length_delta > COUNT - 2 * GROWTH_NEW_MAX);
	CHECK(!growth->containers[GROWTH_NEW_MAX].is_new);
	growth_destroy(growth);
	for (unsigned s = 0; s < 3; s++)
		sample_destroy(samples[s]);
}

static void check_extremes(void)
{
	struct sample *before = make_sample(1, 60), *after = make_sample(2, 60);
	add_type(before, "dict", UINT64_MAX, 0);
	add_type(after, "dict", 0, UINT64_MAX);
	add_container(before, 0, 0, 0, NULL);
	add_container(before, UINT64_MAX, 0, UINT64_MAX, NULL);
	add_container(before, UINT64_MAX, UINT32_MAX, 1, NULL);
	add_container(after, 0, 0, UINT64_MAX, NULL);
	add_container(after, UINT64_MAX, 0, 0, NULL);
	struct growth *growth = compare(before, after);

	CHECK(growth->types[0].bytes_delta == INT64_MAX);
	CHECK(growth->types[0].count_delta == -INT64_MAX);
	CHECK(growth->types[0].bytes_per_minute == 0); // no time passed
	CHECK(growth->container_count == 2);
	CHECK(growth->containers[0].length_delta == INT64_MAX);
	CHECK(growth->containers[1].length_delta == -INT64_MAX);
	growth_destroy(growth);
	sample_destroy(before);
	sample_destroy(after);
}

static void check_empty(void)
{
	struct sample *before = make_sample(1, 0), *after = make_sample(2, 1);
	struct growth *growth = compare(before, after);
	CHECK(growth->type_count == 0 && growth->container_count == 0);
	growth_destroy(growth);
	sample_destroy(before);
	sample_destroy(after);
}

static void check_many_containers(void)
{
	enum { COUNT = 200000 };
	struct sample *samples[2] = {make_sample(1, 0), make_sample(2, 60)};
	for (unsigned s = 0; s < 2; s++) {
		struct census *census = samples[s]->census;
		add_type(samples[s], "list", COUNT, COUNT);
		census->containers = calloc(COUNT, sizeof(*census->containers));
		census->container_count = COUNT;
		for (size_t i = 0; i < COUNT; i++)
			census->containers[i] = (struct census_container){
				.address = 64 * i, .length = s ? i : 0};
	}
	struct growth *growth = compare(samples[0], samples[1]);
	CHECK(growth->container_count == COUNT - 1);
	bool descending = true;
	for (size_t i = 0; i < growth->container_count; i++)
		descending &= growth->containers[i].length_delta == (int64_t)(COUNT - 1 - i);
	CHECK(descending);
	growth_destroy(growth);
	sample_destroy(samples[0]);
	sample_destroy(samples[1]);
}

int main(void)
{
	check_types();
	check_containers();
	check_new_with_sample_between();
	check_new_without_sample_between();
	check_equal_paths();
	check_many_new();
	check_extremes();
	check_empty();
	check_many_containers();
	growth_destroy(NULL);
	return test_done();
}

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
	check_extremes();
	check_empty();
	check_many_containers();
	growth_destroy(NULL);
	return test_done();
}

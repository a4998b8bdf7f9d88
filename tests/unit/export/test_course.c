// SPDX-License-Identifier: MIT
#include "export/course.h"

#include "recorded.h"

static void test_limit(void)
{
	struct recorded recorded;
	AUTO(table_destroyp) struct table *types = NULL;
	AUTO(table_destroyp) struct table *containers = NULL;
	recorded_start(&recorded);
	AUTO(course_deinit) struct course course;
	CHECK(!course_init(&course, &recorded.service.results));
	for (size_t i = 0; i < RECORDED_SAMPLES; i++)
		course_add_point(&course, recorded.samples[i]);
	CHECK(!course_types(&course, 2, &types, NULL));
	CHECK(types->row_count == 2);
	CHECK_STRING(types->cells[0].text, "str");
	CHECK_STRING(types->note, "3 more that grew less are left out");
	CHECK(!course_containers(&course, 0, &containers, NULL));
	// The nameless one that passed by is not there; the one that lasts is, as on the screen.
	CHECK(containers->row_count == 5 && !containers->note);
	CHECK(containers->cells[containers->column_count + 3].signed_value == 800);
	CHECK_STRING(containers->cells[0].text, "__main__.cache");
	recorded_stop(&recorded);
}

int main(void)
{
	test_limit();
	return test_done();
}

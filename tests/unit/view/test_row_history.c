// SPDX-License-Identifier: MIT
#include "view/row_history.h"

#include "../test.h"
#include "service.h"

enum { SAMPLE, TAKEN_AT, COUNT, BYTES };

static const struct subject cache = {SUBJECT_CONTAINER, 0x7f0000001000};

static const struct cell *cell(const struct table *table, size_t row, size_t column)
{
	return &table->cells[row * table->column_count + column];
}

static void check_type(const struct service *service)
{
	struct table *table = NULL;
	CHECK(!row_history(&service->results.history, subject_of_type("dict"), &table));
	CHECK(table->row_count == 3);
	CHECK_STRING(cell(table, 0, SAMPLE)->text, "1 (baseline)");
	CHECK_STRING(cell(table, 1, SAMPLE)->text, "8 (previous)");
	CHECK_STRING(cell(table, 2, SAMPLE)->text, "9 (current)");
	CHECK_STRING(cell(table, 2, TAKEN_AT)->text, "2024-05-01T12:00:00.000Z");
	CHECK(cell(table, 0, COUNT)->unsigned_value == 41231);
	CHECK(cell(table, 2, COUNT)->unsigned_value == 41231 + 8 * 1240);
	CHECK(cell(table, 2, BYTES)->unsigned_value == 232 * (41231 + 8 * 1240));
	table_destroy(table);
	// In the baseline only.
	CHECK(!row_history(&service->results.history, subject_of_type("startup.Once"), &table));
	CHECK(table->row_count == 1);
	table_destroy(table);
	CHECK(!row_history(&service->results.history, subject_of_type("no.such"), &table));
	CHECK(table->row_count == 0);
	table_destroy(table);
}

static void check_container(const struct service *service)
{
	struct table *table = NULL;
	CHECK(!row_history(&service->results.history, cache, &table));
	CHECK(table->row_count == 3);
	CHECK(cell(table, 0, COUNT)->unsigned_value == 7);
	CHECK(cell(table, 1, COUNT)->unsigned_value == 7 * 1240 + 7);
	CHECK(cell(table, 2, COUNT)->unsigned_value == 8 * 1240 + 7);
	table_destroy(table);
	// What was another object in an earlier sample has no figures there.
	service->results.history.baseline->census->containers[0].type = 3;
	CHECK(!row_history(&service->results.history, cache, &table));
	CHECK(table->row_count == 2);
	CHECK_STRING(cell(table, 0, SAMPLE)->text, "8 (previous)");
	table_destroy(table);
	service->results.history.baseline->census->containers[0].type = 2;
	CHECK(!row_history(&service->results.history, (struct subject){SUBJECT_CONTAINER, 1}, &table));
	CHECK(table->row_count == 0);
	table_destroy(table);
}

static void check_baseline(struct service *service)
{
	struct table *table = NULL;
	history_set_baseline(&service->results.history);
	CHECK(!row_history(&service->results.history, subject_of_type("dict"), &table));
	CHECK(table->row_count == 2);
	CHECK_STRING(cell(table, 0, SAMPLE)->text, "8 (previous)");
	table_destroy(table);
}

static void check_nothing_yet(void)
{
	struct history history = {0};
	struct table *table = NULL;
	CHECK(!row_history(&history, subject_of_type("dict"), &table));
	CHECK(table->row_count == 0);
	table_destroy(table);
	CHECK(!row_history(&history, cache, &table));
	CHECK(table->row_count == 0);
	table_destroy(table);
}

int main(void)
{
	struct service service;
	service_start(&service);
	check_type(&service);
	check_container(&service);
	check_baseline(&service);
	check_nothing_yet();
	service_stop(&service);
	return test_done();
}

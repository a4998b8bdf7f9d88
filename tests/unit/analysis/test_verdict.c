// SPDX-License-Identifier: MIT
#include "analysis/verdict.h"

#include "../test.h"
#include "base/text.h"
#include "samples.h"

#include <math.h>

static const uint64_t MB = 1024 * 1024;

// A process under watch: what RSS and objects are at each sample.
struct watch {
	struct history history;
	struct growth *growth;
	struct verdict verdict;
};

enum { CACHE, INTERNED, WARM, UNNAMED, CONTAINERS };

static void watch_sample(struct watch *watch, double seconds, uint64_t rss, uint64_t object_bytes,
	const uint64_t lengths[CONTAINERS])
{
	static const char *const paths[] = {
		"__main__.cache", "<interned strings>", "app.templates", NULL};
	struct sample *sample = make_sample(
		watch->history.current ? watch->history.current->number + 1 : 1, 1000 + seconds);
	sample->memory.rss_bytes = rss;
	add_type(sample, "dict", 4, object_bytes);
	for (unsigned i = 0; i < CONTAINERS; i++)
		add_container(sample, 0x1000 * (i + 1), 0, lengths ? lengths[i] : 0, paths[i]);
	CHECK(history_add_memory(&watch->history, &sample->memory) == STATUS_OK);
	history_add_sample_take(&watch->history, sample);
}

static const char *watch_conclude(struct watch *watch)
{
	const struct history *history = &watch->history;
	growth_destroy(watch->growth);
	watch->growth = NULL;
	if (history->current && history->baseline != history->current)
		CHECK(growth_create(history->baseline, history->current, &watch->growth, NULL) ==
			STATUS_OK);
	verdict_reach(history, watch->growth, &watch->verdict);
	printf("# %s\n", watch->verdict.sentence);
	return watch->verdict.sentence;
}

static void watch_end(struct watch *watch)
{
	growth_destroy(watch->growth);
	history_deinit(&watch->history);
}

static bool says(const struct watch *watch, const char *words)
{
	return strstr(watch->verdict.sentence, words);
}

static void check_leak(void)
{
	struct watch watch = {0};
	static const double jitter[] = {0, 0.2, -0.1, 0.1, 0, -0.2, 0.1, 0.2, -0.1, 0};
	for (unsigned i = 0; i < 10; i++)
		watch_sample(&watch, 6 * i,
			500 * MB + (uint64_t)((1.24 * i + jitter[i] / 10) * (double)MB),
			300 * MB + i * MB * 12 / 10,
			(uint64_t[]){500 * i, 9000 * i, i < 9 ? 20000 * i : 20000 * 8, 7});
	watch_conclude(&watch);
	CHECK(watch.verdict.kind == VERDICT_LEAK);
	CHECK(watch.verdict.has_trend && !watch.verdict.is_of_objects);
	CHECK(fabs(watch.verdict.trend.bytes_per_minute / (double)MB - 12.4) < 0.1);
	CHECK(watch.verdict.trend.low <= 12.4 * (double)MB);
	CHECK(watch.verdict.trend.high >= 12.4 * (double)MB);
	CHECK(watch.verdict.has_python_share && fabs(watch.verdict.python_share - 0.97) < 0.01);
	// Not the interned strings, which grow faster; not what stopped growing.
	CHECK(watch.verdict.holder && watch.verdict.holder->after == CACHE);
	CHECK(!strncmp(watch.verdict.sentence, "LEAKING +12.4 MB/min (12.", 25));
	CHECK(says(&watch, "): 97% Python objects, held by __main__.cache"));
	// With the code that fills it; not that of another container.
	struct census *census = watch.history.current->census;
	static const struct filler fillers[] = {
		{INTERNED, NULL, NULL, 1, "add"}, {CACHE, NULL, NULL, 27, "store"},
		{CACHE, NULL, NULL, 3, "add"}};
	for (size_t i = 0; i < sizeof(fillers) / sizeof(*fillers); i++) {
		struct filler filler = fillers[i];
		filler.function = strdup("get");
		filler.file = strdup("app.py");
		CHECK(!filler_list_add(&census->fillers, filler));
	}
	watch_conclude(&watch);
	CHECK(says(&watch, "objects, held by __main__.cache, filled in get app.py:27"));
	watch_end(&watch);
}

static void check_native_leak(void)
{
	struct watch watch = {0};
	for (unsigned i = 0; i < 10; i++)
		watch_sample(&watch, 6 * i, 500 * MB + i * MB, 300 * MB,
			(uint64_t[]){0, 0, 0, 3 * i});
	watch_conclude(&watch);
	CHECK(watch.verdict.kind == VERDICT_LEAK);
	CHECK(watch.verdict.has_python_share && watch.verdict.python_share == 0);
	CHECK_STRING(watch.verdict.sentence, "LEAKING +10.0 MB/min (10.0 to 10.0): 0% Python "
					     "objects, fastest growing: dict at 0x4000");
	watch_end(&watch);
}

static void check_no_leak(void)
{
	struct watch watch = {0};
	for (unsigned i = 0; i < 20; i++)
		watch_sample(&watch, 5 * i, 500 * MB + (i * 7 % 5) * 8192, 300 * MB, NULL);
	CHECK_STRING(watch_conclude(&watch), "no leak seen: RSS steady over 95 s");
	CHECK(watch.verdict.kind == VERDICT_NO_LEAK);
	CHECK(!watch.verdict.holder && !watch.verdict.has_python_share);
	watch_end(&watch);

	watch = (struct watch){0};
	for (unsigned i = 0; i < 30; i++) // the garbage collector at work
		watch_sample(&watch, 5 * i, (500 + i % 6) * MB, (300 + i % 6) * MB, NULL);
	watch_conclude(&watch);
	CHECK(watch.verdict.kind == VERDICT_NO_LEAK);
	watch_end(&watch);
}

static void check_growth_that_ended(void)
{
	struct watch watch = {0};
	for (unsigned i = 0; i < 40; i++)
		watch_sample(&watch, 5 * i, (500 + (i < 26 ? i : 26)) * MB, 300 * MB, NULL);
	CHECK_STRING(watch_conclude(&watch), "no leak seen: RSS grew, and stopped growing over 3 min");
	watch_end(&watch);
}

static void check_too_small(void)
{
	struct watch watch = {0};
	for (unsigned i = 0; i < 15; i++)
		watch_sample(&watch, 5 * i, 500 * MB + 4096 * i, 300 * MB, NULL);
	watch_conclude(&watch);
	CHECK(watch.verdict.kind == VERDICT_NO_LEAK); // 56 KiB in all
	watch_end(&watch);
	watch = (struct watch){0};
	for (unsigned i = 0; i < 30; i++)
		watch_sample(&watch, 600 * i, 64000 * MB + 65536 * i, 300 * MB, NULL);
	watch_conclude(&watch);
	CHECK(watch.verdict.kind == VERDICT_NO_LEAK); // 18 years to double
	watch_end(&watch);
}

static void check_too_early(void)
{
	struct watch watch = {0};
	CHECK_STRING(watch_conclude(&watch), "too early to say: 0 samples");
	CHECK(watch.verdict.kind == VERDICT_TOO_EARLY);
	watch_sample(&watch, 0, 500 * MB, 300 * MB, NULL);
	CHECK_STRING(watch_conclude(&watch), "too early to say: 1 sample");
	watch_sample(&watch, 5, 500 * MB, 301 * MB, (uint64_t[]){9, 0, 0, 0});
	CHECK_STRING(watch_conclude(&watch),
		"too early to say: 2 samples over 5 s, Python objects +12.0 MB/min, "
		"fastest growing: __main__.cache");
	CHECK(watch.verdict.kind == VERDICT_TOO_EARLY && !watch.verdict.has_trend);
	watch_sample(&watch, 10, 508 * MB, 301 * MB, NULL);
	watch_conclude(&watch); // one step, three readings: it may be the start of something
	CHECK(watch.verdict.kind == VERDICT_TOO_EARLY);
	CHECK(says(&watch, "RSS +48.0 MB/min"));
	watch_end(&watch);
}

// In the first minute of a leak objects fill memory that was free in the process.
static void check_objects_without_rss(void)
{
	struct watch watch = {0};
	for (unsigned i = 0; i < 5; i++)
		watch_sample(&watch, 5 * i, 500 * MB, (300 + i) * MB, (uint64_t[]){i, 0, 0, 0});
	CHECK_STRING(watch_conclude(&watch), "growing: +12.0 MB/min (12.0 to 12.0) of Python "
					     "objects, RSS flat, held by __main__.cache");
	CHECK(watch.verdict.kind == VERDICT_TOO_EARLY && watch.verdict.is_of_objects);
	for (unsigned i = 5; i < 14; i++)
		watch_sample(&watch, 5 * i, 500 * MB, (300 + i) * MB, (uint64_t[]){i, 0, 0, 0});
	watch_conclude(&watch);
	CHECK(watch.verdict.kind == VERDICT_LEAK && watch.verdict.is_of_objects);
	CHECK(says(&watch, "LEAKING +12.0 MB/min"));
	watch_end(&watch);
}

// A process that was quiet for long, and leaks now.
static void check_late_leak(void)
{
	struct watch watch = {0};
	for (unsigned i = 0; i < 200; i++)
		watch_sample(&watch, 10 * i, (500 + (i > 155 ? i - 155 : 0)) * MB, 300 * MB,
			(uint64_t[]){i > 155 ? i : 155, 0, 0, 0});
	watch_conclude(&watch);
	CHECK(watch.verdict.kind == VERDICT_LEAK && watch.verdict.in_last_quarter);
	CHECK(says(&watch, "in the last 8 min, held by __main__.cache"));
	CHECK(!watch.verdict.has_python_share);
	watch_end(&watch);
}

// What was before the baseline does not count.
static void check_baseline(void)
{
	struct watch watch = {0};
	for (unsigned i = 0; i < 20; i++)
		watch_sample(&watch, 5 * i, (500 + i) * MB, 300 * MB, NULL);
	watch_conclude(&watch);
	CHECK(watch.verdict.kind == VERDICT_LEAK);
	history_set_baseline(&watch.history);
	for (unsigned i = 20; i < 40; i++)
		watch_sample(&watch, 5 * i, 519 * MB, 300 * MB, NULL);
	CHECK_STRING(watch_conclude(&watch), "no leak seen: RSS steady over 100 s");
	watch_end(&watch);
}

// A path may be as long as it likes and of any characters.
static void check_long_path(void)
{
	struct watch watch = {0};
	for (unsigned i = 0; i < 10; i++)
		watch_sample(&watch, 6 * i, 500 * MB + i * MB, 300 * MB + i * MB,
			(uint64_t[]){i, 0, 0, 0});
	struct text path = {0};
	while (path.length < 5000)
		text_add(&path, "模块");
	struct census_container *container = &watch.history.current->census->containers[CACHE];
	free(container->path);
	container->path = text_take(&path);
	watch_conclude(&watch);
	size_t length = strlen(watch.verdict.sentence);
	CHECK(length > 240 && length < sizeof(watch.verdict.sentence));
	CHECK(!strcmp(watch.verdict.sentence + length - 3, "..."));
	// Whole characters of three bytes stand between the last ASCII one and the dots.
	const char *start = strstr(watch.verdict.sentence, "模");
	CHECK(start && (watch.verdict.sentence + length - 3 - start) % 3 == 0);
	watch_end(&watch);
}

int main(void)
{
	check_leak();
	check_native_leak();
	check_no_leak();
	check_growth_that_ended();
	check_too_small();
	check_too_early();
	check_objects_without_rss();
	check_late_leak();
	check_baseline();
	check_long_path();
	return test_done();
}

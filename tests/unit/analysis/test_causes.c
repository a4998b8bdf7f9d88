// SPDX-License-Identifier: MIT
#include "analysis/causes.h"

#include "../test.h"
#include "samples.h"

#include <math.h>

static const uint64_t MB = 1024 * 1024;

struct watch {
	struct history history;
	struct growth *growth;
	struct verdict verdict;
	struct causes causes;
};

// Growth in MB a minute of RSS, Python objects and pymalloc's free memory; entries of two dicts.
struct rates {
	uint64_t rss, objects, kept, cache, other;
};

static void watch_start(struct watch *watch, const struct rates *rates, const char *name)
{
	*watch = (struct watch){0};
	bool good = true;
	for (unsigned i = 0; i < 20; i++) {
		struct sample *sample = make_sample(i + 1, 1000 + 60 * i);
		sample->memory.rss_bytes = (100 + rates->rss * i) * MB;
		add_type(sample, "dict", 10, (10 + rates->objects * i) * MB);
		sample->census->totals.pymalloc_free_bytes = (1 + rates->kept * i) * MB;
		add_container(sample, 0x1000, 0, 10 + rates->cache * i, name);
		add_container(sample, 0x2000, 0, 10 + rates->other * i, "app.other");
		good &= !history_add_memory(&watch->history, &sample->memory);
		history_add_sample_take(&watch->history, sample);
	}
	good &= !growth_create(
		watch->history.baseline, watch->history.current, &watch->growth, NULL);
	CHECK(good);
	verdict_reach(&watch->history, watch->growth, &watch->verdict);
	causes_find(&watch->history, watch->growth, &watch->verdict, &watch->causes);
	printf("# %s; %s\n", watch->verdict.sentence, watch->causes.advice);
	for (size_t i = 0; i < watch->causes.count; i++)
		printf("# %s %s %.2f\n", cause_name(watch->causes.items[i].kind),
			watch->causes.items[i].path ? watch->causes.items[i].path : "-",
			watch->causes.items[i].share);
}

static void watch_end(struct watch *watch)
{
	growth_destroy(watch->growth);
	history_deinit(&watch->history);
}

static bool is_cause(const struct watch *watch, size_t position, enum cause_kind kind, double share)
{
	const struct cause *cause = &watch->causes.items[position];
	return position < watch->causes.count && cause->kind == kind &&
	       fabs(cause->share - share) < 0.03;
}

// Each has a name of its own, and words.
static void check_words(void)
{
	for (unsigned kind = 0; kind < CAUSE_KINDS; kind++) {
		struct text text = {0};
		cause_add_words(&(struct cause){.kind = kind, .type = "dict"}, &text);
		CHECK(text.length > strlen("in a"));
		text_deinit(&text);
		for (unsigned other = 0; other < kind; other++)
			CHECK(strcmp(cause_name(kind), cause_name(other)) != 0);
	}
	struct text text = {0};
	cause_add_words(&(struct cause){.path = "app.cache", .type = "dict"}, &text);
	CHECK_STRING(text.bytes, "in app.cache (dict)");
	text_deinit(&text);
	struct text filled = {0};
	struct filler fillers[] = {{.function = (char *)"get_user", .file = (char *)"app.py", .line = 27},
		{.function = (char *)"other", .file = (char *)"app.py", .line = 3}};
	const struct cause cause = {
		.path = "app.cache", .type = "dict", .filled_by = fillers, .filler_count = 2};
	cause_add_words(&cause, &filled);
	CHECK_STRING(filled.bytes, "in app.cache (dict), filled in get_user (app.py:27)");
	text_deinit(&filled);
}

int main(void)
{
	struct watch watch;
	check_words();
	watch_start(&watch, &(struct rates){2, 2, 0, 1000, 0}, "app.cache");
	CHECK(watch.causes.count == 1 && is_cause(&watch, 0, CAUSE_CONTAINER, 1));
	CHECK_STRING(watch.causes.items[0].path, "app.cache");
	CHECK_STRING(watch.causes.items[0].type, "dict");
	CHECK(strstr(watch.causes.advice, "app.cache"));
	watch_end(&watch);

	watch_start(&watch, &(struct rates){4, 2, 1, 300, 100}, "app.cache");
	CHECK(watch.causes.count == 4 && is_cause(&watch, 0, CAUSE_CONTAINER, 0.375));
	CHECK(is_cause(&watch, 3, CAUSE_CONTAINER, 0.125));
	CHECK(is_cause(&watch, 1, CAUSE_FRAGMENTATION, 0.25) ||
		is_cause(&watch, 2, CAUSE_FRAGMENTATION, 0.25));
	CHECK(is_cause(&watch, 1, CAUSE_NATIVE, 0.25) || is_cause(&watch, 2, CAUSE_NATIVE, 0.25));
	watch_end(&watch);

	watch_start(&watch, &(struct rates){2, 0, 0, 0, 0}, "app.cache");
	CHECK(watch.causes.count == 1 && is_cause(&watch, 0, CAUSE_NATIVE, 1));
	CHECK(!watch.causes.items[0].path && strstr(watch.causes.advice, "C extensions"));
	watch_end(&watch);

	watch_start(&watch, &(struct rates){2, 2, 0, 1000, 0}, "gc.garbage");
	CHECK(is_cause(&watch, 0, CAUSE_GARBAGE, 1) && strstr(watch.causes.advice, "gc.garbage"));
	watch_end(&watch);

	// Another interpreter's are what the main one's are; the strings hold nothing, wherever.
	watch_start(&watch, &(struct rates){2, 2, 0, 1000, 0}, "<interpreter 2>.gc.garbage");
	CHECK(is_cause(&watch, 0, CAUSE_GARBAGE, 1));
	watch_end(&watch);
	watch_start(&watch, &(struct rates){2, 2, 0, 100, 110}, "<interpreter 2>.app.cache");
	CHECK(watch.causes.count == 2);
	CHECK_STRING(watch.causes.items[1].path, "<interpreter 2>.app.cache");
	watch_end(&watch);
	watch_start(&watch, &(struct rates){2, 2, 0, 110, 100}, "<interpreter 2>.<interned strings>");
	CHECK(watch.causes.count == 1);
	CHECK_STRING(watch.causes.items[0].path, "app.other");
	watch_end(&watch);

	watch_start(&watch, &(struct rates){0, 0, 0, 0, 0}, "app.cache");
	CHECK(watch.verdict.kind == VERDICT_NO_LEAK && !watch.causes.count);
	CHECK_STRING(watch.causes.advice, "nothing to do");
	watch_end(&watch);
	return test_done();
}

// SPDX-License-Identifier: MIT
#include "analysis/causes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Smaller shares of the growth are not mentioned.
static const double LEAST_SHARE = 0.1;
// A container that grew less than this part of the fastest one is not a cause beside it.
static const double LEAST_OF_HOLDER = 0.2;

struct kind {
	const char *name;
	const char *words;  // for a share of the growth; NULL: a container, which has a name
	const char *advice; // if this is the first cause
};

static const struct kind kinds[CAUSE_KINDS] = {
	[CAUSE_CONTAINER] = {"container", NULL,
		"look at the containers that grow: leaktop -p PID names who holds them"},
	[CAUSE_GARBAGE] = {"garbage", NULL, "clear gc.garbage, or turn off gc.DEBUG_SAVEALL"},
	[CAUSE_FRAGMENTATION] = {"fragmentation", "free memory that pymalloc keeps",
		"few live objects keep whole arenas: look for peaks of short-lived objects"},
	[CAUSE_NATIVE] = {"native", "outside Python objects",
		"Python objects do not explain it: look at C extensions and their buffers"},
};

const char *cause_name(enum cause_kind kind)
{
	return kinds[kind].name;
}

void cause_add_words(const struct cause *cause, struct text *text)
{
	const char *words = kinds[cause->kind].words;
	if (words)
		text_add(text, words);
	else if (cause->path)
		text_add_format(text, "in %s (%s)", cause->path, cause->type);
	else
		text_add_format(text, "in a %s without a name", cause->type);
	if (!cause->filler_count)
		return;
	const struct filler *filler = &cause->filled_by[0];
	text_add_format(text, ", filled in %s (%s:%d)", filler->function, filler->file, filler->line);
}

enum { CONTAINERS_MAX = CAUSES_MAX - 2 };

static bool is_garbage(const struct census_container *container)
{
	const char *path = census_local_path(container);
	return path && !strncmp(path, "gc.garbage", strlen("gc.garbage"));
}

static void add_container(struct causes *causes, const struct history *history,
	const struct growth_container *grown)
{
	const struct census_container *container =
		&history->current->census->containers[grown->after];
	struct cause *cause = &causes->items[causes->count++];
	*cause = (struct cause){
		.kind = is_garbage(container) ? CAUSE_GARBAGE : CAUSE_CONTAINER,
		.path = container->path,
		.type = grown->type,
		.container = container,
		.share = (double)grown->length_delta,
	};
	cause->filled_by =
		census_fillers(history->current->census, container, &cause->filler_count);
}

// Adds the holder, and other growing containers with a name. Divides the growth of Python objects
// between them by the entries that each gained.
static void add_containers(struct causes *causes, const struct history *history,
	const struct growth *growth, const struct verdict *verdict, double python_share)
{
	const struct growth_container *holder = verdict->holder;
	if (!holder || python_share < LEAST_SHARE)
		return;
	add_container(causes, history, holder);
	double total = (double)holder->length_delta;
	for (size_t i = 0; i < growth->container_count && causes->count < CONTAINERS_MAX; i++) {
		const struct growth_container *grown = &growth->containers[i];
		if (grown == holder ||
			(double)grown->length_delta < LEAST_OF_HOLDER * (double)holder->length_delta)
			continue;
		if (!census_is_of_module(&history->current->census->containers[grown->after]))
			continue;
		add_container(causes, history, grown);
		total += (double)grown->length_delta;
	}
	for (size_t i = 0; i < causes->count; i++)
		causes->items[i].share *= total > 0 ? python_share / total : 0;
}

static void add_kind(struct causes *causes, enum cause_kind kind, double share)
{
	if (share >= LEAST_SHARE)
		causes->items[causes->count++] = (struct cause){.kind = kind, .share = share};
}

// The growth of pymalloc's free memory, as a part of the growth of RSS.
static double free_share(const struct history *history)
{
	const struct sample *before = history->baseline, *after = history->current;
	if (!before || !after || !before->census || !after->census)
		return 0;
	int64_t rss = growth_difference(before->memory.rss_bytes, after->memory.rss_bytes);
	int64_t kept = growth_difference(before->census->totals.pymalloc_free_bytes,
		after->census->totals.pymalloc_free_bytes);
	return rss > 0 && kept > 0 ? fmin((double)kept / (double)rss, 1) : 0;
}

static int compare_share(const void *left, const void *right)
{
	const struct cause *a = left, *b = right;
	return (a->share < b->share) - (a->share > b->share);
}

// A longer path would not leave room for the advice.
static const size_t ADVICE_PATH_MAX = 160;

static void advise(const struct verdict *verdict, struct causes *causes)
{
	const struct cause *first = causes->count ? &causes->items[0] : NULL;
	char *advice = causes->advice;
	size_t size = sizeof(causes->advice);
	if (verdict->kind == VERDICT_TOO_EARLY)
		snprintf(advice, size, "take more samples over a longer time");
	else if (verdict->kind == VERDICT_NO_LEAK)
		snprintf(advice, size, "nothing to do");
	else if (!first)
		snprintf(advice, size, "take samples of the heap to see what grows");
	else if (first->kind == CAUSE_CONTAINER && first->path &&
		 strlen(first->path) < ADVICE_PATH_MAX)
		snprintf(advice, size, "look for what adds to %s and never removes", first->path);
	else
		snprintf(advice, size, "%s", kinds[first->kind].advice);
}

void causes_find(const struct history *history, const struct growth *growth,
	const struct verdict *verdict, struct causes *ret)
{
	*ret = (struct causes){0};
	if (verdict->kind == VERDICT_LEAK && growth) {
		double python = verdict->is_of_objects ? 1
			: verdict->has_python_share    ? verdict->python_share
						       : 0;
		double kept = verdict->is_of_objects ? 0 : fmin(free_share(history), 1 - python);
		add_containers(ret, history, growth, verdict, python);
		add_kind(ret, CAUSE_FRAGMENTATION, kept);
		add_kind(ret, CAUSE_NATIVE, 1 - python - kept);
		qsort(ret->items, ret->count, sizeof(*ret->items), compare_share);
	}
	advise(verdict, ret);
}

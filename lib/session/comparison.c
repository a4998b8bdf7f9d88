// SPDX-License-Identifier: MIT
#include "session/comparison.h"

#include "base/guard.h"
#include "session/recording.h"

#include <stdlib.h>
#include <string.h>

void comparison_destroy(struct comparison *comparison)
{
	if (!comparison)
		return;
	growth_destroy(comparison->growth);
	sample_destroy(comparison->before);
	sample_destroy(comparison->after);
	identity_deinit(&comparison->before_identity);
	identity_deinit(&comparison->after_identity);
	free(comparison);
}

// Opens a file and chooses one of its processes.
static enum status open_file(
	const char *path, pid_t pid, struct recording **ret, struct error *err)
{
	AUTO(recording_closep) struct recording *recording = NULL;
	size_t target = 0;
	enum status status = recording_open(path, &recording, err);
	if (!status)
		status = recording_find(recording, pid, &target, err);
	if (!status)
		status = recording_choose(recording, target, err);
	if (status)
		return status;
	*ret = take_ptr(recording);
	return STATUS_OK;
}

// The process that was chosen in a recording.
static const struct recorded_target *chosen_target(const struct recording *recording)
{
	size_t count;
	const struct recorded_target *targets = recording_targets(recording, &count);
	return &targets[recording_chosen(recording)];
}

static bool is_same(const struct recorded_target *a, const struct recorded_target *b)
{
	return a->identity.pid == b->identity.pid && a->identity.start_time == b->identity.start_time &&
		!strcmp(a->host, b->host) && !strcmp(a->boot_id, b->boot_id);
}

static bool is_same_boot(const struct recorded_target *a, const struct recorded_target *b)
{
	return !strcmp(a->host, b->host) && !strcmp(a->boot_id, b->boot_id);
}

static enum status find_samples(struct recording *before, struct recording *after,
	const struct comparison_options *options, size_t *ret_from, size_t *ret_to,
	struct error *err)
{
	size_t first, last;
	recording_ends(after, &first, &last);
	*ret_to = options->to ? (size_t)options->to - 1 : last;
	recording_ends(before, &first, &last);
	*ret_from = options->from ? (size_t)options->from - 1 : before == after ? first : last;
	if (before == after && *ret_from == *ret_to)
		return error_set(err, STATUS_USAGE,
			"there is one sample only to compare, number %zu: record more, or name two files",
			*ret_from + 1);
	return STATUS_OK;
}

// Drops containers, since their addresses mean nothing in another process.
static void forget_containers(struct sample *sample)
{
	struct census *census = sample->census;
	for (size_t i = 0; census && i < census->container_count; i++)
		free(census->containers[i].path);
	if (census)
		census->container_count = 0;
}

// The wall clock gives the time between samples of different machines or boots.
static void use_wall_clock(struct comparison *comparison)
{
	struct sample *samples[] = {comparison->before, comparison->after};
	for (size_t i = 0; i < 2; i++)
		samples[i]->seconds = (double)samples[i]->taken_ms / 1000;
}

static enum status compare(struct comparison *comparison, struct error *err)
{
	const struct sample *before = comparison->before;
	const struct sample *after = comparison->after;
	comparison->has_heap = before->census && after->census;
	if (comparison->has_heap)
		return growth_create_with_new(before, after, NULL, &comparison->growth, err);
	comparison->growth = calloc(1, sizeof(*comparison->growth));
	if (!comparison->growth)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the comparison");
	comparison->growth->seconds = after->seconds - before->seconds;
	return STATUS_OK;
}

static enum status fill(struct comparison *comparison, struct recording *before,
	struct recording *after, const struct comparison_options *options, struct error *err)
{
	const struct recorded_target *first = chosen_target(before), *second = chosen_target(after);
	size_t from = 0, to = 0;
	comparison->is_same_process = is_same(first, second);
	if (!comparison->is_same_process && !options->force)
		return error_set(err, STATUS_USAGE,
			"these are different processes, %d and %d: compare them with --force",
			(int)first->identity.pid, (int)second->identity.pid);
	enum status status = identity_copy(recording_identity(before), &comparison->before_identity);
	if (!status)
		status = identity_copy(recording_identity(after), &comparison->after_identity);
	if (status)
		return error_set(err, status, "cannot allocate the comparison");
	status = find_samples(before, after, options, &from, &to, err);
	if (!status)
		status = recording_read(before, from, &comparison->before, err);
	if (!status)
		status = recording_read(after, to, &comparison->after, err);
	if (status)
		return status;
	if (!comparison->is_same_process)
		forget_containers(comparison->after);
	if (!is_same_boot(first, second))
		use_wall_clock(comparison);
	return compare(comparison, err);
}

enum status comparison_create(
	const struct comparison_options *options, struct comparison **ret, struct error *err)
{
	AUTO(comparison_destroyp) struct comparison *comparison = calloc(1, sizeof(*comparison));
	AUTO(recording_closep) struct recording *before = NULL;
	AUTO(recording_closep) struct recording *after = NULL;
	if (!comparison)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the comparison");
	enum status status = open_file(options->before, options->pid, &before, err);
	if (!status && options->after)
		status = open_file(options->after, options->pid, &after, err);
	if (!status)
		status = fill(comparison, before, after ? after : before, options, err);
	if (status)
		return status;
	*ret = take_ptr(comparison);
	return STATUS_OK;
}

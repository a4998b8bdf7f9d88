// SPDX-License-Identifier: MIT
#include "session/recorder.h"

#include "base/guard.h"
#include "base/text.h"
#include "base/time.h"
#include "store/host.h"
#include "store/store.h"
#include "target/target.h"

#include <stdlib.h>
#include <string.h>

struct recorder {
	struct store *store;
	char host[HOST_TEXT_SIZE], boot_id[HOST_TEXT_SIZE];
};

enum status recorder_open(
	const char *path, enum recorder_mode mode, struct recorder **ret, struct error *err)
{
	AUTO(recorder_closep) struct recorder *recorder = calloc(1, sizeof(*recorder));
	if (!recorder)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the recorder");
	host_name(recorder->host);
	host_boot_id(recorder->boot_id);
	enum status status = mode == RECORDER_ONCE ? store_open_once(path, &recorder->store, err)
						   : store_open_append(path, &recorder->store, err);
	if (status)
		return status;
	*ret = take_ptr(recorder);
	return STATUS_OK;
}

void recorder_close(struct recorder *recorder)
{
	if (!recorder)
		return;
	store_close(recorder->store);
	free(recorder);
}

// Describes a process of this machine for the file; borrows from both.
static struct recorded_target describe(struct recorder *recorder, const struct identity *identity)
{
	return (struct recorded_target){
		.host = recorder->host,
		.boot_id = recorder->boot_id,
		.identity = *identity,
	};
}

enum status recorder_add(struct recorder *recorder, const struct identity *identity,
	const struct sample *sample, struct error *err)
{
	const struct recorded_target target = describe(recorder, identity);
	return store_add(recorder->store, &target, sample, err);
}

static char *escape(const char *foreign)
{
	struct text text = {0};
	text_add_foreign(&text, foreign, strlen(foreign));
	return text_take(&text);
}

// Adds the memory of an open target, as a sample without a heap.
static enum status add_memory_of(struct recorder *recorder, const struct target *target,
	const char *missing, struct error *err)
{
	AUTO(freep) char *exe = escape(target_exe(target));
	AUTO(freep) char *command_line = escape(target_command_line(target));
	if (!exe || !command_line)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the identity");
	const struct identity identity = {
		.pid = target_pid(target),
		.start_time = target_start_time(target),
		.exe = exe,
		.command_line = command_line,
	};
	struct sample sample = {
		.taken_ms = time_wall_ms(),
		.seconds = time_boot_seconds(),
		.census_missing = (char *)missing,
	};
	enum status status = memory_read(target_pid(target), MEMORY_ROLLUP, &sample.memory, err);
	if (!status)
		status = target_check(target, err);
	return status ? status : recorder_add(recorder, &identity, &sample, err);
}

enum status recorder_add_memory(struct recorder *recorder, pid_t pid, uint64_t start_time,
	const char *missing, struct error *err)
{
	AUTO(target_closep) struct target *target = NULL;
	enum status status = target_open_pid(pid, &target, err);
	if (status)
		return status;
	if (start_time && target_start_time(target) != start_time)
		return error_set(err, STATUS_GONE, "process %d is another one by now", (int)pid);
	return add_memory_of(recorder, target, missing, err);
}

enum status recorder_is_heap_due(struct recorder *recorder, const struct identity *identity,
	uint64_t every, bool *ret, struct error *err)
{
	const struct recorded_target target = describe(recorder, identity);
	return store_is_heap_due(recorder->store, &target, every, ret, err);
}

enum status recorder_earlier(struct recorder *recorder, const struct identity *identity,
	struct sample **ret_first, struct sample **ret_last, struct error *err)
{
	const struct recorded_target target = describe(recorder, identity);
	AUTO(sample_destroyp) struct sample *first = NULL;
	AUTO(sample_destroyp) struct sample *last = NULL;
	int64_t id = 0, first_id = 0, last_id = 0;
	enum status status = store_find_target(recorder->store, &target, &id, err);
	if (!status)
		status = store_heap_ends(recorder->store, id, &first_id, &last_id, err);
	if (!status && first_id)
		status = store_read(recorder->store, first_id, &first, err);
	if (!status && last_id != first_id)
		status = store_read(recorder->store, last_id, &last, err);
	if (status && status != STATUS_NOT_FOUND)
		return status;
	*ret_first = take_ptr(first);
	*ret_last = take_ptr(last);
	return STATUS_OK;
}

enum status recorder_prune(struct recorder *recorder, double seconds, struct error *err)
{
	return store_prune(recorder->store, seconds, err);
}

enum status recorder_finish(struct recorder *recorder, struct error *err)
{
	return store_finish(recorder->store, err);
}

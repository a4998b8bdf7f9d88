// SPDX-License-Identifier: MIT
#include "session/recorder.h"

#include "base/guard.h"
#include "base/text.h"
#include "base/time.h"
#include "session/stored_sample.h"
#include "store/machine.h"
#include "store/store.h"
#include "target/target.h"

#include <stdlib.h>
#include <string.h>

struct recorder {
	struct store *store;
	char host[MACHINE_TEXT_SIZE], boot_id[MACHINE_TEXT_SIZE];
};

enum status recorder_open(
	const char *path, enum recorder_mode mode, struct recorder **ret, struct error *err)
{
	AUTO(recorder_closep) struct recorder *recorder = calloc(1, sizeof(*recorder));
	if (!recorder)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the recorder");
	machine_host(recorder->host);
	machine_boot_id(recorder->boot_id);
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

enum { BUILD_SIZE = 128 };

// The target as the file names it; borrows from all three.
static struct store_target describe(
	struct recorder *recorder, const struct identity *identity, char *build)
{
	size_t used = 0;
	build[0] = '\0';
	for (size_t i = 0; i < sizeof(identity->build) / sizeof(*identity->build); i++)
		if (identity->build[i] && used < BUILD_SIZE)
			used += (size_t)snprintf(build + used, BUILD_SIZE - used, "%s%s",
				used ? " " : "", identity->build[i]);
	return (struct store_target){
		.host = recorder->host,
		.boot_id = recorder->boot_id,
		.pid = identity->pid,
		.start_time = identity->start_time,
		.exe = identity->exe,
		.command_line = identity->command_line,
		.python = identity->python[0] ? (char *)identity->python : NULL,
		.build = identity->python[0] ? build : NULL,
		.layout = (char *)identity->layout_source,
	};
}

enum status recorder_add(struct recorder *recorder, const struct identity *identity,
	const struct sample *sample, struct error *err)
{
	char build[BUILD_SIZE];
	struct store_target target = describe(recorder, identity, build);
	struct store_sample stored;
	enum status status = stored_sample_init(&stored, sample, err);
	if (status)
		return status;
	status = store_add(recorder->store, &target, &stored, err);
	stored_sample_deinit(&stored);
	return status;
}

static char *escape(const char *foreign)
{
	struct text text = {0};
	text_add_foreign(&text, foreign, strlen(foreign));
	return text_take(&text);
}

// The memory of an open target, as a sample without a heap.
static enum status add_memory_of(struct recorder *recorder, const struct target *target,
	const char *missing, struct error *err)
{
	AUTO(freep) char *exe = escape(target_exe(target));
	AUTO(freep) char *command_line = escape(target_command_line(target));
	if (!exe || !command_line)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the identity");
	const struct store_target stored_target = {
		.host = recorder->host,
		.boot_id = recorder->boot_id,
		.pid = target_pid(target),
		.start_time = target_start_time(target),
		.exe = exe,
		.command_line = command_line,
	};
	struct store_sample stored = {
		.reading = {.taken_ms = time_wall_ms(), .seconds = time_boot_seconds()},
		.missing = (char *)missing,
	};
	enum status status = memory_read(
		target_pid(target), MEMORY_ROLLUP, &stored.reading.memory, err);
	if (!status)
		status = target_check(target, err);
	return status ? status : store_add(recorder->store, &stored_target, &stored, err);
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
	char build[BUILD_SIZE];
	struct store_target target = describe(recorder, identity, build);
	return store_is_heap_due(recorder->store, &target, every, ret, err);
}

static enum status read_sample(
	struct recorder *recorder, int64_t id, struct sample **ret, struct error *err)
{
	struct store_sample *stored;
	enum status status = store_read(recorder->store, id, &stored, err);
	return status ? status : stored_sample_take(stored, 0, ret, err);
}

enum status recorder_earlier(struct recorder *recorder, const struct identity *identity,
	struct sample **ret_first, struct sample **ret_last, struct error *err)
{
	char build[BUILD_SIZE];
	struct store_target target = describe(recorder, identity, build);
	AUTO(sample_destroyp) struct sample *first = NULL;
	AUTO(sample_destroyp) struct sample *last = NULL;
	int64_t id = 0, first_id = 0, last_id = 0;
	enum status status = store_find_target(recorder->store, &target, &id, err);
	if (!status)
		status = store_heap_ends(recorder->store, id, &first_id, &last_id, err);
	if (!status && first_id)
		status = read_sample(recorder, first_id, &first, err);
	if (!status && last_id != first_id)
		status = read_sample(recorder, last_id, &last, err);
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

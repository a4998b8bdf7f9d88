// SPDX-License-Identifier: MIT
#include "interp/static_data.h"

#include "../target/live/child.h"
#include "../test.h"
#include "base/guard.h"
#include "target/capture.h"
#include "target/target.h"

#include <stdint.h>

static int zeroed;
static int given = 4711;

static const struct static_range *find(const struct static_data *data, const void *variable)
{
	addr_t address = (uintptr_t)variable;
	for (size_t i = 0; i < data->count; i++)
		if (address >= data->ranges[i].start && address < data->ranges[i].end)
			return &data->ranges[i];
	return NULL;
}

// A child of this very process: where its own variables are is known.
int main(void)
{
	AUTO(target_closep) struct target *target = NULL;
	AUTO(capture_destroyp) struct capture *capture = NULL;
	AUTO(static_data_deinit) struct static_data data = {0};
	struct error err = {""};
	const struct copy_options options = {0};
	struct shared *shared = shared_create();
	pid_t pid = child_start(beat_slowly, shared);
	bool is_taken = CHECK(!target_open_pid(pid, &target, &err)) &&
		CHECK(!capture_create(&capture, &err)) &&
		CHECK(!target_capture(target, capture, &options, &err));
	child_kill(pid);
	shared_destroy(shared);
	if (!is_taken || !CHECK(!static_data_read(capture, &data)))
		return test_done();
	int on_stack = 0;
	void *allocated = malloc(1);
	CHECK(find(&data, &zeroed));
	CHECK(find(&data, &given));
	CHECK(find(&data, &given) && !strcmp(find(&data, &given)->name, "test_static_data"));
	// What stdin points to is the C library's own.
	CHECK(find(&data, stdin) && !strncmp(find(&data, stdin)->name, "libc", 4));
	CHECK(!find(&data, &on_stack));
	CHECK(!find(&data, allocated));
	CHECK(!find(&data, (const void *)(uintptr_t)main));
	for (size_t i = 1; i < data.count; i++)
		CHECK(data.ranges[i].start >= data.ranges[i - 1].end);
	for (size_t i = 0; i < data.count; i++) {
		CHECK(static_data_has(&data, data.ranges[i].start));
		CHECK(static_data_has(&data, data.ranges[i].end - 1));
	}
	CHECK(static_data_has(&data, (uintptr_t)&zeroed));
	CHECK(!static_data_has(&data, (uintptr_t)&on_stack) && !static_data_has(&data, 0));
	CHECK(!static_data_has(&data, (uintptr_t)allocated) && !static_data_has(&data, UINT64_MAX));
	CHECK(!static_data_has(&(struct static_data){0}, (uintptr_t)&zeroed));
	free(allocated);
	return test_done();
}

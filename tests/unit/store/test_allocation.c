// SPDX-License-Identifier: MIT
// Each allocation fails in turn while a file is written or read: the call reports it and changes
// nothing. The sanitizer finds leaks.
#include "../failing.h"
#include "stored.h"

enum { TRIES_MAX = 5000 };

static const char *path;

// Writes to the file, or reads all of it; one sample is more in it after each success.
static enum status add(struct error *err)
{
	long left = allocations_left;
	allocations_left = LONG_MAX;
	struct sample *sample = stored_sample(2, 6, 4);
	const struct recorded_target target = stored_target(4711);
	allocations_left = left;
	struct store *store = NULL;
	enum status status = store_open_append(path, &store, err);
	if (!status)
		status = store_add(store, &target, sample, err);
	store_close(store);
	sample_destroy(sample);
	return status;
}

static enum status count_reading(const struct reading *reading, void *context)
{
	*(size_t *)context += reading->has_heap;
	return STATUS_OK;
}

static enum status read_target(struct store *store, int64_t target, struct error *err)
{
	AUTO(freep) struct recorded_sample *samples = NULL;
	size_t count = 0, heaps = 0;
	enum status status = store_samples(store, target, &samples, &count, err);
	if (!status)
		status = store_each_reading(store, target, count_reading, &heaps, err);
	for (size_t i = 0; !status && i < count; i++) {
		AUTO(sample_destroyp) struct sample *sample = NULL;
		status = store_read(store, samples[i].id, &sample, err);
		if (!status && (!sample->census || !sample->thread_count))
			return STATUS_FAILED;
	}
	return !status && heaps != count ? STATUS_FAILED : status;
}

static enum status read_all(struct error *err)
{
	struct store *store = NULL;
	struct recorded_target *targets = NULL;
	size_t count = 0;
	enum status status = store_open(path, &store, err);
	if (!status)
		status = store_targets(store, &targets, &count, err);
	for (size_t i = 0; !status && i < count; i++)
		status = read_target(store, targets[i].id, err);
	recorded_targets_free(targets, count);
	store_close(store);
	return status;
}

static size_t count_samples(void)
{
	struct store *store = NULL;
	CHECK(!store_open(path, &store, NULL));
	size_t count = stored_count(store, 4711);
	store_close(store);
	return count;
}

// Whether the call says that memory ran out, in a sentence, until it succeeds.
static void check_call(enum status (*call)(struct error *err), const char *what)
{
	bool good = true;
	long tries = 0;
	enum status status = STATUS_NO_MEMORY;
	for (; status && tries < TRIES_MAX; tries++) {
		struct error err = {""};
		allocations_left = tries;
		status = call(&err);
		allocations_left = LONG_MAX;
		good &= !status || (status == STATUS_NO_MEMORY && err.message[0]);
		if (!good) {
			printf("# after %ld allocations: %d, '%s'\n", tries, (int)status,
				err.message);
			break;
		}
	}
	printf("# %s: %ld tries\n", what, tries);
	test_check(good && !status && tries > 3, what, __FILE__, __LINE__);
}

int main(void)
{
	path = stored_path("memory");
	struct store *store = NULL;
	CHECK(!store_open_append(path, &store, NULL));
	CHECK(stored_add(store, 4711, 1, 5, 3));
	store_close(store);
	check_call(add, "add");
	CHECK(count_samples() == 2);
	check_call(read_all, "read");
	CHECK(count_samples() == 2);
	return test_done();
}

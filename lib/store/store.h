// SPDX-License-Identifier: MIT
// Samples on disk: an SQLite file, described table by table in leaktop-file(5).
//
// A sample of the heap is either whole or lists what changed since the sample before of the same
// target; a whole one and those that build on it are a run. All text of a file is foreign, and is
// escaped on its way out. Any number of programs may append to a file at the same time.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "result/reading.h"
#include "result/recorded.h"
#include "result/sample.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct store;

// A file keeps of each sample the containers with a path, and of the others the longest: at most this
// many. A container that is in a run stays to its end.
enum { STORE_CONTAINERS_MAX = 500 };

// --- Writing ---

// Opens a file to append to, and makes it where there is none: mode 0600, never through a symbolic
// link. STATUS_USAGE: there is something else of that name, or a newer leaktop wrote it;
// STATUS_INVALID: it is damaged; STATUS_PERMISSION, STATUS_FAILED.
must_check enum status store_open_append(const char *path, struct store **ret, struct error *err);

// Begins a file that appears under its name when store_finish() says so. An earlier file of one
// call is replaced then; one that record appended to is not: STATUS_USAGE. As store_open_append().
must_check enum status store_open_once(const char *path, struct store **ret, struct error *err);

// Adds a sample in one transaction. Of the target its identity, host and boot_id count; the number of
// the sample is not stored. STATUS_FAILED: the disk is full or somebody holds the file for too long,
// and nothing was added.
must_check enum status store_add(struct store *store, const struct recorded_target *target,
	const struct sample *sample, struct error *err);

// Whether a walk of the heap is due where one sample in every has one: the target has no sample yet,
// or every - 1 since the last one that wanted a walk.
must_check enum status store_is_heap_due(struct store *store, const struct recorded_target *target,
	uint64_t every, bool *ret, struct error *err);

// Removes samples older than seconds, by the age in UTC, and gives their space back. Those that
// younger ones build on stay until these go.
must_check enum status store_prune(struct store *store, double seconds, struct error *err);

// Brings everything to the disk, and a file of one call under its name.
must_check enum status store_finish(struct store *store, struct error *err);

// --- Reading ---

// Opens a file to read. STATUS_NOT_FOUND; STATUS_INVALID: damaged, empty or cut; STATUS_USAGE: no
// file of ours, no file at all, or written by a newer leaktop; STATUS_PERMISSION.
must_check enum status store_open(const char *path, struct store **ret, struct error *err);

// Closes a store of either kind; what was not finished is dropped. NULL is fine.
void store_close(struct store *store);
GUARD(struct store, store_close)

// The processes in the file, in order of their id. recorded_targets_free() releases them.
must_check enum status store_targets(struct store *store, struct recorded_target **ret,
	size_t *ret_count, struct error *err);

// The id of a target of the file by host, boot_id, pid and start_time. STATUS_NOT_FOUND.
must_check enum status store_find_target(
	struct store *store, const struct recorded_target *target, int64_t *ret, struct error *err);

// All samples of a target, in order of their seconds. The caller frees *ret.
must_check enum status store_samples(struct store *store, int64_t target,
	struct recorded_sample **ret, size_t *ret_count, struct error *err);

// The first and the last sample of a target with a heap; 0 where there are none.
must_check enum status store_heap_ends(struct store *store, int64_t target, int64_t *ret_first,
	int64_t *ret_last, struct error *err);

// Calls visit for each sample of a target, in order of its seconds, until it returns another status
// than STATUS_OK, which is returned then.
must_check enum status store_each_reading(struct store *store, int64_t target,
	enum status (*visit)(const struct reading *reading, void *context), void *context,
	struct error *err);

// One sample whole, but for its number, which is 0. Its census has the containers that the file holds,
// in order of address; its types are in order of names. Without a census it says why, also where
// nobody asked for one. The caller destroys it. STATUS_NOT_FOUND, STATUS_INVALID.
must_check enum status store_read(
	struct store *store, int64_t id, struct sample **ret, struct error *err);

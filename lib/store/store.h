// SPDX-License-Identifier: MIT
// Samples on disk: an SQLite file, described table by table in leaktop-file(5).
//
// A sample of the heap is either complete or lists the changes since the previous sample of the
// same target; a complete sample and those that build on it are a run. The text in a file is not
// trusted, and is escaped when it is read. Any number of programs may append to a file at the same
// time.
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

// A file keeps, of each sample, the containers with a path, and of the others the longest, up to
// this many. A container in a run stays until the end of the run.
enum { STORE_CONTAINERS_MAX = 500 };

// --- Writing ---

// Opens a file to append to; creates it if there is none, with mode 0600, never through a symbolic
// link. STATUS_USAGE: the name belongs to something else, or a newer leaktop wrote the file;
// STATUS_INVALID: it is damaged; STATUS_PERMISSION, STATUS_FAILED.
must_check enum status store_open_append(const char *path, struct store **ret, struct error *err);

// Begins a file that appears under its name at store_finish(). It then replaces an earlier file
// that one call wrote, but not one to which record appended: STATUS_USAGE. As store_open_append().
must_check enum status store_open_once(const char *path, struct store **ret, struct error *err);

// Adds a sample in one transaction. Uses the identity, host and boot_id of the target; does not
// store the number of the sample. STATUS_FAILED: the disk is full, or another program holds the
// file for too long; nothing was added.
must_check enum status store_add(struct store *store, const struct recorded_target *target,
	const struct sample *sample, struct error *err);

// Whether the next sample must have a heap if one sample in every has one: the target has no sample
// yet, or every - 1 samples since the last one that wanted a heap.
must_check enum status store_is_heap_due(struct store *store, const struct recorded_target *target,
	uint64_t every, bool *ret, struct error *err);

// Removes samples older than seconds, by their age in UTC, and frees their space. Samples on which
// younger ones build stay until those are removed.
must_check enum status store_prune(struct store *store, double seconds, struct error *err);

// Syncs everything to the disk; renames a file that one call wrote to its final name.
must_check enum status store_finish(struct store *store, struct error *err);

// --- Reading ---

// Opens a file to read. STATUS_NOT_FOUND; STATUS_INVALID: it is damaged, empty or truncated;
// STATUS_USAGE: it is not a file, not one of leaktop, or a newer leaktop wrote it;
// STATUS_PERMISSION.
must_check enum status store_open(const char *path, struct store **ret, struct error *err);

// Closes a store of either kind and drops what was not finished. Accepts NULL.
void store_close(struct store *store);
GUARD(struct store, store_close)

// The processes in the file, ordered by id. Release them with recorded_targets_free().
must_check enum status store_targets(struct store *store, struct recorded_target **ret,
	size_t *ret_count, struct error *err);

// The id of a target of the file by host, boot_id, pid and start_time. STATUS_NOT_FOUND.
must_check enum status store_find_target(
	struct store *store, const struct recorded_target *target, int64_t *ret, struct error *err);

// All samples of a target, ordered by their seconds. The caller frees *ret.
must_check enum status store_samples(struct store *store, int64_t target,
	struct recorded_sample **ret, size_t *ret_count, struct error *err);

// The first and the last sample of a target that have a heap; 0: there are none.
must_check enum status store_heap_ends(struct store *store, int64_t target, int64_t *ret_first,
	int64_t *ret_last, struct error *err);

// Calls visit for each sample of a target, ordered by seconds, until visit returns a status other
// than STATUS_OK; returns that status.
must_check enum status store_each_reading(struct store *store, int64_t target,
	enum status (*visit)(const struct reading *reading, void *context), void *context,
	struct error *err);

// Reads one sample completely, except for its number, which is 0. Its census has the containers
// that are in the file, ordered by address; its types are ordered by name. Without a census, the
// sample says why, also if none was asked for. The caller destroys it. STATUS_NOT_FOUND,
// STATUS_INVALID.
must_check enum status store_read(
	struct store *store, int64_t id, struct sample **ret, struct error *err);

// SPDX-License-Identifier: MIT
// Samples made by hand, to be stored; a directory to store them in.
#pragma once

#include "../test.h"
#include "store/store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char stored_directory[64];

static inline void stored_remove(void)
{
	DIR *directory = opendir(stored_directory);
	struct dirent *entry;
	char path[512];
	while (directory && (entry = readdir(directory))) {
		snprintf(path, sizeof(path), "%s/%s", stored_directory, entry->d_name);
		if (entry->d_name[0] != '.' || strlen(entry->d_name) > 2)
			(void)remove(path);
	}
	if (directory)
		closedir(directory);
	(void)rmdir(stored_directory);
}

// A path in a directory of the test's own, which goes when the test ends.
static inline __attribute__((unused)) const char *stored_path(const char *name)
{
	static char paths[8][128];
	static unsigned next;
	if (!stored_directory[0]) {
		// In memory where that can be: SQLite waits for the disk at every turn.
		strcpy(stored_directory, access("/dev/shm", W_OK) ? "/tmp/leaktop-store-XXXXXX"
								   : "/dev/shm/leaktop-store-XXXXXX");
		if (!mkdtemp(stored_directory))
			abort();
		atexit(stored_remove);
	}
	char *path = paths[next++ % 8];
	snprintf(path, sizeof(paths[0]), "%s/%s", stored_directory, name);
	return path;
}

static inline __attribute__((unused)) struct recorded_target stored_target(pid_t pid)
{
	return (struct recorded_target){.host = (char *)"tower",
		.boot_id = (char *)"boot",
		.identity = {.pid = pid,
			.start_time = 8811,
			.exe = (char *)"/usr/bin/python3.11",
			.command_line = (char *)"python3.11 service.py",
			.python = "3.11.2",
			.layout_source = "table"}};
}

// A sample with types "a", "b", ... and containers of the last type. number makes it differ from
// others a little. Release with sample_destroy().
static inline __attribute__((unused)) struct sample *stored_sample(
	unsigned number, unsigned types, unsigned containers)
{
	struct sample *sample = calloc(1, sizeof(*sample));
	struct census *census = calloc(1, sizeof(*census));
	*sample = (struct sample){
		.taken_ms = 1700000000000 + 60000 * (int64_t)number,
		.seconds = 1000 + 60.0 * number,
		.memory = {.rss_bytes = (100 + number) << 20, .has_details = true,
			.pss_bytes = 90 << 20, .uss_bytes = 80 << 20, .has_split = true,
			.brk_bytes = 7 << 20},
		.copy = {.stopped_ms = 1.5, .copied_bytes = 1 << 20, .threads = 2, .attempts = 1,
			.consistent = true},
		.census = census,
	};
	census->totals = (struct census_totals){.objects = 100000 + number,
		.bytes = 5000000 + number, .containers = containers, .has_blocks = true,
		.other_bytes = 77};
	census->types = calloc(types + 1, sizeof(*census->types));
	census->type_count = types;
	for (unsigned i = 0; i < types; i++) {
		char name[32];
		snprintf(name, sizeof(name), "module.Type%05u", i);
		census->types[i] = (struct census_type){.name = strdup(name), .count = 10 + i,
			.bytes = 1000 + i, .tracked_count = i % 2 ? 10 + i : 0};
	}
	if (types)
		census->types[0].count += number;
	census->containers = calloc(containers + 1, sizeof(*census->containers));
	census->container_count = containers;
	for (unsigned i = 0; i < containers; i++)
		census->containers[i] = (struct census_container){.address = 0x7f0000000000 + 64 * i,
			.type = types - 1, .length = 5 + i, .bytes = 64 + 8 * i,
			.path = i ? NULL : strdup("__main__.cache")};
	if (containers)
		census->containers[0].length = 5 + 100 * number;
	census->unreached = calloc(1, sizeof(*census->unreached));
	census->unreached_count = 1;
	census->unreached[0] = (struct census_unreached){
		.type = strdup("lost.Object"), .block_size = 64, .count = 2, .bytes = 128};
	sample->interpreters = calloc(1, sizeof(*sample->interpreters));
	sample->interpreter_count = 1;
	sample->interpreters[0] = (struct sample_interpreter){.gc_enabled = true, .garbage = 3,
		.has_heap = true, .objects = 50 + number, .bytes = 5000, .tracked = 20,
		.generation_count = 3,
		.generations = {{700, 2000, 12, 1, 2, 3}, {.count = 1, .threshold = 10},
			{.count = 2, .threshold = 10}}};
	sample->threads = calloc(1, sizeof(*sample->threads));
	sample->thread_count = 1;
	sample->threads[0] = (struct sample_thread){.tid = 42, .state = 'S',
		.name = strdup("worker"), .function = strdup("run"), .file = strdup("service.py"),
		.line = 30, .depth = 4, .is_python = true};
	return sample;
}

static inline __attribute__((unused)) bool stored_add(
	struct store *store, pid_t pid, unsigned number, unsigned types, unsigned containers)
{
	struct recorded_target target = stored_target(pid);
	struct sample *sample = stored_sample(number, types, containers);
	struct error err = {""};
	bool good = !store_add(store, &target, sample, &err);
	if (!good)
		printf("# %s\n", err.message);
	sample_destroy(sample);
	return good;
}

static inline __attribute__((unused)) size_t stored_count(struct store *store, pid_t pid)
{
	struct recorded_target target = stored_target(pid);
	struct recorded_sample *samples = NULL;
	size_t count = 0;
	int64_t id;
	if (store_find_target(store, &target, &id, NULL) ||
		store_samples(store, id, &samples, &count, NULL))
		return 0;
	free(samples);
	return count;
}

// SPDX-License-Identifier: MIT
// The history of a service that leaks, as the views and the exporters see it.
#pragma once

#include "../analysis/samples.h"
#include "analysis/results.h"
#include "view/view.h"

#include <stdlib.h>
#include <string.h>

struct service {
	struct results results;
};

static inline void service_memory(struct sample *sample, unsigned i)
{
	const uint64_t MB = 1024 * 1024;
	sample->memory.rss_bytes = 600 * MB + i * MB;
	sample->memory.has_status = sample->memory.has_details = sample->memory.has_split = true;
	sample->memory.peak_rss_bytes = 640 * MB;
	sample->memory.page_table_bytes = 1416 * 1024;
	sample->memory.pss_bytes = 590 * MB + i * MB;
	sample->memory.uss_bytes = 580 * MB + i * MB;
	sample->memory.brk_bytes = 90 * MB;
	sample->memory.anonymous_bytes = 468 * MB + i * MB;
	sample->memory.file_bytes = 42 * MB;
	sample->memory.stack_bytes = 132 * 1024;
	sample->census->totals.pymalloc_arena_bytes = 400 * MB + i * MB;
	sample->census->totals.pymalloc_used_bytes = 369 * MB + i * MB;
	sample->census->totals.pymalloc_free_bytes = 31 * MB;
	sample->census->totals.has_blocks = true;
	sample->census->totals.unreached_bytes = 192;
	sample->copy.stopped_ms = 38.2;
	sample->copy.copied_bytes = 560 * MB;
	sample->copy.threads = 2;
	sample->copy.attempts = 1;
	sample->copy.consistent = true;
}

static inline void service_heap(struct sample *sample, unsigned i)
{
	add_type(sample, "__main__.Session", 900 - i, 56 * (900 - i));
	add_type(sample, "collections.deque", 3, 3 * 760);
	add_type(sample, "dict", 41231 + 1240 * i, 232 * (41231 + 1240 * i));
	add_type(sample, "list", 9000, 9000 * 88);
	if (i < 3)
		add_type(sample, "startup.Once", 1, 48);
	add_type(sample, "str", 410233 + 6201 * i, 60 * (410233 + 6201 * i));
	sample->census->totals.tracked = 50000;
	sample->census->totals.untracked = sample->census->totals.objects - 50000;
	add_container(sample, 0x7f0000001000, 2, 1240 * i + 7, "__main__.cache");
	add_container(sample, 0x7f0000002000, 2, 2310, "sys.modules");
	add_container(sample, 0x7f0000003000, 3, 50000, "app.table.rows");
	add_container(sample, 0x7f0000004000, 1, i % 3, "app.queue");
	if (i > 4)
		add_container(sample, 0x7f0000005000, 3, 100 * i, NULL);
	if (i == 8)
		add_container(sample, 0x7f0000006000, 3, 700, NULL); // passing by
}

static inline void service_runtime(struct sample *sample, unsigned i)
{
	sample->interpreters = calloc(1, sizeof(*sample->interpreters));
	sample->interpreter_count = 1;
	sample->interpreters[0] = (struct sample_interpreter){
		.gc_enabled = true,
		.generation_count = 4,
		.garbage = 3,
		.frozen = 1200,
		.generations = {{.count = 612, .threshold = 700, .objects = 612, .collections = 90},
			{.count = 4, .threshold = 10, .objects = 3000, .collections = 8},
			{.count = 2, .threshold = 10, .objects = 45188 + i, .collections = 1,
				.collected = 1717, .uncollectable = 3},
			{.objects = 1200}},
	};
	sample->threads = calloc(3, sizeof(*sample->threads));
	sample->thread_count = 3;
	sample->threads[0] = (struct sample_thread){.tid = 76593, .state = 'S',
		.name = strdup("worker"), .is_python = true, .depth = 12,
		.function = strdup("retrieve_user"), .file = strdup("service.py"), .line = 30};
	sample->threads[1] = (struct sample_thread){.tid = 76591, .state = 'R',
		.name = strdup("python3"), .is_python = true};
	sample->threads[2] = (struct sample_thread){.tid = 76602, .state = 'S',
		.name = strdup("jemalloc_bg_thd")};
}

// A second interpreter, which has the lists: half of them in the first sample, then more.
static inline __attribute__((unused)) void service_share(struct sample *sample)
{
	struct census *census = sample->census;
	sample->interpreters = realloc(sample->interpreters, 2 * sizeof(*sample->interpreters));
	sample->interpreters[1] = sample->interpreters[0];
	sample->interpreters[1].id = 7;
	sample->interpreter_count = 2;
	census->interpreters = calloc(2, sizeof(*census->interpreters));
	census->interpreter_count = 2;
	for (uint32_t i = 0; i < 2; i++) {
		struct census_interpreter *own = &census->interpreters[i];
		own->types = calloc(census->type_count, sizeof(*own->types));
		for (uint32_t type = 0; type < census->type_count; type++) {
			bool is_list = !strcmp(census->types[type].name, "list");
			uint64_t second = is_list ? 4500 + 10 * sample->number : 0;
			uint64_t count = i ? second : census->types[type].count - second;
			uint64_t bytes = count * census->types[type].bytes / census->types[type].count;
			if (count)
				own->types[own->type_count++] = (struct census_share){
					.type = type, .count = count, .bytes = bytes};
			own->objects += count;
			own->bytes += bytes;
		}
		own->tracked = i ? 4000 : 46000;
		sample->interpreters[i].has_heap = true;
		sample->interpreters[i].objects = own->objects;
		sample->interpreters[i].bytes = own->bytes;
		sample->interpreters[i].tracked = own->tracked;
	}
}

// Nine samples, 5 seconds apart.
static inline void service_start(struct service *service)
{
	memset(service, 0, sizeof(*service));
	struct history *history = &service->results.history;
	history->identity = (struct identity){.pid = 76591,
		.start_time = 8811,
		.exe = strdup("/usr/bin/python3.11"),
		.command_line = strdup("/usr/bin/python3.11 service.py"),
		.python = "3.11.2",
		.layout_source = "table"};
	history->interval_seconds = 5;
	bool good = true;
	for (unsigned i = 0; i < 9; i++) {
		struct sample *sample = make_sample(i + 1, 1000 + 5 * i);
		service_heap(sample, i);
		service_memory(sample, i);
		service_runtime(sample, i);
		good &= !history_add_memory(history, &sample->memory);
		history_add_sample_take(history, sample);
	}
	good &= !results_compare(&service->results, NULL);
	CHECK(good);
}

static inline void service_stop(struct service *service)
{
	results_deinit(&service->results);
}

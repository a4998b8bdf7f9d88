// SPDX-License-Identifier: MIT
// Exporters: what was recorded of processes, in the format of another program. To add one: write
// export/<name>.c with a const struct exporter, list it in exporters.c and in lib/lib.am, and name
// it in leaktop(1) and the completions. Whoever has a recording drives an exporter through it:
//
//	begin
//	    target	    a process
//	        reading	    each of its samples without its lists
//	        sample	    each of its samples whole, or some of them
//	    target_end
//	    target ...
//	end
//	destroy		    also where one of the above failed
#pragma once

#include "base/error.h"
#include "base/text.h"
#include "result/identity.h"
#include "result/reading.h"

#include <stdbool.h>
#include <stddef.h>

struct results;
struct sample;

// Where the text goes, piece by piece.
struct export_sink {
	enum status (*write)(void *context, const char *text, struct error *err);
	void *context;
};

struct export_options {
	const struct export_sink *sink;
	const char *table; // "samples" (NULL too), or the name of a view
	const char *title; // of a page
	size_t rows;	   // types, and containers, that are named; 0: as many as may be
};

// A process. It, and what it points to, is good until target_end().
struct export_target {
	struct identity identity;
	const char *host, *boot_id; // "" where not known
	// What follows is filled in for who wants EXPORT_RESULTS. The results are those of the last
	// sample with a heap, with the growth since the first one; the reading is that of the last
	// sample of all.
	const struct results *results;
	struct reading last;
};

// What is brought of each process beside its identity.
enum export_wants {
	EXPORT_RESULTS = 1,
	EXPORT_READINGS = 2,
	EXPORT_SAMPLES = 4,
};

enum export_targets {
	EXPORT_ALL,
	// Those that were sampled at last, in the order of the file: at most EXPORT_RECENT_MAX.
	EXPORT_RECENT,
	// Those whose last sample is no older than the last of the file by more than five minutes,
	// or than twice the time between its last two; by pid, and of one pid the last process.
	EXPORT_CURRENT,
};

enum { EXPORT_RECENT_MAX = 50 };

struct exporter {
	const char *name;    // of the format
	const char *summary; // what it is for, a few words
	bool is_public;	     // a file of it is for everybody to read, whatever the umask says
	bool takes_table;    // export_options.table
	enum export_targets targets;
	size_t heaps_max; // samples: this many of those with a heap, evenly, the first and the last
			  // among them; 0: every one

	unsigned (*wants)(const struct export_options *options); // of enum export_wants
	// Makes what the others take, which destroy() releases. The options stay where they are
	// until then. STATUS_USAGE: they make no sense. STATUS_NO_MEMORY.
	enum status (*begin)(const struct export_options *options, void **ret, struct error *err);
	// Each of these may write to the sink. STATUS_NO_MEMORY, and what the sink says. reading
	// and sample are NULL where they are not wanted, target_end where there is nothing to do.
	enum status (*target)(void *export, const struct export_target *target, struct error *err);
	enum status (*reading)(void *export, const struct reading *reading, struct error *err);
	enum status (*sample)(void *export, const struct sample *sample, struct error *err);
	enum status (*target_end)(void *export, struct error *err);
	// left_out: processes beyond EXPORT_RECENT_MAX.
	enum status (*end)(void *export, size_t left_out, struct error *err);
	void (*destroy)(void *export); // NULL is fine
};

// Ended by NULL.
extern const struct exporter *const exporters[];

extern const struct exporter csv_exporter, html_exporter, json_exporter, openmetrics_exporter;

// By name, NULL where there is none.
const struct exporter *exporter_find(const char *name);

// For exporters: writes a string, or what a text holds, which is released. STATUS_NO_MEMORY where
// the text failed, and what the sink says.
must_check enum status export_write(
	const struct export_options *options, const char *string, struct error *err);
must_check enum status export_write_text(
	const struct export_options *options, struct text *text, struct error *err);

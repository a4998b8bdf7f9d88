// SPDX-License-Identifier: MIT
// Exporters: write what was recorded of processes in the format of another program. To add one:
// write export/<name>.c with a const struct exporter, list it in exporters.c and in lib/lib.am, and
// name it in leaktop(1) and the completions. The owner of a recording calls an exporter in this
// order:
//
//	begin
//	    target	    a process
//	        reading	    for each of its samples, without its lists
//	        sample	    for each of its samples, or some of them, complete
//	    target_end
//	    target ...
//	end
//	destroy		    also after a failure of any of these
#pragma once

#include "base/error.h"
#include "base/text.h"
#include "result/identity.h"
#include "result/reading.h"

#include <stdbool.h>
#include <stddef.h>

struct results;
struct sample;

// Receives the text, piece by piece.
struct export_sink {
	enum status (*write)(void *context, const char *text, struct error *err);
	void *context;
};

struct export_options {
	const struct export_sink *sink;
	const char *table; // "samples" (or NULL), or the name of a view
	const char *title; // of a page
	size_t rows;	   // how many types and containers are named; 0: as many as possible
};

// A process. It, and what it points to, is valid until target_end().
struct export_target {
	struct identity identity;
	const char *host, *boot_id; // "": unknown
	// The rest is only set with EXPORT_RESULTS. The results are those of the last sample with a
	// heap, with the growth since the first one; the reading is that of the last sample, with
	// or without a heap.
	const struct results *results;
	struct reading last;
};

// What an exporter needs of each process, besides its identity.
enum export_wants {
	EXPORT_RESULTS = 1,
	EXPORT_READINGS = 2,
	EXPORT_SAMPLES = 4,
};

enum export_targets {
	EXPORT_ALL,
	// The most recently sampled ones, in the order of the file: at most EXPORT_RECENT_MAX.
	EXPORT_RECENT,
	// Those whose last sample is at most five minutes, or twice the time between its last two
	// samples, older than the last one of the file; by pid; the last process of each pid.
	EXPORT_CURRENT,
};

enum { EXPORT_RECENT_MAX = 50 };

struct exporter {
	const char *name;    // of the format
	const char *summary; // what it is for, a few words
	bool is_public;	     // its file may be read by everybody, whatever the umask is
	bool takes_table;    // export_options.table
	enum export_targets targets;
	size_t heaps_max; // how many samples with a heap are chosen, evenly, including the first
			  // and the last; 0: all

	unsigned (*wants)(const struct export_options *options); // of enum export_wants
	// Makes the state of the other functions, which destroy() releases. The options stay valid
	// until then. STATUS_USAGE: they are wrong. STATUS_NO_MEMORY.
	enum status (*begin)(const struct export_options *options, void **ret, struct error *err);
	// Each of these may write to the sink. STATUS_NO_MEMORY, and the statuses of the sink.
	// reading and sample are NULL if they are not needed, target_end if there is nothing to do.
	enum status (*target)(void *export, const struct export_target *target, struct error *err);
	enum status (*reading)(void *export, const struct reading *reading, struct error *err);
	enum status (*sample)(void *export, const struct sample *sample, struct error *err);
	enum status (*target_end)(void *export, struct error *err);
	// left_out: the number of processes beyond EXPORT_RECENT_MAX.
	enum status (*end)(void *export, size_t left_out, struct error *err);
	void (*destroy)(void *export); // accepts NULL
};

// Ended by NULL.
extern const struct exporter *const exporters[];

extern const struct exporter csv_exporter, html_exporter, json_exporter, openmetrics_exporter;

// Finds an exporter by its name; NULL: there is none.
const struct exporter *exporter_find(const char *name);

// For exporters: writes a string, or the contents of a text and releases the text.
// STATUS_NO_MEMORY: the text failed; otherwise the statuses of the sink.
must_check enum status export_write(
	const struct export_options *options, const char *string, struct error *err);
must_check enum status export_write_text(
	const struct export_options *options, struct text *text, struct error *err);

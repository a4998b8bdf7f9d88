// SPDX-License-Identifier: MIT
// Which processes and samples an exporter is driven through, and in which order: one that writes
// down how it is called.
#include "session/recording_export.h"

#include "../analysis/samples.h"
#include "../store/stored.h"
#include "analysis/results.h"
#include "base/text.h"
#include "export/export.h"
#include "session/recorder.h"
#include "session/recording.h"

static const int64_t start_ms = 1714564800000;

// A sample of a process at a minute; without a heap where it is odd.
static void record(struct recorder *recorder, pid_t pid, uint64_t start_time, unsigned minute)
{
	const struct identity identity = {.pid = pid,
		.start_time = start_time,
		.exe = (char *)"/usr/bin/python3",
		.command_line = (char *)"python3 app.py",
		.python = "3.11.2",
		.layout_source = "table"};
	struct sample *sample = make_sample(minute + 1, 60 * minute);
	sample->taken_ms = start_ms + 60000 * (int64_t)minute;
	sample->memory.rss_bytes = minute;
	add_type(sample, "dict", minute, minute);
	if (minute % 2) {
		census_destroy(sample->census);
		sample->census = NULL;
	}
	CHECK(!recorder_add(recorder, &identity, sample, NULL));
	sample_destroy(sample);
}

static struct recorder *make_recorder(const char *path)
{
	struct recorder *recorder = NULL;
	CHECK(!recorder_open(path, RECORDER_APPEND, &recorder, NULL));
	return recorder;
}

// --- The exporter ---

static struct text calls;
static unsigned wanted, destroyed;
static enum status begin_status, sample_status;

static unsigned note_wants(const struct export_options *options)
{
	(void)options;
	return wanted;
}

static enum status note_begin(const struct export_options *options, void **ret, struct error *err)
{
	(void)err;
	text_add(&calls, "begin");
	if (!begin_status)
		*ret = (void *)(uintptr_t)options;
	return begin_status;
}

static enum status note_target(void *export, const struct export_target *target, struct error *err)
{
	(void)export, (void)err;
	text_add_format(
		&calls, " %d/%d", (int)target->identity.pid, (int)target->identity.start_time);
	CHECK(!target->results == !(wanted & EXPORT_RESULTS) && target->host && target->boot_id);
	if (target->results)
		text_add_format(&calls, "[%u-%u,%d]", target->results->history.baseline->number,
			target->results->history.current->number,
			(int)target->last.memory.rss_bytes);
	return STATUS_OK;
}

static enum status note_reading(void *export, const struct reading *reading, struct error *err)
{
	(void)export, (void)err;
	text_add_format(&calls, " r%d", (int)reading->memory.rss_bytes);
	return STATUS_OK;
}

static enum status note_sample(void *export, const struct sample *sample, struct error *err)
{
	(void)export, (void)err;
	text_add_format(&calls, " s%u", sample->number);
	return sample_status;
}

static enum status note_end(void *export, size_t left_out, struct error *err)
{
	(void)export, (void)err;
	text_add_format(&calls, " end %zu", left_out);
	return STATUS_OK;
}

static void note_destroy(void *export)
{
	(void)export;
	destroyed++;
}

static const struct exporter noter = {
	.name = "note",
	.wants = note_wants,
	.begin = note_begin,
	.target = note_target,
	.reading = note_reading,
	.sample = note_sample,
	.end = note_end,
	.destroy = note_destroy,
};

// Drives it, and compares how it was called.
static enum status drive(
	const char *path, const struct exporter *exporter, pid_t pid, const char *expected)
{
	AUTO(recording_closep) struct recording *recording = NULL;
	const struct export_options options = {.rows = 1};
	unsigned before = destroyed;
	CHECK(!recording_open(path, &recording, NULL));
	enum status status = recording_export(recording, pid, exporter, &options, NULL);
	AUTO(freep) char *text = text_take(&calls);
	if (expected)
		CHECK_STRING(text ? text : "", expected);
	CHECK(destroyed == before + (text && *text));
	return status;
}

// --- Tests ---

static void test_order(void)
{
	const char *path = stored_path("order");
	AUTO(recorder_closep) struct recorder *recorder = make_recorder(path);
	for (unsigned minute = 0; minute < 6; minute++) {
		record(recorder, 7, 1, minute);
		record(recorder, 5, 1, minute);
	}
	wanted = 0;
	CHECK(!drive(path, &noter, 0, "begin 7/1 5/1 end 0"));
	CHECK(!drive(path, &noter, 5, "begin 5/1 end 0"));
	CHECK(drive(path, &noter, 6, "") == STATUS_NOT_FOUND);
	wanted = EXPORT_RESULTS;
	CHECK(!drive(path, &noter, 5, "begin 5/1[1-5,5] end 0"));
	wanted = EXPORT_READINGS;
	CHECK(!drive(path, &noter, 5, "begin 5/1 r0 r1 r2 r3 r4 r5 end 0"));
	wanted = EXPORT_READINGS | EXPORT_SAMPLES;
	CHECK(!drive(path, &noter, 5, "begin 5/1 r0 r1 r2 r3 r4 r5 s1 s2 s3 s4 s5 s6 end 0"));
}

// Some of the samples with a heap, evenly, and the ends among them.
static void test_some_samples(void)
{
	const char *path = stored_path("some");
	AUTO(recorder_closep) struct recorder *recorder = make_recorder(path);
	struct exporter some = noter;
	for (unsigned minute = 0; minute < 20; minute++)
		record(recorder, 5, 1, minute);
	wanted = EXPORT_SAMPLES;
	some.heaps_max = 4;
	CHECK(!drive(path, &some, 0, "begin 5/1 s1 s7 s13 s19 end 0"));
	some.heaps_max = 1;
	CHECK(!drive(path, &some, 0, "begin 5/1 s1 end 0"));
	some.heaps_max = 100;
	CHECK(!drive(path, &some, 0, "begin 5/1 s1 s3 s5 s7 s9 s11 s13 s15 s17 s19 end 0"));
}

static void test_refusals(void)
{
	const char *path = stored_path("failures");
	AUTO(recorder_closep) struct recorder *recorder = make_recorder(path);
	for (unsigned minute = 0; minute < 3; minute++)
		record(recorder, 5, 1, minute);
	wanted = EXPORT_SAMPLES;
	begin_status = STATUS_USAGE;
	CHECK(drive(path, &noter, 0, "begin") == STATUS_USAGE);
	begin_status = STATUS_OK;
	sample_status = STATUS_FAILED;
	CHECK(drive(path, &noter, 0, "begin 5/1 s1") == STATUS_FAILED);
	sample_status = STATUS_OK;
}

// Those that were sampled at last, in the order of the file.
static void test_recent(void)
{
	const char *path = stored_path("recent");
	AUTO(recorder_closep) struct recorder *recorder = make_recorder(path);
	struct exporter recent = noter;
	recent.targets = EXPORT_RECENT;
	wanted = 0;
	for (pid_t pid = 1; pid <= EXPORT_RECENT_MAX + 2; pid++)
		record(recorder, pid, 1, 0);
	record(recorder, 1, 1, 2);
	struct text expected = {0};
	text_add(&expected, "begin 1/1");
	for (pid_t pid = 4; pid <= EXPORT_RECENT_MAX + 2; pid++)
		text_add_format(&expected, " %d/1", (int)pid);
	text_add(&expected, " end 2");
	AUTO(freep) char *calls_expected = text_take(&expected);
	CHECK(!drive(path, &recent, 0, calls_expected));
}

// By pid; of one pid the last process; and none that is gone.
static void test_current(void)
{
	const char *path = stored_path("current");
	AUTO(recorder_closep) struct recorder *recorder = make_recorder(path);
	struct exporter current = noter;
	current.targets = EXPORT_CURRENT;
	wanted = EXPORT_RESULTS;
	record(recorder, 3, 1, 10); // gone for longer than five minutes
	record(recorder, 9, 1, 12);
	record(recorder, 4, 1, 4); // sampled every six minutes: may still be there
	record(recorder, 4, 1, 10);
	record(recorder, 5, 1, 18); // its pid was given again
	record(recorder, 5, 2, 18);
	record(recorder, 9, 1, 20);
	CHECK(!drive(path, &current, 0, "begin 4/1[1-2,10] 5/2[1-1,18] 9/1[1-2,20] end 0"));
}

int main(void)
{
	test_order();
	test_some_samples();
	test_refusals();
	test_recent();
	test_current();
	return test_done();
}

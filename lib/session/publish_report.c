// SPDX-License-Identifier: MIT
// The processes of a file as an HTML report.
#include "base/guard.h"
#include "export/course.h"
#include "export/html_page.h"
#include "session/publish.h"
#include "session/publish_target.h"

#include <stdlib.h>

// The list at the top is known when all sections are.
struct report {
	struct text list, sections;
	size_t number; // of sections
};

static enum status add_reading(const struct reading *reading, void *context)
{
	return course_add_reading(context, reading);
}

// Points evenly among the samples with a heap; the first and the last are always there.
static enum status add_points(struct recording *recording, struct course *course, struct error *err)
{
	size_t count, heaps = 0, seen = 0, added = 0;
	const struct recorded_sample *samples = recording_samples(recording, &count);
	for (size_t i = 0; i < count; i++)
		heaps += samples[i].has_heap;
	size_t points = heaps < COURSE_POINTS ? heaps : COURSE_POINTS;
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < count && added < points; i++) {
		if (!samples[i].has_heap)
			continue;
		size_t wanted = points > 1 ? added * (heaps - 1) / (points - 1) : 0;
		if (seen++ != wanted)
			continue;
		AUTO(sample_destroyp) struct sample *sample = NULL;
		status = recording_read(recording, i, &sample, err);
		if (!status)
			course_add_point(course, sample);
		added++;
	}
	return status;
}

static enum status fill_course(
	struct recording *recording, struct course *course, struct error *err)
{
	enum status status = recording_each_reading(recording, add_reading, course, err);
	if (!status)
		status = add_points(recording, course, err);
	return status;
}

static enum status add_section(const struct publish_request *request, size_t position,
	struct report *report, struct error *err)
{
	struct recording *recording = request->recording;
	size_t count;
	const struct recorded_target *target = &recording_targets(recording, &count)[position];
	AUTO(course_deinit) struct course course = {0};
	enum status status = publish_show_ends(recording, err);
	if (status)
		return status;
	if (course_init(&course, recording_results(recording)))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the report");
	status = fill_course(recording, &course, err);
	if (status)
		return status;
	report->number++;
	export_report_list(&report->list, recording_results(recording), report->number);
	return export_report_process(&report->sections, &course, target->host, report->number, err);
}

struct last_sample {
	size_t target;
	int64_t id;
};

static int compare_last(const void *left, const void *right)
{
	const struct last_sample *a = left, *b = right;
	return (a->id < b->id) - (a->id > b->id);
}

static int compare_target(const void *left, const void *right)
{
	const struct last_sample *a = left, *b = right;
	return (a->target > b->target) - (a->target < b->target);
}

static enum status note_last(
	const struct publish_request *request, size_t position, void *context, struct error *err)
{
	(void)err;
	struct last_sample **at = context;
	size_t count;
	const struct recorded_sample *samples = recording_samples(request->recording, &count);
	*(*at)++ = (struct last_sample){position, samples[count - 1].id};
	return STATUS_OK;
}

// The processes to report on, in their order in the file.
static enum status choose_targets(const struct publish_request *request, struct last_sample **ret,
	size_t *ret_count, size_t *ret_all, struct error *err)
{
	size_t count;
	recording_targets(request->recording, &count);
	AUTO(freep) struct last_sample *items = calloc(count + 1, sizeof(*items));
	if (!items)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the processes");
	struct last_sample *end = items;
	enum status status = publish_each(request, note_last, &end, err);
	if (status)
		return status;
	*ret_all = *ret_count = (size_t)(end - items);
	if (*ret_count > REPORT_PROCESSES_MAX) {
		qsort(items, *ret_count, sizeof(*items), compare_last);
		*ret_count = REPORT_PROCESSES_MAX;
		qsort(items, *ret_count, sizeof(*items), compare_target);
	}
	*ret = take_ptr(items);
	return STATUS_OK;
}

static enum status write_report(const struct publish_request *request, struct report *report,
	size_t left_out, struct error *err)
{
	struct text head = {0}, tail = {0};
	export_report_begin(&head, request->title);
	enum status status = publish_text(request, &head, err);
	if (!status && report->number > 1) {
		export_report_begin_list(&head);
		status = publish_text(request, &head, err);
		if (!status)
			status = publish_text(request, &report->list, err);
		export_report_end_list(&head, left_out);
		if (!status)
			status = publish_text(request, &head, err);
		text_deinit(&head);
	}
	if (!status)
		status = publish_text(request, &report->sections, err);
	if (status)
		return status;
	export_report_end(&tail);
	return publish_text(request, &tail, err);
}

static void report_deinit(struct report *report)
{
	text_deinit(&report->list);
	text_deinit(&report->sections);
}

enum status publish_report(const struct publish_request *request, struct error *err)
{
	AUTO(report_deinit) struct report report = {.number = 0};
	AUTO(freep) struct last_sample *items = NULL;
	size_t count = 0, all = 0;
	enum status status = choose_targets(request, &items, &count, &all, err);
	for (size_t i = 0; !status && i < count; i++) {
		status = recording_choose(request->recording, items[i].target, err);
		if (!status)
			status = add_section(request, items[i].target, &report, err);
	}
	return status ? status : write_report(request, &report, all - count, err);
}

// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "base/text.h"
#include "view/view.h"

enum { TID, STATE, NAME, DEPTH, FUNCTION, LINE, COLUMNS };

static const struct column columns[COLUMNS] = {
	[TID] = {.title = "TID", .name = "tid", .format = CELL_ID, .is_key = true},
	[STATE] = {.title = "STATE", .name = "state", .priority = 2, .format = CELL_TEXT},
	[NAME] = {.title = "NAME", .name = "name", .priority = 3, .format = CELL_TEXT},
	[DEPTH] = {.title = "DEPTH", .name = "depth", .priority = 4, .format = CELL_COUNT},
	[FUNCTION] = {.title = "FUNCTION", .name = "function", .format = CELL_TEXT},
	[LINE] = {.title = "FILE:LINE", .name = "line", .priority = 1, .format = CELL_TEXT},
};

// The kernel's letters, proc_pid_stat(5).
static const char *state_name(char state)
{
	switch (state) {
	case 'R':
		return "running";
	case 'S':
		return "sleeping";
	case 'D':
		return "waiting";
	case 'T':
		return "stopped";
	case 't':
		return "traced";
	case 'Z':
		return "zombie";
	case 'I':
		return "idle";
	case 'X':
	case 'x':
		return "dead";
	}
	return NULL;
}

static enum status set_known(struct cell *cell, const char *text)
{
	return text ? cell_set_text(cell, text) : STATUS_OK;
}

static enum status set_line(struct cell *cell, const struct sample_thread *thread)
{
	if (!thread->file)
		return STATUS_OK;
	struct text text = {0};
	text_add(&text, thread->file);
	if (thread->line > 0)
		text_add_format(&text, ":%d", thread->line);
	AUTO(freep) char *place = text_take(&text);
	return place ? cell_set_text(cell, place) : STATUS_NO_MEMORY;
}

static enum status add_thread(struct table *table, const struct sample_thread *thread)
{
	bool is_known = thread->tid > 0;
	const struct subject subject = {
		is_known ? SUBJECT_THREAD : SUBJECT_NONE, is_known ? (uint64_t)thread->tid : 0};
	struct cell *row;
	enum status status = table_add_row_about(table, subject, &row);
	if (!status)
		status = set_known(&row[STATE], state_name(thread->state));
	if (!status)
		status = set_known(&row[NAME], thread->name);
	if (!status)
		status = set_known(&row[FUNCTION], thread->function);
	if (!status)
		status = set_line(&row[LINE], thread);
	if (status)
		return status;
	if (is_known)
		cell_set_unsigned(&row[TID], (uint64_t)thread->tid);
	if (thread->is_python)
		cell_set_unsigned(&row[DEPTH], thread->depth);
	return STATUS_OK;
}

static enum status threads_load(
	const struct results *results, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	const struct sample *sample = results->history.current;
	enum status status = table_create("Threads", columns, COLUMNS, &table);
	for (size_t i = 0; !status && sample && i < sample->thread_count; i++)
		status = add_thread(table, &sample->threads[i]);
	if (!status && !sample)
		status = table_set_note(table, view_heap_note(&results->history));
	if (status)
		return error_set(err, status, "cannot list the threads: %s", status_text(status));
	table_sort(table, TID, false);
	*ret = take_ptr(table);
	return STATUS_OK;
}

const struct view_ops threads_view = {
	.name = "threads",
	.title = "Threads",
	.load = threads_load,
};

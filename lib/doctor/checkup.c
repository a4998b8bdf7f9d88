// SPDX-License-Identifier: MIT
#include "doctor/checkup.h"

#include "base/guard.h"
#include "base/text.h"
#include "doctor/findings.h"
#include "interp/runtime.h"
#include "layout/layout.h"
#include "symbols/interpreter_file.h"
#include "target/budget.h"
#include "target/maps.h"
#include "target/target.h"

#include <string.h>

// How fast process_vm_readv() reads memory that is there (measured, less a margin), and how long it
// takes to stop and resume some threads.
static const double COPY_BYTES_PER_MS = 4e6;
static const double STOP_MS = 1;

static void add_program(const struct target *target, struct findings *findings)
{
	struct text text = {0};
	const char *command_line = target_command_line(target);
	text_add_foreign(&text, command_line, strlen(command_line));
	findings_add_good(findings, "process", "%d runs %s", (int)target_pid(target),
		text.bytes ? text.bytes : "a program without a command line");
	text_deinit(&text);
}

// Whether target and interpreter can be opened; the runtime is only looked at.
static enum status examine_interpreter(const struct target *target, struct findings *findings)
{
	AUTO(interpreter_file_closep) struct interpreter_file *file = NULL;
	AUTO(runtime_destroyp) struct runtime *runtime = NULL;
	struct error err = {""};
	enum status status = interpreter_file_open(target, &file, &err);
	if (status) {
		findings_add_failure(findings, "interpreter", status, err.message);
		return status;
	}
	struct text path = {0};
	text_add_foreign(&path, interpreter_file_path(file), strlen(interpreter_file_path(file)));
	findings_add_good(findings, "interpreter", "found in %s", path.bytes ? path.bytes : "");
	text_deinit(&path);
	status = runtime_create(target, file, &runtime, &err);
	if (status) {
		findings_add_failure(findings, "version", status, err.message);
		return status;
	}
	static const char *const sources[] = {
		[LAYOUT_TABLE] = "a built-in table",
		[LAYOUT_DWARF] = "a file", // it is named instead
		[LAYOUT_PUBLISHED] = "a built-in table and the offsets it publishes",
		// In parentheses, since clang takes two strings in a row for a forgotten comma.
		[LAYOUT_STRUCTURE] = ("the structure of its memory, since no table is for this "
				      "build: some of what leads to objects may be missing"),
	};
	findings_add_good(findings, "version", "CPython %s%s", runtime->version_text,
		runtime->is_debug ? ", a debug build" : "");
	const struct layout *layout = runtime->layout;
	findings_add_good(findings, "layout", "%s, from %s; it passes the self-check", layout->name,
		layout->origin ? layout->origin : sources[layout->source]);
	return STATUS_OK;
}

static uint64_t bytes_to_copy(const struct maps *maps)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < maps->count; i++)
		if (map_is_heap(&maps->items[i]))
			bytes += maps->items[i].rss_bytes;
	return bytes;
}

static void examine_cost(const struct target *target, struct findings *findings)
{
	AUTO(maps_destroyp) struct maps *maps = NULL;
	struct error err = {""};
	enum status status = target_read_maps(target, true, &maps, &err);
	if (status) {
		findings_add_failure(findings, "memory map", status, err.message);
		return;
	}
	char figure[TEXT_FIGURE_SIZE], need[TEXT_FIGURE_SIZE];
	uint64_t bytes = bytes_to_copy(maps);
	findings_add_good(findings, "pause", "each sample copies %s: it stops for about %.0f ms",
		text_bytes(figure, bytes), STOP_MS + (double)bytes / COPY_BYTES_PER_MS);
	struct budget budget = budget_read(0, 0);
	status = budget_check(&budget, bytes, 0, &err);
	if (status)
		findings_add_failure(findings, "memory", status, err.message);
	else
		findings_add_good(findings, "memory", "a sample needs about %s, %s are %s",
			text_bytes(need, budget_need(bytes)),
			text_bytes(figure, budget.available_bytes), budget.limit);
}

void checkup_run(pid_t pid, struct findings *findings)
{
	AUTO(target_closep) struct target *target = NULL;
	struct error err = {""};
	enum status status = target_open_pid(pid, &target, &err);
	if (status) {
		findings_add_failure(findings, "process", status, err.message);
		return;
	}
	add_program(target, findings);
	status = target_diagnose_access(pid, &err);
	findings_add(findings, "access", status, &err, "leaktop may attach to it");
	if (status || examine_interpreter(target, findings))
		return;
	examine_cost(target, findings);
}

// SPDX-License-Identifier: MIT
#include "view/view_processes.h"

#include "analysis/growth.h"
#include "base/guard.h"

#include <pwd.h>
#include <stdio.h>

enum { PID, USER, RSS, RSS_CHANGE, COMMAND, COLUMNS };

static const struct column columns[COLUMNS] = {
	[PID] = {.title = "PID", .name = "pid", .format = CELL_ID, .is_key = true},
	[USER] = {.title = "USER", .name = "user", .priority = 4, .format = CELL_TEXT},
	[RSS] = {.title = "RSS", .name = "rss_bytes", .priority = 1,
		.format = CELL_BYTES},
	[RSS_CHANGE] = {.title = "+/MIN", .name = "rss_bytes_per_minute", .priority = 2,
		.format = CELL_BYTES_CHANGE},
	[COMMAND] = {.title = "COMMAND", .name = "command", .format = CELL_TEXT,
		.is_command = true},
};

// The name of a user, cached over consecutive processes of the same user: the name may come from a
// directory service.
struct user {
	bool is_known;
	uid_t uid;
	char name[64];
};

static const char *user_name(struct user *user, uid_t uid)
{
	if (user->is_known && user->uid == uid)
		return user->name;
	char buffer[4096];
	struct passwd entry, *found = NULL;
	if (!getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) && found)
		snprintf(user->name, sizeof(user->name), "%s", found->pw_name);
	else
		snprintf(user->name, sizeof(user->name), "%u", (unsigned)uid);
	user->uid = uid;
	user->is_known = true;
	return user->name;
}

static enum status add_process(struct table *table, const struct process *process,
	const struct process *before, double seconds, struct user *user)
{
	const struct subject subject = {SUBJECT_PROCESS, (uint64_t)process->pid};
	struct cell *row;
	enum status status = table_add_row_about(table, subject, &row);
	if (!status)
		status = cell_set_text(&row[USER], user_name(user, process->uid));
	if (!status && process->command_line)
		status = cell_set_text(&row[COMMAND], process->command_line);
	if (status)
		return status;
	cell_set_unsigned(&row[PID], (uint64_t)process->pid);
	cell_set_unsigned(&row[RSS], process->rss_bytes);
	if (before)
		cell_set_rate(&row[RSS_CHANGE],
			growth_per_minute(growth_difference(before->rss_bytes, process->rss_bytes),
				seconds));
	return STATUS_OK;
}

// Finds the same process in an ascending list, from *next on. A reused pid has another start time.
static const struct process *find_process(
	const struct process_list *list, size_t *next, const struct process *process)
{
	if (!list)
		return NULL;
	while (*next < list->count && list->items[*next].pid < process->pid)
		++*next;
	if (*next == list->count)
		return NULL;
	const struct process *found = &list->items[*next];
	return found->pid == process->pid && found->start_time == process->start_time ? found
										       : NULL;
}

enum status view_processes(
	const struct process_view_input *input, struct table **ret, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	struct user user = {0};
	size_t next = 0;
	enum status status = table_create("Processes", columns, COLUMNS, &table);
	for (size_t i = 0; !status && i < input->now->count; i++) {
		const struct process *process = &input->now->items[i];
		status = add_process(table, process, find_process(input->before, &next, process),
			input->seconds, &user);
	}
	if (status)
		return error_set(err, status, "cannot list the processes: %s",
			status_text(status));
	table_sort(table, RSS, true);
	*ret = take_ptr(table);
	return STATUS_OK;
}

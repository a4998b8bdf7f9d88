// SPDX-License-Identifier: MIT
#include "session/family.h"

#include "base/guard.h"
#include "base/vector.h"
#include "target/process.h"

#include <regex.h>
#include <stdlib.h>
#include <unistd.h>

VECTOR(members, struct family_member)

// The state of a search; chosen[i]: process i of the list belongs to the family.
struct search {
	const struct family_options *options;
	const struct process_list *list;
	bool *chosen;
};

static bool is_pid_named(const struct family_options *options, pid_t pid)
{
	for (size_t i = 0; i < options->pid_count; i++)
		if (options->pids[i] == pid)
			return true;
	return false;
}

static enum status choose_matching(struct search *search, struct error *err)
{
	regex_t regex;
	char reason[128];
	int code = regcomp(&regex, search->options->match, REG_EXTENDED | REG_NOSUB);
	if (code) {
		regerror(code, &regex, reason, sizeof(reason));
		return error_set(err, STATUS_USAGE, "'%s' is no regular expression: %s",
			search->options->match, reason);
	}
	for (size_t i = 0; i < search->list->count; i++)
		if (search->list->items[i].has_python &&
			!regexec(&regex, search->list->items[i].command_line, 0, NULL, 0))
			search->chosen[i] = true;
	regfree(&regex);
	return STATUS_OK;
}

static int compare_pid(const void *key, const void *item)
{
	pid_t pid = *(const pid_t *)key, other = ((const struct process *)item)->pid;
	return (pid > other) - (pid < other);
}

static bool is_chosen(const struct search *search, pid_t pid)
{
	const struct process_list *list = search->list;
	const struct process *found =
		bsearch(&pid, list->items, list->count, sizeof(*list->items), compare_pid);
	return found && search->chosen[found - list->items];
}

// Adds children until nothing changes, since pids may wrap around, so that children have lower pids
// than their parents. A process between two Python processes, such as a shell, passes the family
// on.
static void choose_children(struct search *search)
{
	bool grew = true;
	while (grew) {
		grew = false;
		for (size_t i = 0; i < search->list->count; i++)
			if (!search->chosen[i] && is_chosen(search, search->list->items[i].parent))
				search->chosen[i] = grew = true;
	}
}

static enum status collect(const struct search *search, struct members *members)
{
	const struct family_options *options = search->options;
	enum status status = STATUS_OK;
	for (size_t i = 0; !status && i < search->list->count; i++) {
		const struct process *process = &search->list->items[i];
		bool is_named = is_pid_named(options, process->pid);
		bool is_member = is_named || (search->chosen[i] && process->has_python);
		if (is_member && process->pid != getpid())
			status = members_add(members, (struct family_member){process->pid,
							      process->start_time, is_named});
	}
	for (size_t i = 0; !status && i < options->pid_count; i++) {
		pid_t pid = options->pids[i];
		if (!bsearch(&pid, search->list->items, search->list->count,
			    sizeof(*search->list->items), compare_pid))
			status = members_add(members, (struct family_member){pid, 0, true});
	}
	return status;
}

static enum status choose(struct search *search, struct error *err)
{
	for (size_t i = 0; i < search->list->count; i++)
		search->chosen[i] = is_pid_named(search->options, search->list->items[i].pid);
	if (search->options->match) {
		enum status status = choose_matching(search, err);
		if (status)
			return status;
	}
	if (search->options->children)
		choose_children(search);
	return STATUS_OK;
}

enum status family_find(const struct family_options *options, struct family_member **ret,
	size_t *ret_count, struct error *err)
{
	AUTO(process_list_destroyp) struct process_list *list = NULL;
	AUTO(members_deinit) struct members members = {0};
	if (is_pid_named(options, getpid()))
		return error_set(err, STATUS_USAGE, "process %d is leaktop itself", (int)getpid());
	enum status status = process_list_read(false, &list, err);
	if (status)
		return status;
	AUTO(freep) bool *chosen = calloc(list->count + 1, sizeof(*chosen));
	if (!chosen)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the list of processes");
	struct search search = {options, list, chosen};
	status = choose(&search, err);
	if (status)
		return status;
	if (collect(&search, &members))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the list of processes");
	*ret_count = members.count;
	*ret = take_ptr(members.items);
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "target/budget.h"

#include "base/guard.h"
#include "base/text.h"
#include "target/proc.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The two versions of control groups have different names for the same files.
struct group_files {
	const char *root;
	const char *limit;
	const char *usage;
	const char *reclaimable; // a key of memory.stat: file pages that the kernel drops first
};

static const struct group_files group_v1 = {
	.root = "/sys/fs/cgroup/memory",
	.limit = "memory.limit_in_bytes",
	.usage = "memory.usage_in_bytes",
	.reclaimable = "total_inactive_file ",
};

static const struct group_files group_v2 = {
	.root = "/sys/fs/cgroup",
	.limit = "memory.max",
	.usage = "memory.current",
	.reclaimable = "inactive_file ",
};

uint64_t budget_need(uint64_t copied_bytes)
{
	uint64_t walk = copied_bytes / 5 * 3;
	return copied_bytes + walk < copied_bytes ? UINT64_MAX : copied_bytes + walk;
}

static void budget_lower(struct budget *budget, uint64_t available, const char *limit)
{
	if (available >= budget->available_bytes)
		return;
	budget->available_bytes = available;
	budget->limit = limit;
}

static uint64_t less(uint64_t from, uint64_t what)
{
	return from > what ? from - what : 0;
}

static uint64_t plus(uint64_t to, uint64_t what)
{
	return to + what < to ? UINT64_MAX : to + what;
}

// Leaves a twentieth of the machine's memory free.
static void apply_machine(struct budget *budget, uint64_t held_bytes)
{
	uint64_t available;
	uint64_t total;
	if (!proc_read_number(AT_FDCWD, "/proc/meminfo", "MemAvailable:", &available) ||
		!proc_read_number(AT_FDCWD, "/proc/meminfo", "MemTotal:", &total))
		return;
	uint64_t spare = less(available, total / 20) * 1024;
	budget_lower(budget, plus(spare, held_bytes), "the memory of this machine");
}

// A group without a limit has "max", or a number larger than any memory.
static void apply_group(struct budget *budget, const struct group_files *files,
	const char *group, uint64_t held_bytes)
{
	char path[PATH_MAX];
	uint64_t limit;
	uint64_t usage;
	uint64_t reclaimable = 0;
	snprintf(path, sizeof(path), "%s%s/%s", files->root, group, files->limit);
	if (!proc_read_number(AT_FDCWD, path, "", &limit))
		return;
	snprintf(path, sizeof(path), "%s%s/%s", files->root, group, files->usage);
	if (!proc_read_number(AT_FDCWD, path, "", &usage))
		return;
	snprintf(path, sizeof(path), "%s%s/memory.stat", files->root, group);
	if (!proc_read_number(AT_FDCWD, path, files->reclaimable, &reclaimable))
		reclaimable = 0;
	uint64_t spare = plus(less(limit, less(usage, reclaimable)), held_bytes);
	budget_lower(budget, spare, "the memory limit of our container or control group");
}

// The limits of all parent groups apply too. In a container the upper part of the path may not
// exist, since the container's group is mounted as the root.
static void apply_groups(struct budget *budget, const struct group_files *files, char *group,
	uint64_t held_bytes)
{
	for (;;) {
		apply_group(budget, files, group, held_bytes);
		char *slash = strrchr(group, '/');
		if (!slash)
			return;
		*slash = '\0';
	}
}

// Parses lines such as "0::/user.slice/x" (version 2) and "4:memory:/x" (version 1).
static void apply_line(struct budget *budget, char *line, uint64_t held_bytes)
{
	char *controllers = strchr(line, ':');
	char *group = controllers ? strchr(controllers + 1, ':') : NULL;
	if (!group)
		return;
	*group++ = '\0';
	controllers++;
	if (!*controllers)
		apply_groups(budget, &group_v2, group, held_bytes);
	else if (strstr(controllers, "memory"))
		apply_groups(budget, &group_v1, group, held_bytes);
}

struct budget budget_read(uint64_t max_bytes, uint64_t held_bytes)
{
	struct budget budget = {.available_bytes = UINT64_MAX, .limit = "no limit"};
	if (max_bytes)
		budget_lower(&budget, max_bytes, "--max-memory");
	apply_machine(&budget, held_bytes);
	AUTO(freep) char *text = NULL;
	size_t length;
	if (proc_read(AT_FDCWD, "/proc/self/cgroup", &text, &length))
		return budget;
	char *rest = text;
	char *line;
	while ((line = strsep(&rest, "\n")))
		apply_line(&budget, line, held_bytes);
	return budget;
}

enum status budget_check(const struct budget *budget, uint64_t copied_bytes, uint64_t extra_bytes,
	struct error *err)
{
	uint64_t need = plus(budget_need(copied_bytes), extra_bytes);
	if (need <= budget->available_bytes)
		return STATUS_OK;
	char copy[TEXT_FIGURE_SIZE];
	char all[TEXT_FIGURE_SIZE];
	char available[TEXT_FIGURE_SIZE];
	return error_set(err, STATUS_NO_MEMORY,
		"a copy of %s does not fit: with the walk it needs %s, %s are available (%s)",
		text_bytes(copy, copied_bytes), text_bytes(all, need),
		text_bytes(available, budget->available_bytes), budget->limit);
}

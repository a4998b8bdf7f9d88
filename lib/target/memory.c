// SPDX-License-Identifier: MIT
#include "target/memory.h"

#include "base/guard.h"
#include "base/time.h"
#include "target/maps.h"
#include "target/proc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// "total resident shared ..." in pages.
static enum status read_rss(int proc_fd, struct memory_usage *usage)
{
	AUTO(freep) char *text = NULL;
	size_t length;
	enum status status = proc_read(proc_fd, "statm", &text, &length);
	if (status)
		return status;
	uint64_t pages;
	if (sscanf(text, "%*u %" SCNu64, &pages) != 1)
		return STATUS_INVALID;
	usage->rss_bytes = pages * (uint64_t)sysconf(_SC_PAGESIZE);
	return STATUS_OK;
}

static void add_kilobytes(const char *text, const char *key, uint64_t *sum)
{
	uint64_t kilobytes;
	if (!proc_find_number(text, key, &kilobytes))
		*sum += kilobytes * 1024;
}

// Sets both figures or neither.
static void read_status(int proc_fd, struct memory_usage *usage)
{
	AUTO(freep) char *text = NULL;
	size_t length;
	uint64_t peak, page_tables;
	if (proc_read(proc_fd, "status", &text, &length) ||
		proc_find_number(text, "VmHWM:", &peak) ||
		proc_find_number(text, "VmPTE:", &page_tables))
		return;
	usage->peak_rss_bytes = peak * 1024;
	usage->page_table_bytes = page_tables * 1024;
	usage->has_status = true;
}

static void read_rollup(int proc_fd, struct memory_usage *usage)
{
	AUTO(freep) char *text = NULL;
	size_t length;
	if (proc_read(proc_fd, "smaps_rollup", &text, &length) || !length)
		return;
	add_kilobytes(text, "Pss:", &usage->pss_bytes);
	add_kilobytes(text, "Private_Clean:", &usage->uss_bytes);
	add_kilobytes(text, "Private_Dirty:", &usage->uss_bytes);
	add_kilobytes(text, "Private_Hugetlb:", &usage->uss_bytes);
	add_kilobytes(text, "Swap:", &usage->swap_bytes);
	usage->has_details = true;
}

static bool path_begins(const struct map *map, const char *prefix)
{
	return !strncmp(map->path, prefix, strlen(prefix));
}

// Memory without a file that processes can share; the kernel gives it artificial paths.
static bool is_shared_memory(const struct map *map)
{
	return path_begins(map, "/dev/shm/") || path_begins(map, "/memfd:") ||
		path_begins(map, "/SYSV") || (map->shared && path_begins(map, "/dev/zero"));
}

static uint64_t *usage_of_kind(struct memory_usage *usage, const struct map *map)
{
	if (is_shared_memory(map))
		return &usage->shared_bytes;
	if (path_begins(map, "[heap]"))
		return &usage->brk_bytes;
	if (path_begins(map, "[stack"))
		return &usage->stack_bytes;
	if (path_begins(map, "/"))
		return &usage->file_bytes;
	return map->shared ? &usage->shared_bytes : &usage->anonymous_bytes;
}

static void read_split(int proc_fd, struct memory_usage *usage)
{
	AUTO(freep) char *text = NULL;
	AUTO(maps_destroyp) struct maps *maps = NULL;
	size_t length;
	if (proc_read(proc_fd, "smaps", &text, &length) || !length ||
		maps_parse(text, length, &maps, NULL))
		return;
	for (size_t i = 0; i < maps->count; i++) {
		const struct map *map = &maps->items[i];
		*usage_of_kind(usage, map) += map->rss_bytes;
		usage->pss_bytes += map->pss_bytes;
		usage->uss_bytes += map->private_bytes;
		usage->swap_bytes += map->swap_bytes;
	}
	usage->has_details = true;
	usage->has_split = true;
}

enum status memory_read(
	pid_t pid, enum memory_detail detail, struct memory_usage *ret, struct error *err)
{
	AUTO(closep) int proc_fd = -1;
	pid_t tid;
	enum status status = proc_open_living(pid, &proc_fd, &tid, err);
	if (status)
		return status;
	struct memory_usage usage = {.seconds = time_boot_seconds()};
	status = read_rss(proc_fd, &usage);
	struct proc_stat stat = {0};
	// A zombie has no memory; a kernel thread has none either, and is alive.
	if (!status && !usage.rss_bytes)
		status = proc_read_stat(proc_fd, "stat", &stat);
	if (status == STATUS_NOT_FOUND || (!status && !usage.rss_bytes && stat.state == 'Z'))
		status = STATUS_GONE;
	if (status == STATUS_GONE)
		return error_set(err, status, "process %d has ended", (int)pid);
	if (status)
		return error_set(err, status, "cannot read '/proc/%d/statm': %s", (int)pid,
			status_text(status));
	if (detail != MEMORY_RSS)
		read_status(proc_fd, &usage);
	if (detail == MEMORY_SPLIT)
		read_split(proc_fd, &usage);
	if (detail != MEMORY_RSS && !usage.has_details)
		read_rollup(proc_fd, &usage);
	*ret = usage;
	return STATUS_OK;
}

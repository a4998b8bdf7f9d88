// SPDX-License-Identifier: MIT
#include "store/run_change.h"

#include "store/run.h"

static bool same_type(const struct run_type *a, const struct run_type *b)
{
	return a->count == b->count && a->bytes == b->bytes &&
		a->tracked_count == b->tracked_count && a->tracked_bytes == b->tracked_bytes &&
		a->opaque_count == b->opaque_count && a->is_approximate == b->is_approximate;
}

static bool same_container(const struct run_container *a, const struct run_container *b)
{
	return a->type == b->type && a->is_gone == b->is_gone && a->length == b->length &&
		a->bytes == b->bytes && a->path == b->path;
}

enum status run_each_type(
	const struct run *before, const struct run *now, const struct run_change *change)
{
	const struct run_type *old = before->types.items, *new = now->types.items;
	size_t old_count = before->types.count, new_count = now->types.count;
	enum status status = STATUS_OK;
	for (size_t i = 0, j = 0; !status && (i < old_count || j < new_count);) {
		if (j == new_count || (i < old_count && old[i].name < new[j].name)) {
			const struct run_type gone = {.name = old[i++].name};
			status = change->type(change->context, &gone);
		} else if (i == old_count || new[j].name < old[i].name) {
			status = change->type(change->context, &new[j++]);
		} else {
			if (!same_type(&old[i], &new[j]))
				status = change->type(change->context, &new[j]);
			i++;
			j++;
		}
	}
	return status;
}

enum status run_each_container(
	const struct run *before, const struct run *now, const struct run_change *change)
{
	const struct run_container *old = before->containers.items, *new = now->containers.items;
	size_t old_count = before->containers.count, new_count = now->containers.count;
	enum status status = STATUS_OK;
	for (size_t i = 0, j = 0; !status && (i < old_count || j < new_count);) {
		if (j == new_count || (i < old_count && old[i].address < new[j].address)) {
			const struct run_container gone = {
				.address = old[i].address, .type = old[i].type, .is_gone = true};
			i++;
			status = change->container(change->context, &gone);
		} else if (i == old_count || new[j].address < old[i].address) {
			status = change->container(change->context, &new[j++]);
		} else {
			if (!same_container(&old[i], &new[j]))
				status = change->container(change->context, &new[j]);
			i++;
			j++;
		}
	}
	return status;
}

static enum status count_type(void *context, const struct run_type *row)
{
	(void)row;
	++*(size_t *)context;
	return STATUS_OK;
}

static enum status count_container(void *context, const struct run_container *row)
{
	(void)row;
	++*(size_t *)context;
	return STATUS_OK;
}

bool run_is_other(const struct run *before, const struct run *now)
{
	size_t changed = 0;
	const struct run_change count = {count_type, count_container, &changed};
	enum status status = run_each_type(before, now, &count);
	if (!status)
		status = run_each_container(before, now, &count);
	return status || changed > (now->types.count + now->containers.count) / 2;
}

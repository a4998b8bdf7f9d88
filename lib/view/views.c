// SPDX-License-Identifier: MIT
#include "view/view.h"

#include "base/guard.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

const struct view_ops *const views[] = {
	&types_view, &containers_view, &memory_view, &collector_view, &threads_view,
	&interpreters_view, NULL};

bool view_is_offered(const struct view_ops *view, const struct results *results)
{
	return !view->is_offered || view->is_offered(results);
}

const struct view_ops *view_find(const char *name)
{
	for (size_t i = 0; views[i]; i++)
		if (!strcmp(views[i]->name, name))
			return views[i];
	return NULL;
}

const char *view_heap_note(const struct history *history)
{
	const struct sample *sample = history->current;
	if (!sample)
		return "no sample yet";
	if (!sample->census)
		return sample->census_missing ? sample->census_missing : "the heap was not read";
	if (sample->census->totals.is_inexact)
		return "the collector was at work: some objects may be missing";
	return NULL;
}

enum status view_set_container(
	struct cell *cell, const struct census_container *container, const char *type)
{
	if (container->path)
		return cell_set_text(cell, container->path);
	struct text text = {0};
	text_add_format(&text, "<%s at 0x%" PRIx64 ">", type, container->address);
	AUTO(freep) char *name = text_take(&text);
	return name ? cell_set_text(cell, name) : STATUS_NO_MEMORY;
}

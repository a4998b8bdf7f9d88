// SPDX-License-Identifier: MIT
#include "view/memory_parts.h"

#include "result/figures.h"
#include "result/sample.h"

// The figures by source, and within a source as in figures.def. NULL after the last one.
static const struct figure *part_figure(size_t part)
{
	for (enum figure_source source = 0; source < FIGURE_SOURCES; source++)
		for (size_t i = 0; i < FIGURE_COUNT; i++)
			if (figures[i].title && figures[i].source == source && !part--)
				return &figures[i];
	return NULL;
}

const char *memory_part_name(size_t part)
{
	const struct figure *figure = part_figure(part);
	return figure ? figure->title : NULL;
}

bool memory_part_read(size_t part, const struct sample *sample, uint64_t *ret)
{
	if (!sample)
		return false;
	const struct figure *figure = part_figure(part);
	const struct reading reading = sample_reading(sample);
	if (!figure_is_known(figure, &reading))
		return false;
	*ret = figure_amount(figure, &reading);
	return true;
}

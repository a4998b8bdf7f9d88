// SPDX-License-Identifier: MIT
#include "result/figures.h"

#include <assert.h>

const struct figure figures[FIGURE_COUNT] = {
#define MEMORY(field, from, row, family, label, text)                                              \
	{.name = #field,                                                                           \
		.group = FIGURE_MEMORY,                                                            \
		.unit = FIGURE_BYTES,                                                              \
		.source = FIGURE_##from,                                                           \
		.offset = offsetof(struct reading, memory.field),                                  \
		.column = #field,                                                                  \
		.title = row,                                                                      \
		.metric = family,                                                                  \
		.kind = label,                                                                     \
		.help = text},
#define TOTAL(field, measure, from, key, heading, row, family, label, text)                        \
	{.name = #field,                                                                           \
		.group = FIGURE_TOTAL,                                                             \
		.unit = FIGURE_##measure,                                                          \
		.source = FIGURE_##from,                                                           \
		.offset = offsetof(struct reading, totals.field),                                  \
		.column = heading,                                                                 \
		.heap_key = key,                                                                   \
		.title = row,                                                                      \
		.metric = family,                                                                  \
		.kind = label,                                                                     \
		.help = text},
#define COPY(field, measure, heading)                                                              \
	{.name = #field,                                                                           \
		.group = FIGURE_COPY,                                                              \
		.unit = FIGURE_##measure,                                                          \
		.source = FIGURE_PAUSE,                                                            \
		.offset = offsetof(struct reading, copy.field),                                    \
		.column = heading},
#include "result/figures.def"
};

bool figure_is_known(const struct figure *figure, const struct reading *reading)
{
	switch (figure->source) {
	case FIGURE_STATUS:
		return reading->memory.has_status;
	case FIGURE_DETAILS:
		return reading->memory.has_details;
	case FIGURE_HEAP:
		return reading->has_heap;
	case FIGURE_BLOCKS:
		return reading->has_heap && reading->totals.has_blocks;
	case FIGURE_SPLIT:
		return reading->memory.has_split;
	case FIGURE_PAUSE:
		return reading->copy.attempts > 0;
	default:
		return true;
	}
}

uint64_t figure_amount(const struct figure *figure, const struct reading *reading)
{
	const void *field = (const char *)reading + figure->offset;
	assert(figure->unit != FIGURE_MS);
	return figure->unit == FIGURE_FLAG ? *(const bool *)field : *(const uint64_t *)field;
}

double figure_ms(const struct figure *figure, const struct reading *reading)
{
	const void *field = (const char *)reading + figure->offset;
	assert(figure->unit == FIGURE_MS);
	return *(const double *)field;
}

void figure_set_amount(const struct figure *figure, uint64_t amount, struct reading *reading)
{
	void *field = (char *)reading + figure->offset;
	assert(figure->unit != FIGURE_MS);
	if (figure->unit == FIGURE_FLAG)
		*(bool *)field = amount;
	else
		*(uint64_t *)field = amount;
}

void figure_set_ms(const struct figure *figure, double ms, struct reading *reading)
{
	void *field = (char *)reading + figure->offset;
	assert(figure->unit == FIGURE_MS);
	*(double *)field = ms;
}

void figure_note_known(const struct figure *figure, struct reading *reading)
{
	switch (figure->source) {
	case FIGURE_STATUS:
		reading->memory.has_status = true;
		break;
	case FIGURE_DETAILS:
		reading->memory.has_details = true;
		break;
	case FIGURE_SPLIT:
		reading->memory.has_split = true;
		break;
	case FIGURE_BLOCKS:
		reading->totals.has_blocks = true;
		break;
	default:
		break;
	}
}

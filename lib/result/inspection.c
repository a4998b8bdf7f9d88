// SPDX-License-Identifier: MIT
#include "result/inspection.h"

#include <stdlib.h>

static void inspected_deinit(struct inspected *inspected)
{
	free(inspected->name);
	free(inspected->type);
	free(inspected->value);
}

void inspection_destroy(struct inspection *inspection)
{
	if (!inspection)
		return;
	free(inspection->path);
	inspected_deinit(&inspection->object);
	vector_for_each(entry, &inspection->entries)
		inspected_deinit(entry);
	inspected_list_deinit(&inspection->entries);
	filler_list_free(&inspection->filled_by);
	free(inspection);
}

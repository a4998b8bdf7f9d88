// SPDX-License-Identifier: MIT
#include "heap/census.h"

#include <stdlib.h>

void census_destroy(struct census *census)
{
	if (!census)
		return;
	for (size_t i = 0; i < census->type_count; i++)
		free(census->types[i].name);
	for (size_t i = 0; i < census->container_count; i++)
		free(census->containers[i].path);
	free(census->types);
	free(census->containers);
	free(census);
}

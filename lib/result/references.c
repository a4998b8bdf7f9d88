// SPDX-License-Identifier: MIT
#include "result/references.h"

#include <stdlib.h>

void references_destroy(struct references *references)
{
	if (!references)
		return;
	vector_for_each(path, &references->paths)
		free(path->path);
	holding_paths_deinit(&references->paths);
	vector_for_each(step, &references->steps)
		free(step->label);
	holding_steps_deinit(&references->steps);
	vector_for_each(referrer, &references->referrers) {
		free(referrer->type);
		free(referrer->via);
	}
	referrers_deinit(&references->referrers);
	free(references->path);
	free(references->type);
	free(references);
}

// SPDX-License-Identifier: MIT
#include "result/recorded.h"

#include <stdlib.h>

void recorded_targets_free(struct recorded_target *targets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(targets[i].host);
		free(targets[i].boot_id);
		identity_deinit(&targets[i].identity);
	}
	free(targets);
}

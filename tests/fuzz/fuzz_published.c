// SPDX-License-Identifier: MIT
// The offsets that an interpreter publishes at the start of _PyRuntime.
#include "base/guard.h"
#include "fuzz.h"
#include "layout/layout.h"
#include "layout/published.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (const struct layout *const *layout = layout_tables(); *layout; layout++) {
		AUTO(layout_destroyp) struct layout *applied = NULL;
		enum status status = published_check(*layout, data, size, NULL);
		status = published_apply(
			*layout, (*layout)->first_version, data, size, &applied, NULL);
		(void)status;
	}
	return 0;
}

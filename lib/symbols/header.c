// SPDX-License-Identifier: MIT
#include "symbols/header.h"

#include "target/target.h"

enum status header_read_extra(const struct target *target, addr_t type, uint32_t *ret)
{
	static const uint32_t extras[] = {0, HEADER_EXTRA};
	for (size_t i = 0; i < sizeof(extras) / sizeof(extras[0]); i++) {
		uint64_t found = 0;
		enum status status = target_read(
			target, type + extras[i] + HEADER_TYPE, &found, sizeof(found));
		if (status)
			return status;
		if (found == type) {
			*ret = extras[i];
			return STATUS_OK;
		}
	}
	return STATUS_INVALID;
}

// SPDX-License-Identifier: MIT
#include "heap/owners.h"

#include <assert.h>

enum status owners_init(struct owners *owners, size_t interpreter_count)
{
	*owners = (struct owners){0};
	for (; interpreter_count >> owners->plane_count; owners->plane_count++)
		if (owners->plane_count == OWNER_PLANES_MAX ||
			visited_init(&owners->planes[owners->plane_count])) {
			owners_deinit(owners);
			return STATUS_NO_MEMORY;
		}
	return STATUS_OK;
}

void owners_deinit(struct owners *owners)
{
	for (unsigned i = 0; i < owners->plane_count; i++)
		visited_deinit(&owners->planes[i]);
	*owners = (struct owners){0};
}

enum status owners_set(struct owners *owners, addr_t address, size_t interpreter)
{
	size_t earlier;
	if (address >> IMAGE_ADDRESS_BITS || owners_get(owners, address, &earlier))
		return STATUS_OK;
	for (unsigned i = 0; i < owners->plane_count; i++) {
		if (!((interpreter + 1) >> i & 1))
			continue;
		enum status status = visited_add_chunk(&owners->planes[i], address);
		if (status)
			return status;
		uint64_t *word = visited_word(&owners->planes[i], address);
		assert(word);
		*word |= visited_bit(address);
	}
	return STATUS_OK;
}

bool owners_get(const struct owners *owners, addr_t address, size_t *ret)
{
	size_t number = 0;
	for (unsigned i = 0; i < owners->plane_count; i++)
		number |= (size_t)visited_has(&owners->planes[i], address) << i;
	if (!number)
		return false;
	*ret = number - 1;
	return true;
}

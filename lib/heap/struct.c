// SPDX-License-Identifier: MIT
#include "heap/struct.h"

enum status struct_visit_array(const struct heap *heap, addr_t address, int64_t count,
	enum edge edge, struct visitor *visitor)
{
	if (count <= 0)
		return count < 0 ? STATUS_INVALID : STATUS_OK;
	if ((uint64_t)count >> IMAGE_ADDRESS_BITS)
		return STATUS_INVALID;
	const uint8_t *items = image_at(heap->image, address, (uint64_t)count * WORD_SIZE);
	if (!items)
		return STATUS_UNREADABLE;
	for (int64_t i = 0; i < count; i++)
		visit(visitor, bytes_u64(items, (uint64_t)i * WORD_SIZE), edge, (uint64_t)i);
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "python/list.h"

enum status list_allocated(const struct python *python, addr_t addr, uint64_t *ret)
{
	uint64_t allocated = 0;
	enum status status = field_u64(python, addr, FIELD_list_allocated, &allocated);
	if (status)
		return status;
	if (allocated != UINT64_MAX && allocated >> IMAGE_ADDRESS_BITS)
		return STATUS_INVALID;
	*ret = allocated;
	return STATUS_OK;
}

enum status list_items(const struct python *python, addr_t addr, struct items *ret)
{
	uint8_t buffer[RECORD_SIZE_MAX];
	struct record list;
	// allocated is the last field (Include/cpython/listobject.h).
	enum status status = record_read_to(python, addr, FIELD_list_allocated, buffer, &list);
	if (status)
		return status;
	uint64_t length = record_u64(&list, FIELD_var_size);
	int64_t allocated = (int64_t)record_u64(&list, FIELD_list_allocated);
	if (length && (length >> IMAGE_ADDRESS_BITS || (int64_t)length > allocated))
		return STATUS_INVALID;
	*ret = (struct items){record_u64(&list, FIELD_list_items), length};
	return STATUS_OK;
}

enum status tuple_items(const struct python *python, addr_t addr, struct items *ret)
{
	uint64_t count = 0;
	enum status status = header_length(python, addr, &count);
	if (!status)
		*ret = (struct items){addr + field_offset(python, FIELD_tuple_items), count};
	return status;
}

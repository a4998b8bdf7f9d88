// SPDX-License-Identifier: MIT
#include "python/memory.h"

#include "base/guard.h"
#include "base/text.h"
#include "target/capture.h"
#include "target/target.h"

enum status memory_read_live(
	const struct memory *memory, addr_t addr, void *buffer, uint64_t size)
{
	if (!memory->target)
		return STATUS_UNREADABLE;
	return target_read(memory->target, addr, buffer, size);
}

enum status memory_constant(
	const struct memory *memory, addr_t addr, void *buffer, uint64_t size)
{
	enum status status = memory_read_bytes(memory, addr, buffer, size);
	if (status == STATUS_UNREADABLE && memory->image && memory->capture)
		return capture_read(memory->capture, addr, buffer, size);
	return status;
}

// Adds the bytes before a NUL, as far as the copy has them. True: the NUL was found or the limit
// was reached.
static bool add_from_copy(
	const struct image *image, addr_t addr, size_t limit, struct text *text)
{
	while (text->length < limit) {
		const char *byte = image_at(image, addr++, 1);
		if (!byte)
			return false;
		if (!*byte)
			return true;
		text_add_bytes(text, byte, 1);
	}
	return true;
}

enum status memory_c_string(
	const struct memory *memory, addr_t addr, size_t limit, char **ret)
{
	AUTO(text_deinit) struct text text = {0};
	if (!memory->image)
		return memory->target ? target_read_string(memory->target, addr, limit, ret)
				      : STATUS_UNREADABLE;
	if (!add_from_copy(memory->image, addr, limit, &text))
		return memory->capture ? capture_read_string(memory->capture, addr, limit, ret)
				       : STATUS_UNREADABLE;
	char *string = text_take(&text);
	if (!string)
		return STATUS_NO_MEMORY;
	*ret = string;
	return STATUS_OK;
}

// SPDX-License-Identifier: MIT
#include "interp/reader.h"

#include "target/image.h"
#include "target/target.h"

#include <string.h>

enum status reader_bytes(const struct reader *reader, addr_t addr, void *buffer, size_t size)
{
	if (!reader->image)
		return target_read(reader->target, addr, buffer, size);
	const void *bytes = image_at(reader->image, addr, size);
	if (!bytes)
		return STATUS_UNREADABLE;
	memcpy(buffer, bytes, size);
	return STATUS_OK;
}

enum status reader_u64(const struct reader *reader, const struct layout *layout, addr_t base,
	enum layout_field field, uint64_t *ret)
{
	if (!layout_has(layout, field))
		return STATUS_UNSUPPORTED;
	return reader_bytes(reader, base + layout->field[field], ret, sizeof(*ret));
}

enum status reader_i32(const struct reader *reader, const struct layout *layout, addr_t base,
	enum layout_field field, int32_t *ret)
{
	if (!layout_has(layout, field))
		return STATUS_UNSUPPORTED;
	return reader_bytes(reader, base + layout->field[field], ret, sizeof(*ret));
}

enum status reader_optional_u64(const struct reader *reader, const struct layout *layout,
	addr_t base, enum layout_field field, uint64_t *ret)
{
	if (layout_has(layout, field))
		return reader_u64(reader, layout, base, field, ret);
	*ret = 0;
	return STATUS_OK;
}

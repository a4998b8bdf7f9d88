// SPDX-License-Identifier: MIT
// datetime and time: objects without a time zone are allocated without the field for it
// (Include/datetime.h).
#include "heap/kind/kind.h"
#include "heap/struct.h"

#include <stddef.h>

static enum status zone_edges(const struct heap *heap, const struct object *object,
	enum layout_field has_zone, enum layout_field zone, struct visitor *visitor)
{
	const void *flag =
		image_at(heap->image, object->address + heap_field(heap, has_zone), 1);
	if (!flag)
		return STATUS_UNREADABLE;
	if (!bytes_u8(flag, 0))
		return STATUS_OK;
	addr_t word;
	enum status status = struct_read(heap, object->address, zone, &word);
	if (!status)
		visit_field(visitor, word, NAME_tzinfo);
	return status;
}

static enum status datetime_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	return zone_edges(
		heap, object, FIELD_datetime_has_tzinfo, FIELD_datetime_tzinfo, visitor);
}

static enum status time_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	return zone_edges(heap, object, FIELD_time_has_tzinfo, FIELD_time_tzinfo, visitor);
}

const struct kind kind_datetime = {
	.name = "datetime",
	.type_names = (const char *const[]){"datetime.datetime", NULL},
	.size_field = FIELD_datetime_size,
	.edges = datetime_edges,
};

const struct kind kind_time = {
	.name = "time",
	.type_names = (const char *const[]){"datetime.time", NULL},
	.size_field = FIELD_time_size,
	.edges = time_edges,
};

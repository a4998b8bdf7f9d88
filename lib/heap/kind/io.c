// SPDX-License-Identifier: MIT
// The classes of io whose reported size is more than their struct. instance.c reads their attribute
// dicts, at tp_dictoffset.
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

// bytesio_sizeof(), Modules/_io/bytesio.c: a buffer that is not shared counts as part of the
// object.
static enum status bytesio_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t address;
	struct object buffer;
	uint64_t size;
	*ret = object->type->basicsize;
	enum status status = struct_read(heap, object->address, FIELD_bytesio_buffer, &address);
	if (status || !address)
		return status;
	if (!object_read(heap, address, &buffer))
		return STATUS_UNREADABLE;
	if (buffer.type->address != heap->runtime->well_known[WELL_KNOWN_bytes])
		return STATUS_INVALID;
	if (bytes_u32(buffer.bytes, heap_field(heap, FIELD_object_refcnt)) > 1)
		return STATUS_OK;
	status = object_size(heap, &buffer, &size);
	*ret += size;
	return status;
}

static enum status buffered_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t buffer;
	uint64_t size = 0;
	enum status status = struct_read(heap, object->address, FIELD_buffered_buffer, &buffer);
	if (!status && buffer)
		status = struct_read_length(
			heap, object->address, FIELD_buffered_buffer_size, &size);
	if (!status)
		*ret = object->type->basicsize + size;
	return status;
}

const struct kind kind_bytesio = {
	.name = "bytesio",
	.type_names = (const char *const[]){"_io.BytesIO", NULL},
	.size_field = FIELD_bytesio_size,
	.fields = (const struct kind_field[]){
		{FIELD_bytesio_buffer, NAME_buffer},
		{FIELD_COUNT, 0},
	},
	.size = bytesio_size,
};

const struct kind kind_buffered = {
	.name = "buffered",
	.type_names = (const char *const[]){
		"_io.BufferedReader", "_io.BufferedWriter", "_io.BufferedRandom", NULL},
	.size_field = FIELD_buffered_size,
	.fields = (const struct kind_field[]){
		{FIELD_buffered_raw, NAME_raw},
		{FIELD_COUNT, 0},
	},
	.size = buffered_size,
};

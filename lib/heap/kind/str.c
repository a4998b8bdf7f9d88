// SPDX-License-Identifier: MIT
// str owns no objects, but up to three blocks of memory (Objects/unicodeobject.c,
// unicode_sizeof()): itself, characters of subclass instances, and copies in other encodings.
#include "heap/kind/kind.h"
#include "heap/struct.h"

// Bit fields of PyASCIIObject.state (Include/cpython/unicodeobject.h).
enum {
	STATE_KIND_SHIFT = 2, // bytes per character: 1, 2, 4; 0: wchar_t only, up to 3.11
	STATE_KIND_MASK = 7,
	STATE_COMPACT = 1 << 5,
	STATE_ASCII = 1 << 6,
	STATE_COMPACT_ASCII = STATE_COMPACT | STATE_ASCII,
	WCHAR_SIZE = 4,
};

// A length beyond this is nonsense; sums below stay far from overflow.
static const uint64_t LENGTH_MAX = UINT64_C(1) << IMAGE_ADDRESS_BITS;

struct str_parts {
	addr_t address;
	uint64_t length;
	uint32_t state;
	uint32_t character_size;
	addr_t data; // 0 where a str that is not compact has none
};

static enum status str_parts_read(
	const struct heap *heap, const struct object *object, struct str_parts *ret)
{
	const uint8_t *bytes =
		image_at(heap->image, object->address, heap_field(heap, FIELD_str_ascii_size));
	if (!bytes)
		return STATUS_UNREADABLE;
	*ret = (struct str_parts){
		.address = object->address,
		.length = bytes_u64(bytes, heap_field(heap, FIELD_str_length)),
		.state = bytes_u32(bytes, heap_field(heap, FIELD_str_state)),
	};
	if (ret->length > LENGTH_MAX)
		return STATUS_INVALID;
	ret->character_size = ret->state >> STATE_KIND_SHIFT & STATE_KIND_MASK;
	if ((ret->state & STATE_COMPACT_ASCII) == STATE_COMPACT_ASCII)
		ret->data = object->address + heap_field(heap, FIELD_str_ascii_size);
	else if (ret->state & STATE_COMPACT)
		ret->data = object->address + heap_field(heap, FIELD_str_compact_size);
	else
		return struct_read(heap, object->address, FIELD_str_data, &ret->data);
	return STATUS_OK;
}

static bool is_compact_ascii(const struct str_parts *parts)
{
	return (parts->state & STATE_COMPACT_ASCII) == STATE_COMPACT_ASCII;
}

// The object and its characters.
static uint64_t characters_size(const struct heap *heap, const struct str_parts *parts)
{
	if (is_compact_ascii(parts))
		return heap_field(heap, FIELD_str_ascii_size) + parts->length + 1;
	uint64_t size = (parts->length + 1) * parts->character_size;
	if (parts->state & STATE_COMPACT)
		return heap_field(heap, FIELD_str_compact_size) + size;
	return heap_field(heap, FIELD_str_size) + (parts->data ? size : 0);
}

// The UTF-8 copy, where it is one.
static enum status utf8_size(
	const struct heap *heap, const struct str_parts *parts, uint64_t *ret)
{
	addr_t utf8;
	uint64_t length;
	*ret = 0;
	if (is_compact_ascii(parts))
		return STATUS_OK;
	enum status status = struct_read(heap, parts->address, FIELD_str_utf8, &utf8);
	if (status || !utf8 || utf8 == parts->data)
		return status;
	status = struct_read(heap, parts->address, FIELD_str_utf8_length, &length);
	if (status)
		return status;
	if (length > LENGTH_MAX)
		return STATUS_INVALID;
	*ret = length + 1;
	return STATUS_OK;
}

// The wchar_t copy of CPython up to 3.11, where it is one.
static enum status wide_size(
	const struct heap *heap, const struct str_parts *parts, uint64_t *ret)
{
	addr_t wide;
	uint64_t length = parts->length;
	*ret = 0;
	if (!layout_has(heap->layout, FIELD_str_wstr))
		return STATUS_OK;
	enum status status = struct_read(heap, parts->address, FIELD_str_wstr, &wide);
	if (status || !wide || wide == parts->data)
		return status;
	if (!is_compact_ascii(parts))
		status = struct_read(heap, parts->address, FIELD_str_wstr_length, &length);
	if (status)
		return status;
	if (length > LENGTH_MAX)
		return STATUS_INVALID;
	*ret = WCHAR_SIZE * (length + 1);
	return STATUS_OK;
}

static enum status str_object_size(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	struct str_parts parts;
	uint64_t utf8 = 0, wide = 0;
	enum status status = str_parts_read(heap, object, &parts);
	if (!status)
		status = utf8_size(heap, &parts, &utf8);
	if (!status)
		status = wide_size(heap, &parts, &wide);
	if (status)
		return status;
	*ret = characters_size(heap, &parts) + utf8 + wide;
	return STATUS_OK;
}

static enum status str_length(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	return struct_read_length(heap, object->address, FIELD_str_length, ret);
}

const struct kind kind_str = {
	.name = "str",
	.types = (const enum well_known[]){WELL_KNOWN_str, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.size = str_object_size,
	.length = str_length,
};

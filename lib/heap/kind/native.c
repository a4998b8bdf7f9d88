// SPDX-License-Identifier: MIT
// Objects of C modules whose reported size includes memory outside of their struct: Decimal
// (Modules/_decimal/_decimal.c) and struct.Struct (Modules/_struct.c).
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

// libmpdec, MPD_DATAFLAGS: the digits of a number with none of these flags are allocated.
enum { DECIMAL_DATA_FLAGS = 32 | 64 | 128 };

static enum status decimal_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t words = 0;
	const void *flags = image_at(
		heap->image, object->address + heap_field(heap, FIELD_decimal_flags), 1);
	if (!flags)
		return STATUS_UNREADABLE;
	enum status status = STATUS_OK;
	if (!(bytes_u8(flags, 0) & DECIMAL_DATA_FLAGS))
		status = struct_read_length(
			heap, object->address, FIELD_decimal_allocated, &words);
	*ret = object->type->basicsize + WORD_SIZE * words;
	return status;
}

const struct kind kind_decimal = {
	.name = "decimal",
	.type_names = (const char *const[]){"decimal.Decimal", NULL},
	.size_field = FIELD_decimal_size,
	.size = decimal_size,
};

// One code for each part of the format, and one without a definition at the end.
static enum status struct_codes_count(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	static const uint64_t codes_max = 1 << 20;
	addr_t code, definition;
	enum status status = struct_read(heap, object->address, FIELD_struct_codes, &code);
	for (uint64_t count = 0; !status && code && count < codes_max; count++) {
		if (!image_read_u64(heap->image, code, &definition))
			return STATUS_UNREADABLE;
		if (!definition) {
			*ret = count + 1;
			return STATUS_OK;
		}
		code += heap_field(heap, FIELD_struct_code_size);
	}
	return status ? status : STATUS_INVALID;
}

static enum status struct_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t codes;
	enum status status = struct_codes_count(heap, object, &codes);
	if (!status)
		*ret = object->type->basicsize + codes * heap_field(heap, FIELD_struct_code_size);
	return status;
}

const struct kind kind_struct = {
	.name = "struct",
	.type_names = (const char *const[]){"Struct", "_struct.Struct", NULL},
	.size_field = FIELD_struct_size,
	.fields = (const struct kind_field[]){
		{FIELD_struct_format, NAME_format},
		{FIELD_COUNT, 0},
	},
	.size = struct_size,
};

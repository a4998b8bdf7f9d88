// SPDX-License-Identifier: MIT
// Fields of the target's structs. A field that this CPython lacks, or whose offset is unknown,
// cannot be used by mistake: reading it from memory returns STATUS_UNSUPPORTED, reading it from a
// record gives 0, and its offset leads to no valid address.
#pragma once

#include "base/error.h"
#include "layout/layout.h"
#include "python/memory.h"
#include "python/python.h"
#include "result/address.h"

#include <stdbool.h>
#include <stdint.h>

// The offset of a field that does not exist: with any base it is an address that no process has.
// Truncated to 32 bits it is still LAYOUT_ABSENT.
static const uint64_t FIELD_NOWHERE = UINT64_C(1) << 62 | UINT32_MAX;

static inline bool field_is_known(const struct python *python, enum layout_field field)
{
	return layout_has(python->layout, field);
}

// The offset of a field in its struct, or the size of the struct if the field stands for that.
// FIELD_NOWHERE if this CPython lacks the field.
static inline uint64_t field_offset(const struct python *python, enum layout_field field)
{
	bool is_known = layout_has(python->layout, field);
	return __builtin_expect(is_known, 1) ? python->layout->field[field] : FIELD_NOWHERE;
}

// Reads the number in a field of the struct at base. STATUS_UNSUPPORTED: this CPython lacks the
// field; otherwise as memory_view().
static inline must_check enum status field_u64(
	const struct python *python, addr_t base, enum layout_field field, uint64_t *ret)
{
	if (__builtin_expect(!layout_has(python->layout, field), 0))
		return STATUS_UNSUPPORTED;
	addr_t addr = base + python->layout->field[field];
	return memory_read_bytes(&python->memory, addr, ret, sizeof(*ret));
}

static inline must_check enum status field_u32(
	const struct python *python, addr_t base, enum layout_field field, uint32_t *ret)
{
	if (__builtin_expect(!layout_has(python->layout, field), 0))
		return STATUS_UNSUPPORTED;
	addr_t addr = base + python->layout->field[field];
	return memory_read_bytes(&python->memory, addr, ret, sizeof(*ret));
}

static inline must_check enum status field_i32(
	const struct python *python, addr_t base, enum layout_field field, int32_t *ret)
{
	uint32_t word = 0;
	enum status status = field_u32(python, base, field, &word);
	if (!status)
		*ret = (int32_t)word;
	return status;
}

static inline must_check enum status field_u8(
	const struct python *python, addr_t base, enum layout_field field, uint8_t *ret)
{
	if (__builtin_expect(!layout_has(python->layout, field), 0))
		return STATUS_UNSUPPORTED;
	addr_t addr = base + python->layout->field[field];
	return memory_read_bytes(&python->memory, addr, ret, sizeof(*ret));
}

// field_u64() for a field that not every CPython has: 0 if this one lacks it.
static inline must_check enum status field_optional_u64(
	const struct python *python, addr_t base, enum layout_field field, uint64_t *ret)
{
	enum status status = field_u64(python, base, field, ret);
	if (status != STATUS_UNSUPPORTED)
		return status;
	*ret = 0;
	return STATUS_OK;
}

// field_u64() for a length. STATUS_INVALID: it is negative or larger than any memory.
static inline must_check enum status field_length(
	const struct python *python, addr_t base, enum layout_field field, uint64_t *ret)
{
	uint64_t length = 0;
	enum status status = field_u64(python, base, field, &length);
	if (status)
		return status;
	if (length >> IMAGE_ADDRESS_BITS)
		return STATUS_INVALID;
	*ret = length;
	return STATUS_OK;
}

// The bytes of one struct that was read. Fields that are after its end or that this CPython lacks
// are 0.
struct record {
	const uint8_t *bytes;
	uint64_t size;
	const struct layout *layout;
};

enum { RECORD_SIZE_MAX = 1024 }; // larger than any struct that is read as a record

static inline must_check enum status record_read_bytes(const struct python *python, addr_t base,
	uint64_t size, uint8_t buffer[RECORD_SIZE_MAX], struct record *ret)
{
	const void *bytes;
	if (__builtin_expect(size > RECORD_SIZE_MAX, 0))
		return STATUS_UNSUPPORTED; // the field is absent, or the size is not plausible
	enum status status = memory_view(&python->memory, base, size, buffer, &bytes);
	if (!status)
		*ret = (struct record){bytes, size, python->layout};
	return status;
}

// Reads a struct whose size is in the field size; buffer is used for a live process.
// STATUS_UNSUPPORTED: the size is unknown; otherwise as memory_view().
static inline must_check enum status record_read(const struct python *python, addr_t base,
	enum layout_field size, uint8_t buffer[RECORD_SIZE_MAX], struct record *ret)
{
	return record_read_bytes(python, base, python->layout->field[size], buffer, ret);
}

// The same for a struct without a field for its size: up to the field last, which is a word.
static inline must_check enum status record_read_to(const struct python *python, addr_t base,
	enum layout_field last, uint8_t buffer[RECORD_SIZE_MAX], struct record *ret)
{
	uint64_t size = (uint64_t)python->layout->field[last] + sizeof(uint64_t);
	return record_read_bytes(python, base, size, buffer, ret);
}

static inline bool record_has(
	const struct record *record, enum layout_field field, uint64_t field_size)
{
	uint64_t offset = record->layout->field[field]; // if absent, larger than any size
	return __builtin_expect(offset + field_size <= record->size, 1);
}

static inline uint64_t record_u64(const struct record *record, enum layout_field field)
{
	return record_has(record, field, sizeof(uint64_t))
		? bytes_u64(record->bytes, record->layout->field[field]) : 0;
}

static inline uint32_t record_u32(const struct record *record, enum layout_field field)
{
	return record_has(record, field, sizeof(uint32_t))
		? bytes_u32(record->bytes, record->layout->field[field]) : 0;
}

static inline uint8_t record_u8(const struct record *record, enum layout_field field)
{
	return record_has(record, field, sizeof(uint8_t))
		? bytes_u8(record->bytes, record->layout->field[field]) : 0;
}

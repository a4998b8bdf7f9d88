// SPDX-License-Identifier: MIT
#include "layout/published.h"

#include <stdlib.h>
#include <string.h>

#include "base/guard.h"

enum {
	VERSION_OFFSET = 8, // PY_VERSION_HEX, after the cookie
	FIRST_MINOR = 13,
	MINORS = 3,
};

static const char COOKIE[8] = {'x', 'd', 'e', 'b', 'u', 'g', 'p', 'y'};

#define PUBLISHED(field, at_3_13, at_3_14, at_3_15) {FIELD_##field, {at_3_13, at_3_14, at_3_15}},
static const struct {
	enum layout_field field;
	uint16_t at[MINORS];
} published[] = {
#include "layout/published.def"
};
#undef PUBLISHED

enum { PUBLISHED_COUNT = sizeof(published) / sizeof(published[0]) };

// Structs that have fields that are not published.
static const enum layout_field partly_published[] = {
	FIELD_interp_size, FIELD_thread_size, FIELD_gc_size, FIELD_frame_size, FIELD_code_size,
	FIELD_type_size, FIELD_dict_size, FIELD_str_size, FIELD_object_size,
};

// Fields that are not published, between or directly after runtime_finalizing and
// runtime_interpreters_head.
static const enum layout_field among_published[] = {
	FIELD_runtime_initialized, FIELD_runtime_interpreters_main,
};

static uint64_t read_word(const void *bytes, size_t offset)
{
	uint64_t word;
	memcpy(&word, (const char *)bytes + offset, sizeof(word));
	return word;
}

// Finds the column of published.def that describes these bytes.
static enum status find_column(const void *bytes, size_t size, unsigned *ret)
{
	if (size < VERSION_OFFSET + sizeof(uint64_t) || memcmp(bytes, COOKIE, sizeof(COOKIE)))
		return STATUS_NOT_FOUND;
	uint64_t version = read_word(bytes, VERSION_OFFSET);
	uint64_t minor = version >> 16 & 0xff;
	if (version >> 24 != 3 || minor < FIRST_MINOR || minor >= FIRST_MINOR + MINORS)
		return STATUS_NOT_FOUND;
	*ret = (unsigned)minor - FIRST_MINOR;
	return STATUS_OK;
}

// Reads the published value of the index-th field; false: it is not published.
static bool read_value(
	const void *bytes, size_t size, unsigned column, unsigned index, uint64_t *ret)
{
	size_t at = published[index].at[column];
	if (!at || at + sizeof(uint64_t) > size)
		return false;
	*ret = read_word(bytes, at);
	return true;
}

enum status published_check(
	const struct layout *layout, const void *bytes, size_t size, struct error *err)
{
	unsigned column;
	if (find_column(bytes, size, &column))
		return error_set(err, STATUS_NOT_FOUND, "the interpreter publishes no offsets");
	for (unsigned i = 0; i < PUBLISHED_COUNT; i++) {
		enum layout_field field = published[i].field;
		uint64_t value;
		if (!read_value(bytes, size, column, i, &value) || layout->field[field] == value ||
			layout->field[field] == LAYOUT_UNKNOWN)
			continue;
		if (!layout_has(layout, field))
			return error_set(err, STATUS_INVALID,
				"'%s' is %llu in the interpreter and not in the table of %s",
				layout_field_name(field), (unsigned long long)value, layout->name);
		return error_set(err, STATUS_INVALID,
			"'%s' is %llu in the interpreter and %u in the table of %s",
			layout_field_name(field), (unsigned long long)value, layout->field[field],
			layout->name);
	}
	return STATUS_OK;
}

bool published_read(const void *bytes, size_t size, enum layout_field field, uint32_t *ret)
{
	unsigned column;
	if (find_column(bytes, size, &column))
		return false;
	for (unsigned i = 0; i < PUBLISHED_COUNT; i++) {
		uint64_t value;
		if (published[i].field != field)
			continue;
		if (!read_value(bytes, size, column, i, &value) || value >= LAYOUT_UNKNOWN)
			return false;
		*ret = (uint32_t)value;
		return true;
	}
	return false;
}

static bool is_partly_published(enum layout_field field)
{
	for (size_t i = 0; i < sizeof(partly_published) / sizeof(partly_published[0]); i++)
		if (partly_published[i] == field)
			return true;
	return false;
}

// Makes fields of _PyRuntime unknown that may have moved with published ones.
static void forget_moved(struct layout *corrected, const struct layout *original)
{
	const uint32_t *now = corrected->field, *before = original->field;
	if (now[FIELD_runtime_finalizing] != before[FIELD_runtime_finalizing] ||
		now[FIELD_runtime_interpreters_head] != before[FIELD_runtime_interpreters_head])
		for (size_t i = 0; i < sizeof(among_published) / sizeof(among_published[0]); i++)
			corrected->field[among_published[i]] = LAYOUT_UNKNOWN;
}

enum status published_apply(const struct layout *layout, uint32_t version, const void *bytes,
	size_t size, struct layout **ret, struct error *err)
{
	unsigned column;
	if (find_column(bytes, size, &column))
		return error_set(err, STATUS_NOT_FOUND, "the interpreter publishes no offsets");
	AUTO(layout_destroyp) struct layout *corrected = malloc(sizeof(*corrected));
	if (!corrected)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a layout");
	*corrected = *layout;
	for (unsigned i = 0; i < PUBLISHED_COUNT; i++) {
		enum layout_field field = published[i].field;
		uint64_t value;
		if (!read_value(bytes, size, column, i, &value))
			continue;
		if (value >= LAYOUT_UNKNOWN ||
			(is_partly_published(field) && value != layout->field[field]))
			return error_set(err, STATUS_UNSUPPORTED,
				"'%s' is %llu in the interpreter and %u in the table of %s: what lies "
				"between is not published",
				layout_field_name(field), (unsigned long long)value,
				layout->field[field], layout->name);
		corrected->field[field] = (uint32_t)value;
	}
	forget_moved(corrected, layout);
	corrected->first_version = corrected->last_version = version;
	corrected->runtime_size = corrected->field[FIELD_runtime_size];
	corrected->source = LAYOUT_PUBLISHED;
	*ret = take_ptr(corrected);
	return STATUS_OK;
}

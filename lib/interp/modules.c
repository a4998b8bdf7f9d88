// SPDX-License-Identifier: MIT
#include "interp/modules.h"

#include "interp/reader.h"
#include "interp/runtime.h"

#include <stdbool.h>
#include <string.h>

enum {
	KEYS_TRIED = 16, // sys and builtins are the first two (Python/pylifecycle.c, 3.8 to 3.15)
	NAME_MAX_BYTES = 64,
};
static const uint64_t ENTRIES_MAX = 1 << 24;

struct search {
	const struct runtime *runtime;
	const struct layout *layout;
	const struct reader *reader;
	const char *name; // NULL: any
	struct error *err;
};

static enum status misfit(const struct search *search, enum layout_field field, const char *what)
{
	return error_set(
		search->err, STATUS_INVALID, "%s: %s", layout_field_name(field), what);
}

// What a failed read means: a wrong field led us nowhere, or the process does not let us.
static enum status unread(const struct search *search, enum layout_field field, enum status status)
{
	if (status == STATUS_UNSUPPORTED)
		return misfit(search, field, "the layout lacks this field");
	if (status == STATUS_UNREADABLE)
		return misfit(search, field, "leads to no memory");
	return error_set(search->err, status, "cannot read the interpreter's memory: %s",
		status_text(status));
}

static enum status read_word(
	const struct search *search, addr_t base, enum layout_field field, uint64_t *ret)
{
	enum status status = reader_u64(search->reader, search->layout, base, field, ret);
	return status ? unread(search, field, status) : STATUS_OK;
}

// Bytes of the index table that lies between the header of a dict's keys and its entries
// (Objects/dictobject.c, DK_ENTRIES()).
static enum status read_index_bytes(const struct search *search, addr_t keys, uint64_t *ret)
{
	if (layout_has(search->layout, FIELD_keys_log2_index_bytes)) {
		uint8_t log2 = 0;
		addr_t addr = keys + search->layout->field[FIELD_keys_log2_index_bytes];
		enum status status = reader_bytes(search->reader, addr, &log2, sizeof(log2));
		if (status)
			return unread(search, FIELD_keys_log2_index_bytes, status);
		if (log2 > 32)
			return misfit(search, FIELD_keys_log2_index_bytes, "makes no sense");
		*ret = 1ull << log2;
		return STATUS_OK;
	}
	uint64_t size = 0;
	enum status status = read_word(search, keys, FIELD_keys_table_size, &size);
	if (status)
		return status;
	if (!size || size > ENTRIES_MAX)
		return misfit(search, FIELD_keys_table_size, "makes no sense");
	*ret = size * (size <= 0xff ? 1 : size <= 0xffff ? 2 : 4);
	return STATUS_OK;
}

// Whether the str at addr is plain ASCII that ends where its length says, as module names are.
static bool is_name(const struct search *search, addr_t addr)
{
	const struct layout *layout = search->layout;
	uint64_t type = 0, length = 0;
	char bytes[NAME_MAX_BYTES];
	if (reader_u64(search->reader, layout, addr, FIELD_object_type, &type) ||
		type != search->runtime->well_known[WELL_KNOWN_str] ||
		reader_u64(search->reader, layout, addr, FIELD_str_length, &length) || !length ||
		length >= sizeof(bytes) ||
		reader_bytes(search->reader, addr + layout->field[FIELD_str_ascii_size], bytes,
			length + 1))
		return false;
	return strnlen(bytes, sizeof(bytes)) == length &&
	       (!search->name || !strcmp(bytes, search->name));
}

static enum status search_entries(
	const struct search *search, addr_t entries, uint64_t count, addr_t *ret)
{
	const struct layout *layout = search->layout;
	for (uint64_t i = 0; i < count && i < KEYS_TRIED; i++) {
		// {key, value}, or with the hash in front {hash, key, value}
		uint64_t entry[2], type = 0;
		addr_t addr = layout->traits.has_unicode_entries ? entries + 16 * i
								 : entries + 24 * i + 8;
		enum status status = reader_bytes(search->reader, addr, entry, sizeof(entry));
		if (status)
			return unread(search, FIELD_keys_indices, status);
		if (!entry[1] || !is_name(search, entry[0]))
			continue;
		status = reader_u64(search->reader, layout, entry[1], FIELD_object_type, &type);
		if (status || type != search->runtime->well_known[WELL_KNOWN_module])
			continue;
		*ret = entry[1];
		return STATUS_OK;
	}
	return misfit(search, FIELD_keys_indices, "no module with a name in sys.modules");
}

enum status modules_find(const struct runtime *runtime, const struct reader *reader, addr_t modules,
	const char *name, addr_t *ret, struct error *err)
{
	const struct search search = {runtime, runtime->layout, reader, name, err};
	uint64_t keys = 0, count = 0, index_bytes = 0;
	enum status status = read_word(&search, modules, FIELD_dict_keys, &keys);
	if (!status)
		status = read_word(&search, keys, FIELD_keys_nentries, &count);
	if (!status)
		status = read_index_bytes(&search, keys, &index_bytes);
	if (status)
		return status;
	if (!count || count > ENTRIES_MAX)
		return misfit(&search, FIELD_keys_nentries, "makes no sense for sys.modules");
	addr_t entries = keys + search.layout->field[FIELD_keys_indices] + index_bytes;
	return search_entries(&search, entries, count, ret);
}

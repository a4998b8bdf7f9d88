// SPDX-License-Identifier: MIT
#include "layout/dwarf/structs.h"

#include <assert.h>
#include <dwarf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/guard.h"
#include "layout/layout.h"
#include "layout/dwarf/members.h"

struct wanted {
	const char *name; // not terminated
	size_t length;
	bool is_found;
	Dwarf_Die die;
};

// Sorted by name once complete.
struct structs {
	struct array wanted;
};

static int compare_names(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t length = a_length < b_length ? a_length : b_length;
	int order = memcmp(a, b, length);
	return order ? order : (a_length > b_length) - (a_length < b_length);
}

static int compare_wanted(const void *a, const void *b)
{
	const struct wanted *left = a, *right = b;
	return compare_names(left->name, left->length, right->name, right->length);
}

static struct wanted *find_wanted(struct structs *structs, const char *name, size_t length)
{
	struct wanted key = {.name = name, .length = length};
	return bsearch(&key, structs->wanted.items, structs->wanted.count, sizeof(key),
		compare_wanted);
}

static enum status add_names(struct structs *structs, const char *alternatives)
{
	while (*alternatives) {
		struct wanted *wanted;
		size_t length = strcspn(alternatives, "|");
		enum status status = array_add(&structs->wanted, sizeof(*wanted), (void **)&wanted);
		if (status)
			return status;
		wanted->name = alternatives;
		wanted->length = length;
		alternatives += length + (alternatives[length] == '|');
	}
	return STATUS_OK;
}

static void remove_duplicates(struct structs *structs)
{
	struct wanted *items = structs->wanted.items;
	size_t kept = 0;
	for (size_t i = 0; i < structs->wanted.count; i++)
		if (!kept || compare_wanted(&items[kept - 1], &items[i]))
			items[kept++] = items[i];
	structs->wanted.count = kept;
}

enum status structs_create(struct structs **ret, struct error *err)
{
	AUTO(structs_destroyp) struct structs *structs = calloc(1, sizeof(*structs));
	if (!structs)
		return error_set(err, STATUS_NO_MEMORY, "cannot look for structs");
	for (int field = 0; field < FIELD_COUNT; field++) {
		const char *name, *member;
		layout_field_place((enum layout_field)field, &name, &member);
		if (add_names(structs, name))
			return error_set(err, STATUS_NO_MEMORY, "cannot look for structs");
	}
	assert(structs->wanted.count > 0);
	qsort(structs->wanted.items, structs->wanted.count, sizeof(struct wanted), compare_wanted);
	remove_duplicates(structs);
	*ret = take_ptr(structs);
	return STATUS_OK;
}

void structs_destroy(struct structs *structs)
{
	if (!structs)
		return;
	array_deinit(&structs->wanted);
	free(structs);
}

// What a unit says of one name. The first definition counts; all others must be as large.
static enum status note_definition(struct wanted *wanted, Dwarf_Die *die, struct error *err)
{
	Dwarf_Die type;
	uint32_t size, known;
	if (members_complete(die, &type) || members_size(&type, &size))
		return STATUS_OK;
	if (!wanted->is_found) {
		wanted->is_found = true;
		wanted->die = type;
		return STATUS_OK;
	}
	if (members_size(&wanted->die, &known) || known == size)
		return STATUS_OK;
	return error_set(err, STATUS_INVALID,
		"the debug information has two structs '%.*s', of %u and of %u bytes",
		(int)wanted->length, wanted->name, known, size);
}

static enum status scan_unit(struct structs *structs, Dwarf_Die *unit, struct error *err)
{
	Dwarf_Die child;
	if (dwarf_child(unit, &child))
		return STATUS_OK;
	do {
		int tag = dwarf_tag(&child);
		if (tag != DW_TAG_structure_type && tag != DW_TAG_typedef &&
			tag != DW_TAG_union_type)
			continue;
		const char *name = dwarf_diename(&child);
		struct wanted *wanted = name ? find_wanted(structs, name, strlen(name)) : NULL;
		enum status status = wanted ? note_definition(wanted, &child, err) : STATUS_OK;
		if (status)
			return status;
	} while (!dwarf_siblingof(&child, &child));
	return STATUS_OK;
}

static enum status damaged(struct error *err)
{
	return error_set(err, STATUS_INVALID, "the debug information is damaged: %s",
		dwarf_errmsg(-1));
}

// Units whose contents are in files of their own (-gsplit-dwarf): asked for a member of one, libdw
// would open whatever path the unit names.
static enum status refuse_split(Dwarf *dwarf, struct error *err)
{
	Dwarf_CU *unit = NULL;
	uint8_t type;
	int result;
	while (!(result = dwarf_get_units(dwarf, unit, &unit, NULL, &type, NULL, NULL)))
		if (type == DW_UT_skeleton)
			return error_set(err, STATUS_UNSUPPORTED,
				"the debug information is split into many files");
	return result < 0 ? damaged(err) : STATUS_OK;
}

enum status structs_scan(struct structs *structs, Dwarf *dwarf, struct error *err)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Die die;
	int result;
	enum status status = refuse_split(dwarf, err);
	if (status)
		return status;
	while (!(result = dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &die, NULL))) {
		status = scan_unit(structs, &die, err);
		if (status)
			return status;
	}
	return result < 0 ? damaged(err) : STATUS_OK;
}

Dwarf_Die *structs_find(struct structs *structs, const char *name, size_t length)
{
	struct wanted *wanted = find_wanted(structs, name, length);
	return wanted && wanted->is_found ? &wanted->die : NULL;
}

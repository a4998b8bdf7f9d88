// SPDX-License-Identifier: MIT
#include "layout/dwarf/structs.h"

#include <assert.h>
#include <dwarf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/vector.h"
#include "layout/layout.h"

// --- Members of a struct -------------------------------------------------------------------------

enum {
	TYPEDEFS_MAX = 16, // a longer chain is a cycle
	NESTING_MAX = 32,
	MEMBERS_MAX = 100000, // for one name, since unnamed structs may be nested many times
};

struct lookup {
	const char *name;
	size_t length;
	unsigned left; // members that may still be looked at
};

static bool is_struct(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

static bool is_transparent(Dwarf_Die *die)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_typedef:
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_atomic_type:
	case DW_TAG_array_type:
		return true;
	default:
		return false;
	}
}

static bool follow_type(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attribute;
	return dwarf_attr_integrate(die, DW_AT_type, &attribute) &&
	       dwarf_formref_die(&attribute, ret);
}

static enum status complete_struct(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Die type = *die;
	for (int i = 0; is_transparent(&type); i++) {
		Dwarf_Die next;
		if (i == TYPEDEFS_MAX || !follow_type(&type, &next))
			return STATUS_NOT_FOUND;
		type = next;
	}
	if (!is_struct(&type) || dwarf_hasattr(&type, DW_AT_declaration))
		return STATUS_NOT_FOUND;
	*ret = type;
	return STATUS_OK;
}

enum status members_size(Dwarf_Die *type, uint32_t *ret)
{
	int size = dwarf_bytesize(type);
	if (size < 0)
		return STATUS_NOT_FOUND;
	*ret = (uint32_t)size;
	return STATUS_OK;
}

// DWARF 2 and 3, and clang for gdb still today, count a bit field from the most significant bit of
// the unit that holds it, which on a little-endian machine is the end. 0: the member is no bit
// field.
static enum status bytes_into_unit(Dwarf_Die *member, uint64_t *ret)
{
	Dwarf_Attribute attribute;
	Dwarf_Word from_end, unit, size;
	if (!dwarf_attr(member, DW_AT_bit_offset, &attribute)) {
		*ret = 0;
		return STATUS_OK;
	}
	if (dwarf_formudata(&attribute, &from_end) ||
		dwarf_formudata(dwarf_attr(member, DW_AT_bit_size, &attribute), &size) ||
		dwarf_formudata(dwarf_attr(member, DW_AT_byte_size, &attribute), &unit) ||
		unit > sizeof(uint64_t) || size > unit * 8 || from_end > unit * 8 - size)
		return STATUS_INVALID;
	*ret = (unit * 8 - size - from_end) / 8;
	return STATUS_OK;
}

// The offset of a bit field is that of its first bit; DWARF 4 and later count it in bits. A member
// of a union has no offset of its own.
static enum status place_of(Dwarf_Die *member, uint64_t *ret)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value = 0;
	if (dwarf_attr(member, DW_AT_data_bit_offset, &attribute)) {
		if (dwarf_formudata(&attribute, &value))
			return STATUS_INVALID;
		*ret = value / 8;
		return STATUS_OK;
	}
	if (dwarf_attr(member, DW_AT_data_member_location, &attribute) &&
		dwarf_formudata(&attribute, &value)) {
		Dwarf_Op *operations;
		size_t count;
		if (dwarf_getlocation(&attribute, &operations, &count) || count != 1 ||
			operations[0].atom != DW_OP_plus_uconst)
			return STATUS_INVALID;
		value = operations[0].number;
	}
	uint64_t into_unit;
	enum status status = bytes_into_unit(member, &into_unit);
	if (!status)
		*ret = value + into_unit;
	return status;
}

static bool has_name(Dwarf_Die *die, const char *name, size_t length)
{
	const char *own = dwarf_diename(die);
	return own && !strncmp(own, name, length) && !own[length];
}

// Finds a member by name, also in unnamed structs and unions. Adds its offset to *offset.
static enum status find_member(
	Dwarf_Die *type, struct lookup *lookup, int depth, Dwarf_Die *ret, uint64_t *offset)
{
	Dwarf_Die child;
	if (depth == NESTING_MAX)
		return STATUS_INVALID;
	if (dwarf_child(type, &child))
		return STATUS_NOT_FOUND;
	do {
		Dwarf_Die inner;
		uint64_t place;
		if (!lookup->left--)
			return STATUS_INVALID;
		if (dwarf_tag(&child) != DW_TAG_member)
			continue;
		bool unnamed = !dwarf_diename(&child);
		if (!unnamed && !has_name(&child, lookup->name, lookup->length))
			continue;
		enum status status = place_of(&child, &place);
		if (status)
			return status;
		if (!unnamed) {
			*ret = child;
			*offset += place;
			return STATUS_OK;
		}
		if (!follow_type(&child, &inner) || complete_struct(&inner, &inner))
			continue;
		status = find_member(&inner, lookup, depth + 1, ret, &place);
		if (status == STATUS_OK)
			*offset += place;
		if (status != STATUS_NOT_FOUND)
			return status;
	} while (!dwarf_siblingof(&child, &child));
	return STATUS_NOT_FOUND;
}

enum status members_offset(Dwarf_Die *type, const char *path, uint32_t *ret)
{
	Dwarf_Die scope = *type, member;
	uint64_t offset = 0;
	for (;;) {
		size_t length = strcspn(path, ".");
		struct lookup lookup = {.name = path, .length = length, .left = MEMBERS_MAX};
		enum status status = find_member(&scope, &lookup, 0, &member, &offset);
		if (status)
			return status;
		path += length;
		if (!*path)
			break;
		path++;
		Dwarf_Die inner;
		if (!follow_type(&member, &inner))
			return STATUS_INVALID;
		status = complete_struct(&inner, &scope);
		if (status)
			return status;
	}
	if (offset >= UINT32_MAX)
		return STATUS_INVALID;
	*ret = (uint32_t)offset;
	return STATUS_OK;
}

struct count {
	const char *name;
	uint64_t end;
	int depth;
};

static enum status count_in_type(Dwarf_Die *type, struct count count, uint64_t *ret);

// In a union the member with most mutexes counts, in a struct all members that begin before the
// end.
static enum status count_in_members(Dwarf_Die *type, struct count count, uint64_t *ret)
{
	bool is_union = dwarf_tag(type) == DW_TAG_union_type;
	Dwarf_Die child, inner;
	*ret = 0;
	if (dwarf_child(type, &child))
		return STATUS_OK;
	do {
		struct count within = count;
		uint64_t place, found;
		if (dwarf_tag(&child) != DW_TAG_member || !follow_type(&child, &inner))
			continue;
		enum status status = place_of(&child, &place);
		if (status)
			return status;
		if (place >= count.end)
			continue;
		within.end -= place;
		status = count_in_type(&inner, within, &found);
		if (status)
			return status;
		if (!is_union)
			*ret += found;
		else if (*ret < found)
			*ret = found;
	} while (!dwarf_siblingof(&child, &child));
	return STATUS_OK;
}

static enum status count_in_array(Dwarf_Die *array, struct count count, uint64_t *ret)
{
	struct count whole = {.name = count.name, .end = UINT64_MAX, .depth = count.depth};
	Dwarf_Word size, all_size;
	Dwarf_Die item;
	*ret = 0;
	if (!follow_type(array, &item) || dwarf_aggregate_size(&item, &size) ||
		dwarf_aggregate_size(array, &all_size) || !size)
		return STATUS_OK; // an array of unknown length, at the end of a struct
	enum status status = count_in_type(&item, whole, ret);
	uint64_t end = all_size < count.end ? all_size : count.end;
	*ret *= end / size + (end % size != 0);
	return status;
}

static enum status count_in_type(Dwarf_Die *type, struct count count, uint64_t *ret)
{
	Dwarf_Die next;
	*ret = 0;
	if (++count.depth > NESTING_MAX)
		return STATUS_INVALID;
	if (is_struct(type))
		return count_in_members(type, count, ret);
	if (dwarf_tag(type) == DW_TAG_array_type)
		return count_in_array(type, count, ret);
	if (dwarf_tag(type) == DW_TAG_typedef && has_name(type, count.name, strlen(count.name))) {
		*ret = 1;
		return STATUS_OK;
	}
	if (!is_transparent(type) || !follow_type(type, &next))
		return STATUS_OK;
	return count_in_type(&next, count, ret);
}

enum status members_count_before(Dwarf_Die *type, uint64_t end, const char *name, uint32_t *ret)
{
	uint64_t found;
	enum status status = count_in_type(type, (struct count){.name = name, .end = end}, &found);
	if (status || found > UINT32_MAX)
		return STATUS_INVALID;
	*ret = (uint32_t)found;
	return STATUS_OK;
}

// --- Structs by their names ----------------------------------------------------------------------

struct wanted {
	const char *name; // not terminated
	size_t length;
	bool is_found;
	Dwarf_Die die;
};

// Sorted by name once complete.
VECTOR(wanted_structs, struct wanted)

struct structs {
	struct wanted_structs wanted;
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
	return wanted_structs_find(&structs->wanted, &key, compare_wanted);
}

static enum status add_names(struct structs *structs, const char *alternatives)
{
	while (*alternatives) {
		size_t length = strcspn(alternatives, "|");
		struct wanted wanted = {.name = alternatives, .length = length};
		if (wanted_structs_add(&structs->wanted, wanted))
			return STATUS_NO_MEMORY;
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
	wanted_structs_sort(&structs->wanted, compare_wanted);
	remove_duplicates(structs);
	*ret = take_ptr(structs);
	return STATUS_OK;
}

void structs_destroy(struct structs *structs)
{
	if (!structs)
		return;
	wanted_structs_deinit(&structs->wanted);
	free(structs);
}

// Notes that a unit defines one of the names. The first definition counts; others must have its
// size.
static enum status note_definition(struct wanted *wanted, Dwarf_Die *die, struct error *err)
{
	Dwarf_Die type;
	uint32_t size, known;
	if (complete_struct(die, &type) || members_size(&type, &size))
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

// Refuses units whose contents are in separate files (-gsplit-dwarf): to find members libdw would
// open any path that the unit names.
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

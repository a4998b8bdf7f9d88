// SPDX-License-Identifier: MIT
#include "heap/type.h"

#include "base/array.h"
#include "base/guard.h"
#include "heap/dict_reader.h"
#include "heap/struct.h"
#include "heap/type_fields.h"
#include "heap/type_kind.h"
#include "heap/type_name.h"
#include "target/capture.h"

#include <stdlib.h>
#include <string.h>

enum {
	RECENT_BITS = 10,
	RECENT_COUNT = 1 << RECENT_BITS,
	TABLE_BITS_FIRST = 10,
	MRO_MAX = 1 << 10,
	PREHEADER = 16, // PyGC_Head, or the words for a managed dict and weak references
};

// Types by address: an open-addressed hash with linear probing, never more than half full, and in
// front of it a direct-mapped cache, since every object of a walk asks here.
struct types {
	const struct capture *capture;
	struct array all; // struct type *, by id
	struct type **table;
	unsigned table_bits;
	bool ran_out_of_memory;
	struct {
		addr_t address;
		const struct type *type; // NULL: no type is there
	} recent[RECENT_COUNT];
};

static uint64_t address_hash(addr_t address, unsigned bits)
{
	return (address >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - bits);
}

enum status types_create(const struct capture *capture, struct types **ret)
{
	AUTO(freep) struct types *types = calloc(1, sizeof(*types));
	if (!types)
		return STATUS_NO_MEMORY;
	types->table_bits = TABLE_BITS_FIRST;
	types->table = calloc((size_t)1 << types->table_bits, sizeof(*types->table));
	if (!types->table)
		return STATUS_NO_MEMORY;
	types->capture = capture;
	*ret = take_ptr(types);
	return STATUS_OK;
}

static void type_destroy(struct type *type)
{
	if (!type)
		return;
	free((void *)type->name);
	free((void *)type->slots);
	free(type);
}
GUARD(struct type, type_destroy)

void types_destroy(struct types *types)
{
	if (!types)
		return;
	for (size_t i = 0; i < types->all.count; i++)
		type_destroy(((struct type **)types->all.items)[i]);
	array_deinit(&types->all);
	free(types->table);
	free(types);
}

const struct capture *types_capture(const struct types *types)
{
	return types->capture;
}

size_t types_count(const struct types *types)
{
	return types->all.count;
}

const struct type *types_by_id(const struct types *types, uint32_t id)
{
	return ((struct type **)types->all.items)[id];
}

bool types_ran_out_of_memory(const struct types *types)
{
	return types->ran_out_of_memory;
}

// Where address is in the table, or the free place where it belongs.
static struct type **table_place(struct type **table, unsigned bits, addr_t address)
{
	uint64_t mask = (UINT64_C(1) << bits) - 1;
	uint64_t i = address_hash(address, bits);
	while (table[i] && table[i]->address != address)
		i = (i + 1) & mask;
	return &table[i];
}

static enum status table_grow(struct types *types)
{
	unsigned bits = types->table_bits + 1;
	struct type **table = calloc((size_t)1 << bits, sizeof(*table));
	if (!table)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < types->all.count; i++) {
		struct type *type = ((struct type **)types->all.items)[i];
		*table_place(table, bits, type->address) = type;
	}
	free(types->table);
	types->table = table;
	types->table_bits = bits;
	return STATUS_OK;
}

static enum status types_add_take(struct types *types, struct type *take)
{
	AUTO(type_destroyp) struct type *type = take;
	if ((types->all.count + 1) * 2 > (size_t)1 << types->table_bits) {
		enum status status = table_grow(types);
		if (status)
			return status;
	}
	void *item;
	enum status status = array_add(&types->all, sizeof(struct type *), &item);
	if (status)
		return status;
	type->id = (uint32_t)(types->all.count - 1);
	*table_place(types->table, types->table_bits, type->address) = type;
	*(struct type **)item = take_ptr(type);
	return STATUS_OK;
}

// sys.getsizeof() adds what lies in front of an object (_PySys_GetSizeOf and _PyType_PreHeaderSize:
// up to 3.10 the PyGC_Head; then a second pair of words for managed dicts, weak references).
static uint32_t preheader_size(const struct layout *layout, uint64_t flags)
{
	uint32_t size = flags & TYPE_FLAG_GC && !layout->traits.is_free_threaded ? PREHEADER : 0;
	bool has_words = (layout->traits.has_managed_dict && flags & TYPE_FLAG_MANAGED_DICT) ||
			 (layout->traits.has_managed_weakref && flags & TYPE_FLAG_MANAGED_WEAKREF);
	return has_words ? size + PREHEADER : size;
}

// The slots of all classes of the chain that lie behind what is made in C.
static enum status type_find_slots(
	const struct heap *heap, const struct type_chain *chain, struct type *type)
{
	struct array slots = {0};
	struct type_slot slot;
	for (unsigned i = 0; i < chain->count; i++) {
		const struct type_fields *class = &chain->classes[i];
		for (uint64_t member = 0; member < class->member_count; member++) {
			if (!type_fields_slot(heap, class, member, &slot.offset, &slot.name) ||
				slot.offset < type->c_size || slot.offset >= type->basicsize)
				continue;
			void *item;
			if (array_add(&slots, sizeof(slot), &item)) {
				array_deinit(&slots);
				return STATUS_NO_MEMORY;
			}
			*(struct type_slot *)item = slot;
		}
	}
	type->slots = slots.items;
	type->slot_count = (uint32_t)slots.count;
	return STATUS_OK;
}

// The class whose size the kind of a type knows; 0 where the kind names none.
static addr_t class_of_kind(const struct type_chain *chain, const struct type *type)
{
	bool is_named = type->kind->types || type->kind->type_names;
	for (unsigned i = 0; i < chain->count && is_named; i++) {
		const struct type_fields *class = &chain->classes[i];
		if (class->is_made_in_c && class->basicsize == type->base_size)
			return class->address;
	}
	return 0;
}

// Whether an instance's size is computed by code that we cannot know: by a __sizeof__ of a class
// that Python asks before the one whose instances the kind reads.
static bool has_own_sizeof(
	const struct heap *heap, const struct type_chain *chain, const struct type *type)
{
	addr_t object = heap->runtime->well_known[WELL_KNOWN_object];
	addr_t known = class_of_kind(chain, type);
	addr_t mro, class, dict, value;
	uint64_t count;
	if (struct_read(heap, type->address, FIELD_type_mro, &mro) || !mro ||
		struct_read_length(heap, mro, FIELD_var_size, &count))
		return false;
	for (uint64_t i = 0; i < count && i < MRO_MAX; i++) {
		addr_t item = mro + heap_field(heap, FIELD_tuple_items) + i * sizeof(addr_t);
		if (!image_read_u64(heap->image, item, &class) || class == known || class == object)
			return false;
		if (!struct_read(heap, class, FIELD_type_dict, &dict) && dict &&
			dict_find(heap, dict, "__sizeof__", &value) == STATUS_OK)
			return true;
	}
	return false;
}

static void chain_read(const struct heap *heap, struct type_chain *chain)
{
	while (chain->count < TYPE_CHAIN_MAX) {
		addr_t base = chain->classes[chain->count - 1].base;
		if (!base || !type_fields_read(heap, base, &chain->classes[chain->count]))
			return;
		chain->count++;
	}
}

// What a walk will read next after the object itself: items, a table of keys, attribute values.
static int32_t find_satellite(const struct layout *layout, const struct type *type)
{
	if (type->flags & TYPE_FLAG_LIST)
		return (int32_t)layout->field[FIELD_list_items];
	if (type->flags & TYPE_FLAG_DICT)
		return (int32_t)layout->field[FIELD_dict_keys];
	if (!strcmp(type->kind->name, "set"))
		return (int32_t)layout->field[FIELD_set_table];
	if (!layout->traits.has_managed_dict || !(type->flags & TYPE_FLAG_MANAGED_DICT))
		return 0;
	if (layout->traits.has_separate_values_word)
		return -32;
	return layout->traits.has_tagged_dict_or_values ? -24 : 0;
}

static enum status type_fill(const struct heap *heap, const char *tp_name,
	const struct type_chain *chain, struct type *type)
{
	const struct type_fields *fields = &chain->classes[0];
	*type = (struct type){
		.address = fields->address,
		.basicsize = fields->basicsize,
		.itemsize = fields->itemsize,
		.flags = fields->flags,
		.dictoffset = fields->dictoffset,
		.weaklistoffset = fields->weaklistoffset,
		.preheader = preheader_size(heap->layout, fields->flags),
		.has_gc_head =
			fields->flags & TYPE_FLAG_GC && !heap->layout->traits.is_free_threaded,
		.is_metatype = fields->flags & TYPE_FLAG_TYPE,
	};
	type->kind =
		type_kind_find(heap, heap->types->capture, chain, &type->base_size, &type->c_size);
	type->size_is_approximate =
		type->kind->size_is_approximate || has_own_sizeof(heap, chain, type);
	if (fields->flags & TYPE_FLAG_HEAP)
		image_read_u64(heap->image,
			fields->address + heap_field(heap, FIELD_heap_type_cached_keys),
			&type->cached_keys);
	type->satellite = find_satellite(heap->layout, type);
	enum status status = type_find_slots(heap, chain, type);
	return status ? status : type_name_make(heap, fields, tp_name, (char **)&type->name);
}

// STATUS_INVALID where no type is at address.
static enum status type_read(const struct heap *heap, addr_t address)
{
	struct type_fields classes[TYPE_CHAIN_MAX];
	struct type_chain chain = {.classes = classes, .count = 1};
	if (!type_fields_read(heap, address, &classes[0]))
		return STATUS_INVALID;
	AUTO(freep) char *tp_name = NULL;
	enum status status = c_string_read(heap, heap->types->capture, classes[0].name, &tp_name);
	if (status)
		return status == STATUS_NO_MEMORY ? status : STATUS_INVALID;
	chain_read(heap, &chain);

	AUTO(type_destroyp) struct type *type = calloc(1, sizeof(*type));
	if (!type)
		return STATUS_NO_MEMORY;
	status = type_fill(heap, tp_name, &chain, type);
	if (status)
		return status;
	return types_add_take(heap->types, take_ptr(type));
}

enum status types_read_name(const struct heap *heap, addr_t address, char **ret)
{
	return c_string_read(heap, heap->types->capture, address, ret);
}

enum status types_read_constant(const struct heap *heap, addr_t address, void *buffer, size_t size)
{
	const void *bytes = image_at(heap->image, address, size);
	if (!bytes)
		return heap->types->capture ? capture_read(heap->types->capture, address, buffer, size)
					   : STATUS_UNREADABLE;
	memcpy(buffer, bytes, size);
	return STATUS_OK;
}

const struct type *types_get(const struct heap *heap, addr_t address)
{
	struct types *types = heap->types;
	uint64_t i = address_hash(address, RECENT_BITS);
	if (__builtin_expect(types->recent[i].address == address && address, 1))
		return types->recent[i].type;

	struct type **place = table_place(types->table, types->table_bits, address);
	if (!*place) {
		enum status status = type_read(heap, address);
		if (status == STATUS_NO_MEMORY)
			types->ran_out_of_memory = true;
		place = table_place(types->table, types->table_bits, address);
	}
	types->recent[i].address = address;
	types->recent[i].type = *place;
	return *place;
}

// SPDX-License-Identifier: MIT
#include "heap/type.h"

#include "base/array.h"
#include "base/guard.h"
#include "heap/kind/compiled.h"
#include "heap/struct.h"
#include "python/dict.h"
#include "python/list.h"
#include "python/str.h"

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

enum status types_create(struct types **ret)
{
	AUTO(freep) struct types *types = calloc(1, sizeof(*types));
	if (!types)
		return STATUS_NO_MEMORY;
	types->table_bits = TABLE_BITS_FIRST;
	types->table = calloc((size_t)1 << types->table_bits, sizeof(*types->table));
	if (!types->table)
		return STATUS_NO_MEMORY;
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

// The classes from a type up its tp_base chain.
enum { TYPE_CHAIN_MAX = 64 };

struct type_chain {
	struct type_fields *classes; // the type itself first
	unsigned count;
};

// A tp_name; the caller frees it.
static enum status read_name(const struct heap *heap, addr_t address, char **ret)
{
	return memory_c_string(&heap->python.memory, address, TYPE_NAME_MAX_BYTES, ret);
}

// --- Which kind reads the instances of a type ------------------------------------------------------

static bool kind_has_address(const struct kind *kind, const struct runtime *runtime, addr_t address)
{
	if (!kind->types)
		return false;
	for (const enum well_known *type = kind->types; *type != WELL_KNOWN_COUNT; type++)
		if (runtime->well_known[*type] == address)
			return true;
	return false;
}

// A star stands for any text.
static bool name_matches(const char *pattern, const char *name)
{
	const char *star = strchr(pattern, '*');
	if (!star)
		return !strcmp(pattern, name);
	size_t before = (size_t)(star - pattern);
	if (strncmp(pattern, name, before))
		return false;
	for (name += before;; name++) {
		if (name_matches(star + 1, name))
			return true;
		if (!*name)
			return false;
	}
}

static bool is_one_of(const char *const *patterns, const char *name)
{
	for (; *patterns; patterns++)
		if (name_matches(*patterns, name))
			return true;
	return false;
}

static bool kind_has_size(const struct kind *kind, const struct heap *heap, uint64_t basicsize)
{
	if (kind->size_field == FIELD_COUNT)
		return true;
	return heap_field(heap, kind->size_field) == basicsize;
}

static bool has_mark(const struct heap *heap, const struct type_fields *class, const char *mark)
{
	addr_t value;
	return class->dict && dict_find(&heap->python, class->dict, mark, &value) == STATUS_OK;
}

// Whether a method of a C class is at address and has this name of its own. Its type is not read:
// it could be the one that is being read.
static bool is_method_named(const struct heap *heap, addr_t address, const char *name)
{
	addr_t type, str;
	return !struct_read(heap, address, FIELD_object_type, &type) &&
	       type == heap->runtime->well_known[WELL_KNOWN_method_descriptor] &&
	       !struct_read(heap, address, FIELD_descriptor_name, &str) &&
	       str_equals(&heap->python, str, name);
}

// What mypyc makes of a function inside another, and of the variables that they share, has neither
// the mark nor, in its tp_name, a module.
static bool is_function_of_mypyc(const struct type_fields *class, const char *name)
{
	static const char *const patterns[] = {"*_env", "*_gen", "*_obj", NULL};
	return class->flags & TYPE_FLAG_HEAP && !strchr(name, '.') && is_one_of(patterns, name);
}

// Classes of Cython have a table of their C methods, or methods for pickle that lie in the dict
// under another name than their own.
static bool is_made_by_cython(
	const struct heap *heap, const struct type_fields *class, const char *name)
{
	addr_t reduce;
	if (has_mark(heap, class, "__pyx_vtable__") || has_mark(heap, class, "__reduce_cython__"))
		return true;
	if (class->dict && !dict_find(&heap->python, class->dict, "__reduce__", &reduce) &&
		is_method_named(heap, reduce, "__reduce_cython__"))
		return true;
	return is_one_of(cython_names, name);
}

static const struct kind *kind_compiled_for(
	const struct heap *heap, const struct type_fields *class)
{
	AUTO(freep) char *name = NULL;
	if (read_name(heap, class->name, &name) != STATUS_OK)
		return &kind_opaque;
	if (has_mark(heap, class, MYPYC_MARK) || is_function_of_mypyc(class, name))
		return &kind_mypyc;
	if (is_made_by_cython(heap, class, name))
		return &kind_cython;
	return is_one_of(foreign_names, name) ? &kind_foreign : &kind_opaque;
}

// The tp_name of classes of mypyc lacks the module: mypy has a NoneType of its own.
static const struct kind *kind_named(
	const struct heap *heap, const struct type_fields *class)
{
	for (const struct kind *const *kind = kinds; *kind; kind++)
		if (kind_has_address(*kind, heap->runtime, class->address))
			return *kind;

	AUTO(freep) char *name = NULL;
	if (read_name(heap, class->name, &name) != STATUS_OK)
		return NULL;
	if (class->flags & TYPE_FLAG_HEAP && !strchr(name, '.') &&
		has_mark(heap, class, MYPYC_MARK))
		return NULL;
	for (const struct kind *const *kind = kinds; *kind; kind++)
		if ((*kind)->type_names && is_one_of((*kind)->type_names, name) &&
			kind_has_size(*kind, heap, class->basicsize))
			return *kind;
	return NULL;
}

// A class statement adds nothing to the C struct: __slots__, __dict__ and weak references are read
// by what the type says of them. Neither does a C class of the same size as its base.
//
// The kind of the nearest class that a kind names, or kind_opaque where a class nearer adds fields
// in C and nothing but object is named. ret_base_size is the tp_basicsize of the class whose C
// struct the kind reads, ret_c_size that of the nearest class made in C.
static const struct kind *find_kind(const struct heap *heap, const struct type_chain *chain,
	uint64_t *ret_base_size, uint64_t *ret_c_size)
{
	const struct type_fields *nearest_c = NULL;
	const struct type_fields *unknown = NULL; // the nearest class with fields nobody knows
	for (unsigned i = 0; i < chain->count; i++) {
		const struct type_fields *class = &chain->classes[i];
		if (!class->is_made_in_c)
			continue;
		if (!nearest_c)
			nearest_c = class;
		const struct kind *kind = kind_named(heap, class);
		if (kind && !(kind == &kind_instance && unknown)) {
			*ret_base_size = class->basicsize;
			*ret_c_size = nearest_c->basicsize;
			return kind;
		}
		bool has_base = i + 1 < chain->count;
		if (!unknown && !(has_base && class[1].basicsize == class->basicsize))
			unknown = class;
	}
	*ret_base_size = unknown ? unknown->basicsize : chain->classes[0].basicsize;
	*ret_c_size = *ret_base_size;
	return unknown ? kind_compiled_for(heap, unknown) : &kind_opaque;
}

// --- Reading a type --------------------------------------------------------------------------------

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
			if (!type_read_slot(&heap->python, class, member, &slot.offset, &slot.name) ||
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
	struct items items;
	if (struct_read(heap, type->address, FIELD_type_mro, &mro) || !mro ||
		tuple_items(&heap->python, mro, &items))
		return false;
	for (uint64_t i = 0; i < items.count && i < MRO_MAX; i++) {
		if (items_read(&heap->python, &items, i, &class) || class == known ||
			class == object)
			return false;
		if (!struct_read(heap, class, FIELD_type_dict, &dict) && dict &&
			dict_find(&heap->python, dict, "__sizeof__", &value) == STATUS_OK)
			return true;
	}
	return false;
}

static void chain_read(const struct heap *heap, struct type_chain *chain)
{
	while (chain->count < TYPE_CHAIN_MAX) {
		addr_t base = chain->classes[chain->count - 1].base;
		if (!base || type_read_fields(&heap->python, base, &chain->classes[chain->count]))
			return;
		chain->count++;
	}
}

// What a walk will read next after the object itself: items, a table of keys, attribute values.
static int32_t find_satellite(const struct layout *layout, const struct type *type)
{
	enum layout_field field = type->flags & TYPE_FLAG_LIST ? FIELD_list_items
		: type->flags & TYPE_FLAG_DICT ? FIELD_dict_keys : FIELD_COUNT;
	if (!strcmp(type->kind->name, "set"))
		field = FIELD_set_table;
	if (field != FIELD_COUNT)
		return layout_has(layout, field) ? (int32_t)layout->field[field] : 0;
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
		find_kind(heap, chain, &type->base_size, &type->c_size);
	type->size_is_approximate =
		type->kind->size_is_approximate || has_own_sizeof(heap, chain, type);
	if (fields->flags & TYPE_FLAG_HEAP &&
		struct_read(heap, fields->address, FIELD_heap_type_cached_keys, &type->cached_keys))
		type->cached_keys = 0;
	type->satellite = find_satellite(heap->layout, type);
	enum status status = type_find_slots(heap, chain, type);
	return status ? status : type_make_name(&heap->python, fields, tp_name, (char **)&type->name);
}

// STATUS_INVALID where no type is at address.
static enum status type_read(const struct heap *heap, addr_t address)
{
	struct type_fields classes[TYPE_CHAIN_MAX];
	struct type_chain chain = {.classes = classes, .count = 1};
	if (type_read_fields(&heap->python, address, &classes[0]))
		return STATUS_INVALID;
	AUTO(freep) char *tp_name = NULL;
	enum status status = read_name(heap, classes[0].name, &tp_name);
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

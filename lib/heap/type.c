// SPDX-License-Identifier: MIT
#include "heap/type.h"

#include "base/guard.h"
#include "base/map.h"
#include "heap/kind/compiled.h"
#include "heap/struct.h"
#include "python/dict.h"
#include "python/list.h"
#include "python/str.h"
#include "target/capture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	RECENT_BITS = 10,
	RECENT_COUNT = 1 << RECENT_BITS,
	MRO_MAX = 1 << 10,
	PREHEADER = 16, // PyGC_Head, or the words for a managed dict and weak references
};

MAP_U64(type_map, struct type *)
VECTOR(type_slots, struct type_slot)

// Types in the order of their ids, found by address. A direct-mapped cache is in front, since a
// walk asks for the type of every object.
struct types {
	struct {
		addr_t address;
		const struct type *type; // NULL: there is no type at the address
	} recent[RECENT_COUNT]; // first, so that no entry crosses a line of the processor's cache
	struct type_map by_address;
	bool ran_out_of_memory;
};

// The position of an address in the cache.
static uint64_t recent_place(addr_t address)
{
	return (address >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - RECENT_BITS);
}

enum status types_create(struct types **ret)
{
	struct types *types = calloc(1, sizeof(*types));
	if (!types)
		return STATUS_NO_MEMORY;
	*ret = types;
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
	vector_for_each(entry, &types->by_address)
		type_destroy(entry->value);
	type_map_deinit(&types->by_address);
	free(types);
}

size_t types_count(const struct types *types)
{
	return types->by_address.count;
}

const struct type *types_by_id(const struct types *types, uint32_t id)
{
	return types->by_address.items[id].value;
}

bool types_ran_out_of_memory(const struct types *types)
{
	return types->ran_out_of_memory;
}

static enum status types_add_take(struct types *types, struct type *take)
{
	AUTO(type_destroyp) struct type *type = take;
	type->id = (uint32_t)types->by_address.count;
	struct type **place = type_map_add(&types->by_address, type->address);
	if (!place)
		return STATUS_NO_MEMORY;
	*place = take_ptr(type);
	return STATUS_OK;
}

// A type and its base classes along the tp_base chain.
enum { TYPE_CHAIN_MAX = 64 };

struct type_chain {
	struct type_fields *classes; // the type itself first
	unsigned count;
};

// Reads a tp_name; the caller frees it.
static enum status read_name(const struct heap *heap, addr_t address, char **ret)
{
	return memory_c_string(&heap->python.memory, address, TYPE_NAME_MAX_BYTES, ret);
}

// --- Which kind reads the instances of a type ---------------------------------------------------

static bool kind_has_address(const struct kind *kind, const struct runtime *runtime, addr_t address)
{
	if (!kind->types)
		return false;
	for (const enum well_known *type = kind->types; *type != WELL_KNOWN_COUNT; type++)
		if (runtime->well_known[*type] == address)
			return true;
	return false;
}

// A star in the pattern matches any text.
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

// Whether address holds a method of a C class whose own name is this. Does not read the method's
// type: it could be the type that is being read.
static bool is_method_named(const struct heap *heap, addr_t address, const char *name)
{
	addr_t type, str;
	return !struct_read(heap, address, FIELD_object_type, &type) &&
	       type == heap->runtime->well_known[WELL_KNOWN_method_descriptor] &&
	       !struct_read(heap, address, FIELD_descriptor_name, &str) &&
	       str_equals(&heap->python, str, name);
}

// The types that mypyc makes for nested functions and for the variables that they share have
// neither the mark nor a module in their tp_name.
static bool is_function_of_mypyc(const struct type_fields *class, const char *name)
{
	static const char *const patterns[] = {"*_env", "*_gen", "*_obj", NULL};
	return class->flags & TYPE_FLAG_HEAP && !strchr(name, '.') && is_one_of(patterns, name);
}

// Cython's classes have a table of their C methods, or methods for pickle that are in the dict
// under a name that is not their own.
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

// Classes of mypyc have no module in their tp_name, so names can be ambiguous: mypy has its own
// NoneType.
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

// Finds the kind of the nearest class that a kind names; or kind_opaque, if a nearer class adds
// fields in C and only object is named. *ret_base_size is the tp_basicsize of the class whose C
// struct the kind reads, *ret_c_size that of the nearest class made in C.
//
// A class statement adds nothing to the C struct: __slots__, __dict__ and weak references are found
// by what the type says of them. A C class of the same size as its base adds nothing either.
static const struct kind *find_kind(const struct heap *heap, const struct type_chain *chain,
	uint64_t *ret_base_size, uint64_t *ret_c_size)
{
	const struct type_fields *nearest_c = NULL;
	const struct type_fields *unknown = NULL; // the nearest class with unknown fields
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

// --- Reading a type -----------------------------------------------------------------------------

// The bytes in front of an object that sys.getsizeof() adds (_PySys_GetSizeOf,
// _PyType_PreHeaderSize): the PyGC_Head; from 3.11 on also a pair of words for a managed dict and
// weak references.
static uint32_t preheader_size(const struct layout *layout, uint64_t flags)
{
	uint32_t size = flags & TYPE_FLAG_GC && !layout->traits.is_free_threaded ? PREHEADER : 0;
	bool has_words = (layout->traits.has_managed_dict && flags & TYPE_FLAG_MANAGED_DICT) ||
			 (layout->traits.has_managed_weakref && flags & TYPE_FLAG_MANAGED_WEAKREF);
	return has_words ? size + PREHEADER : size;
}

// Lists the slots of all classes of the chain that are after the part made in C.
static enum status type_find_slots(
	const struct heap *heap, const struct type_chain *chain, struct type *type)
{
	AUTO(type_slots_deinit) struct type_slots slots = {0};
	struct type_slot slot;
	for (unsigned i = 0; i < chain->count; i++) {
		const struct type_fields *class = &chain->classes[i];
		for (uint64_t member = 0; member < class->member_count; member++) {
			if (!type_read_slot(&heap->python, class, member, &slot.offset, &slot.name) ||
				slot.offset < type->c_size || slot.offset >= type->basicsize)
				continue;
			if (type_slots_add(&slots, slot))
				return STATUS_NO_MEMORY;
		}
	}
	size_t count;
	type->slots = type_slots_take_items(&slots, &count);
	type->slot_count = (uint32_t)count;
	return STATUS_OK;
}

// The class whose size the type's kind knows; 0 if the kind names none.
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

// Whether unknown code computes the size of an instance: a class that Python asks before the one
// whose struct the kind reads has its own __sizeof__.
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

// Where the walk reads next, after the object itself: items, a table of keys, or attribute values.
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

// STATUS_INVALID: there is no type at address.
static enum status type_read(const struct heap *heap, addr_t address)
{
	struct type_fields classes[TYPE_CHAIN_MAX];
	struct type_chain chain = {.classes = classes, .count = 1};
	if (type_read_fields(&heap->python, address, &classes[0]))
		return STATUS_INVALID;
	AUTO(freep) char *tp_name = NULL;
	enum status status = read_name(heap, classes[0].name, &tp_name);
	// Only the name is missing: objects of the type can be read.
	const struct capture *capture = heap->python.memory.capture;
	if (status == STATUS_UNREADABLE && capture && capture_has_constant(capture, classes[0].name))
		status = asprintf(&tp_name, "<type at 0x%" PRIx64 ">", address) < 0 ? STATUS_NO_MEMORY
										    : STATUS_OK;
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
	uint64_t i = recent_place(address);
	if (__builtin_expect(types->recent[i].address == address && address, 1))
		return types->recent[i].type;

	struct type *const *place = type_map_find(&types->by_address, address);
	if (!place) {
		enum status status = type_read(heap, address);
		if (status == STATUS_NO_MEMORY)
			types->ran_out_of_memory = true;
		place = type_map_find(&types->by_address, address);
	}
	types->recent[i].address = address;
	types->recent[i].type = place ? *place : NULL;
	return types->recent[i].type;
}

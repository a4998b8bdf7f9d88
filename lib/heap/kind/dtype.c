// SPDX-License-Identifier: MIT
// numpy's dtypes and their classes. Their struct grew in 2.0; both forms are part of numpy's public
// binary interface (numpy/ndarraytypes.h: PyArray_Descr of 1.x, _PyArray_LegacyDescr of 2.x). The
// size of numpy.dtype tells them apart:
//
//	      typeobj  type_num  flags    elsize   metadata  subarray  fields  names
//	1.x   16       28        27 (8)   32 (32)  72        40        48      56     of 96 bytes
//	2.x   16       28        32 (64)  40 (64)  56        88        96      104    of 88 and more
//
// In 2.x the last three belong to subclasses of numpy.dtype, so they are scanned as fields that a
// subclass adds. Dtypes of a later numpy that this table does not know are scanned.
#include "heap/kind/numpy.h"
#include "heap/kind/type.h"
#include "heap/scan.h"
#include "heap/struct.h"
#include "heap/type.h"
#include "python/dict.h"
#include "python/int.h"

enum {
	TYPE_OBJECT = 16, // offset of typeobj
	TYPE_NUMBER = 28,
	HAS_OBJECTS = 1,	  // NPY_ITEM_REFCOUNT
	NUMBER_OBJECT = 17,	  // NPY_OBJECT
	NUMBER_CUSTOM_MIN = 2056, // NPY_VSTRING: from here on only the common fields
	DEPTH_MAX = 8,		  // of nested records
	LOOKED_AT_MAX = 1 << 14,  // dtypes and fields, for one array
};

struct dtype_layout {
	uint8_t size; // of numpy.dtype
	uint8_t flags, itemsize, itemsize_bytes;
	uint8_t metadata, subarray, fields;
	uint8_t names;	    // 0: a subclass adds it
	uint8_t fields_end; // end of the fields that describe records
};

static const struct dtype_layout layouts[] = {
	{96, 27, 32, 4, 72, 40, 48, 56, 64},
	{88, 32, 40, 8, 56, 88, 96, 0, 120},
};

static const struct dtype_layout *find_layout(const struct heap *heap, const struct object *dtype)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (dtype->type->kind == &kind_dtype &&
			numpy_struct(heap, layouts[i].size) == dtype->type->base_size)
			return &layouts[i];
	return NULL;
}

static enum status read_facts(const struct heap *heap, const struct dtype_layout *layout,
	addr_t address, struct dtype_facts *ret)
{
	const uint8_t *bytes = image_at(heap->image, numpy_struct(heap, address), layout->size);
	if (!bytes)
		return STATUS_UNREADABLE;
	int32_t number = bytes_i32(bytes, TYPE_NUMBER);
	*ret = (struct dtype_facts){
		.itemsize = layout->itemsize_bytes == sizeof(uint32_t)
				    ? bytes_u32(bytes, layout->itemsize)
				    : bytes_u64(bytes, layout->itemsize),
		.type_number = number,
		.has_objects = bytes_u8(bytes, layout->flags) & HAS_OBJECTS,
		.is_legacy = number >= 0 && number < NUMBER_CUSTOM_MIN,
	};
	if (!ret->is_legacy)
		return STATUS_OK;
	bytes = image_at(heap->image, numpy_struct(heap, address), layout->fields_end);
	if (!bytes)
		return STATUS_UNREADABLE;
	ret->subarray = bytes_u64(bytes, layout->subarray);
	ret->fields = bytes_u64(bytes, layout->fields);
	return STATUS_OK;
}

enum status dtype_read(const struct heap *heap, addr_t address, struct dtype_facts *ret)
{
	struct object dtype;
	const struct dtype_layout *layout =
		object_read(heap, address, &dtype) ? find_layout(heap, &dtype) : NULL;
	return layout ? read_facts(heap, layout, address, ret) : STATUS_INVALID;
}

static enum status add_places(const struct heap *heap, const struct dtype_facts *dtype,
	uint64_t start, unsigned depth, struct dtype_places *places);

// Adds the places of a PyArray_ArrayDescr: the dtype of the items; their number follows from the
// size.
static enum status add_subarray(const struct heap *heap, const struct dtype_facts *dtype,
	uint64_t start, unsigned depth, struct dtype_places *places)
{
	addr_t base;
	struct dtype_facts item;
	if (!image_read_u64(heap->image, dtype->subarray, &base))
		return STATUS_UNREADABLE;
	enum status status = dtype_read(heap, base, &item);
	if (status || !item.has_objects)
		return status;
	if (!item.itemsize)
		return STATUS_INVALID;
	uint64_t count = dtype->itemsize / item.itemsize;
	for (uint64_t i = 0; !status && i < count; i++) {
		uint64_t before = places->count;
		status = add_places(heap, &item, start + i * item.itemsize, depth, places);
		if (places->count == before)
			break;
	}
	return status;
}

// An entry of dtype.fields: (dtype, offset) or (dtype, offset, title).
static enum status add_field(const struct heap *heap, addr_t tuple, uint64_t start, unsigned depth,
	struct dtype_places *places)
{
	addr_t items = tuple + heap_field(heap, FIELD_tuple_items);
	addr_t address, number;
	struct dtype_facts dtype;
	struct object offset;
	int64_t value;
	if (++places->looked_at > LOOKED_AT_MAX)
		return STATUS_INVALID;
	if (!image_read_u64(heap->image, items, &address) ||
		!image_read_u64(heap->image, items + WORD_SIZE, &number))
		return STATUS_UNREADABLE;
	if (!object_read(heap, number, &offset) || !!int_read_value(&heap->python, offset.address, &value) ||
		value < 0)
		return STATUS_INVALID;
	enum status status = dtype_read(heap, address, &dtype);
	return status ? status : add_places(heap, &dtype, start + (uint64_t)value, depth, places);
}

// A field with a title occurs twice, under its name and under its title.
static bool has_place(const struct dtype_places *places, uint64_t place)
{
	for (uint64_t i = 0; i < places->count; i++)
		if (places->at[i] == place)
			return true;
	return false;
}

static enum status add_fields(const struct heap *heap, const struct dtype_facts *dtype,
	uint64_t start, unsigned depth, struct dtype_places *places)
{
	struct dict_reader reader;
	struct dict_entry entry;
	enum status status = dict_reader_init(&heap->python, dtype->fields, &reader);
	while (!status && dict_reader_next(&reader, &entry))
		status = add_field(heap, entry.value, start, depth, places);
	return status;
}

static enum status add_places(const struct heap *heap, const struct dtype_facts *dtype,
	uint64_t start, unsigned depth, struct dtype_places *places)
{
	if (!dtype->has_objects)
		return STATUS_OK;
	if (depth > DEPTH_MAX || ++places->looked_at > LOOKED_AT_MAX)
		return STATUS_INVALID;
	if (dtype->subarray)
		return add_subarray(heap, dtype, start, depth + 1, places);
	if (dtype->type_number != NUMBER_OBJECT)
		return add_fields(heap, dtype, start, depth + 1, places);
	if (has_place(places, start))
		return STATUS_OK;
	if (places->count == DTYPE_PLACES_MAX)
		return STATUS_INVALID;
	places->at[places->count++] = start;
	return STATUS_OK;
}

enum status dtype_find_places(
	const struct heap *heap, const struct dtype_facts *dtype, struct dtype_places *ret)
{
	struct dtype_places places = {0};
	enum status status = add_places(heap, dtype, 0, 0, &places);
	if (!status)
		*ret = places;
	return status;
}

static enum status visit_places(const struct heap *heap, const struct dtype_facts *dtype,
	const struct dtype_places *places, addr_t address, uint64_t count, struct visitor *visitor)
{
	for (uint64_t item = 0; places->count && item < count; item++) {
		const uint8_t *bytes =
			image_at(heap->image, address + item * dtype->itemsize, dtype->itemsize);
		if (!bytes)
			return STATUS_UNREADABLE;
		for (uint64_t i = 0; i < places->count; i++) {
			if (places->at[i] + WORD_SIZE > dtype->itemsize)
				return STATUS_INVALID;
			visit(visitor, bytes_u64(bytes, places->at[i]), EDGE_INDEX, item);
		}
	}
	return STATUS_OK;
}

enum status dtype_visit_items(const struct heap *heap, const struct dtype_facts *dtype,
	addr_t address, uint64_t count, struct visitor *visitor)
{
	struct dtype_places places;
	if (!dtype->has_objects)
		return STATUS_OK;
	if (dtype->type_number == NUMBER_OBJECT)
		return struct_visit_array(heap, address, (int64_t)count, EDGE_INDEX, visitor);
	if (!dtype->is_legacy)
		return scan_memory(heap, address, count * dtype->itemsize, visitor);
	enum status status = dtype_find_places(heap, dtype, &places);
	return status ? status : visit_places(heap, dtype, &places, address, count, visitor);
}

static enum status visit_word(
	const struct heap *heap, addr_t place, enum field_name name, struct visitor *visitor)
{
	addr_t to;
	if (!image_read_u64(heap->image, place, &to))
		return STATUS_UNREADABLE;
	visit_field(visitor, to, name);
	return STATUS_OK;
}

static enum status legacy_edges(const struct heap *heap, const struct dtype_layout *layout,
	const struct dtype_facts *dtype, addr_t address, struct visitor *visitor)
{
	enum status status = STATUS_OK;
	if (dtype->subarray) {
		status = visit_word(heap, dtype->subarray, NAME_base, visitor);
		status = status_first(
			status, visit_word(heap, dtype->subarray + WORD_SIZE, NAME_shape, visitor));
	}
	if (!layout->names)
		return status;
	visit_field(visitor, dtype->fields, NAME_fields);
	return status_first(status, visit_word(heap, address + layout->names, NAME_names, visitor));
}

static enum status dtype_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	struct dtype_facts dtype;
	addr_t address = numpy_struct(heap, object->address);
	const struct dtype_layout *layout = find_layout(heap, object);
	if (!layout)
		return scan_struct(heap, object, visitor);
	enum status status = read_facts(heap, layout, object->address, &dtype);
	if (status)
		return status;
	status = visit_word(heap, address + TYPE_OBJECT, NAME_type, visitor);
	status = status_first(
		status, visit_word(heap, address + layout->metadata, NAME_metadata, visitor));
	if (!dtype.is_legacy)
		return status;
	return status_first(status, legacy_edges(heap, layout, &dtype, address, visitor));
}

const struct kind kind_dtype = {
	.name = "dtype",
	.type_names = (const char *const[]){"numpy.dtype", NULL},
	.size_field = FIELD_COUNT,
	.edges = dtype_edges,
};

// SPDX-License-Identifier: MIT
// Elements of xml.etree.ElementTree: attributes and children are in a separate block, which has
// room for four children (Modules/_elementtree.c).
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "heap/type.h"

static enum status element_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t extra, children;
	uint64_t allocated = 0;
	*ret = object->type->basicsize;
	enum status status = struct_read(heap, object->address, FIELD_element_extra, &extra);
	if (status || !extra)
		return status;
	*ret += heap_field(heap, FIELD_element_extra_size);
	status = struct_read(heap, extra, FIELD_element_extra_children, &children);
	if (!status && children != extra + heap_field(heap, FIELD_element_extra_few_children))
		status = struct_read_length(
			heap, extra, FIELD_element_extra_allocated, &allocated);
	*ret += WORD_SIZE * allocated;
	return status;
}

// If the low bit of text or tail is set, it is a list of strings that are not joined yet.
static enum status text_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	addr_t text, tail;
	enum status status = struct_read(heap, object->address, FIELD_element_text, &text);
	if (!status)
		status = struct_read(heap, object->address, FIELD_element_tail, &tail);
	if (status)
		return status;
	visit_field(visitor, text & ~(addr_t)1, NAME_text);
	visit_field(visitor, tail & ~(addr_t)1, NAME_tail);
	return STATUS_OK;
}

static enum status extra_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	addr_t extra, attributes, children;
	uint64_t length;
	enum status status = struct_read(heap, object->address, FIELD_element_extra, &extra);
	if (status || !extra)
		return status;
	status = struct_read(heap, extra, FIELD_element_extra_attributes, &attributes);
	if (!status)
		status = struct_read(heap, extra, FIELD_element_extra_children, &children);
	if (!status)
		status = struct_read_length(heap, extra, FIELD_element_extra_length, &length);
	if (status)
		return status;
	visit_field(visitor, attributes, NAME_attrib);
	return struct_visit_array(heap, children, (int64_t)length, EDGE_INDEX, visitor);
}

static enum status element_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	enum status status = text_edges(heap, object, visitor);
	return status_first(status, extra_edges(heap, object, visitor));
}

static enum status element_length(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t extra;
	*ret = 0;
	enum status status = struct_read(heap, object->address, FIELD_element_extra, &extra);
	if (status || !extra)
		return status;
	return struct_read_length(heap, extra, FIELD_element_extra_length, ret);
}

const struct kind kind_element = {
	.name = "element",
	.type_names = (const char *const[]){"xml.etree.ElementTree.Element", NULL},
	.size_field = FIELD_element_size,
	.fields = (const struct kind_field[]){
		{FIELD_element_tag, NAME_tag},
		{FIELD_COUNT, 0},
	},
	.size = element_size,
	.edges = element_edges,
	.length = element_length,
	.is_container = true,
};

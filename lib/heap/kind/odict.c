// SPDX-License-Identifier: MIT
// collections.OrderedDict: a dict, and a list of nodes that keeps the keys in order
// (Objects/odictobject.c). instance.c reads od_inst_dict, at tp_dictoffset.
#include "heap/kind/dict.h"
#include "heap/kind/kind.h"
#include "heap/struct.h"
#include "python/chain.h"
#include "python/dict.h"

static enum status odict_size(const struct heap *heap, const struct object *object, uint64_t *ret)
{
	uint64_t first, fast_nodes, used, size;
	enum status status = struct_read(heap, object->address, FIELD_odict_first, &first);
	if (!status)
		status = struct_read_length(
			heap, object->address, FIELD_odict_fast_nodes_size, &fast_nodes);
	if (!status)
		status = dict_object_length(heap, object, &used);
	if (!status)
		status = dict_size(heap, object, &size);
	if (status)
		return status;
	size += WORD_SIZE * fast_nodes;
	if (first)
		size += used * heap_field(heap, FIELD_odict_node_size);
	*ret = size;
	return STATUS_OK;
}

// Each node owns a reference to its key.
static enum status nodes_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	addr_t node;
	enum status status = struct_read(heap, object->address, FIELD_odict_first, &node);
	struct chain chain = {0};
	for (uint64_t position = 0; !status && node; position++) {
		addr_t key;
		if (chain_closes(&chain, node))
			return STATUS_INVALID;
		status = struct_read(heap, node, FIELD_odict_node_key, &key);
		if (status)
			break;
		visit(visitor, key, EDGE_KEY, position);
		status = struct_read(heap, node, FIELD_odict_node_next, &node);
	}
	return status;
}

static enum status odict_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	enum status status = dict_edges(heap, object, visitor);
	return status_first(status, nodes_edges(heap, object, visitor));
}

const struct kind kind_odict = {
	.name = "odict",
	.types = (const enum well_known[]){WELL_KNOWN_odict, WELL_KNOWN_COUNT},
	.type_names = (const char *const[]){"collections.OrderedDict", NULL},
	.size_field = FIELD_odict_size,
	.size = odict_size,
	.edges = odict_edges,
	.length = dict_object_length,
	.is_container = true,
};

// SPDX-License-Identifier: MIT
// functools.partial and the wrapper that functools.lru_cache makes (Modules/_functoolsmodule.c).
// instance.c reads their attribute dicts, at tp_dictoffset.
#include "heap/kind/kind.h"
#include "heap/struct.h"

#include <stddef.h>

const struct kind kind_partial = {
	.name = "partial",
	.type_names = (const char *const[]){"functools.partial", NULL},
	.size_field = FIELD_partial_size,
	.fields = (const struct kind_field[]){
		{FIELD_partial_function, NAME_func},
		{FIELD_partial_args, NAME_args},
		{FIELD_partial_keywords, NAME_keywords},
		{FIELD_COUNT, 0},
	},
};

static enum status lru_cache_length(
	const struct heap *heap, const struct object *object, uint64_t *ret)
{
	addr_t cache;
	enum status status = struct_read(heap, object->address, FIELD_lru_cache_cache, &cache);
	return status ? status : struct_read_length(heap, cache, FIELD_dict_used, ret);
}

// The circular list of links is not followed: the cache's dict owns each link as a value.
const struct kind kind_lru_cache = {
	.name = "lru_cache",
	.type_names = (const char *const[]){"functools._lru_cache_wrapper", NULL},
	.size_field = FIELD_lru_cache_size,
	.fields = (const struct kind_field[]){
		{FIELD_lru_cache_function, NAME___wrapped__},
		{FIELD_lru_cache_cache, NAME_cache},
		{FIELD_lru_cache_kwd_mark, NAME_kwd_mark},
		{FIELD_lru_cache_link_type, NAME_lru_list_elem_type},
		{FIELD_lru_cache_info_type, NAME_cache_info_type},
		{FIELD_COUNT, 0},
	},
	.length = lru_cache_length,
};

const struct kind kind_lru_link = {
	.name = "lru_link",
	.type_names = (const char *const[]){"functools._lru_list_elem", NULL},
	.size_field = FIELD_lru_link_size,
	.fields = (const struct kind_field[]){
		{FIELD_lru_link_key, NAME_key},
		{FIELD_lru_link_result, NAME_result},
		{FIELD_COUNT, 0},
	},
};

// SPDX-License-Identifier: MIT
// Objects that show another object, or a part of one.
#include "heap/kind/kind.h"

#include <stddef.h>

const struct kind kind_mappingproxy = {
	.name = "mappingproxy",
	.types = (const enum well_known[]){WELL_KNOWN_mappingproxy, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_mappingproxy_mapping, NAME_mapping},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_dict_view = {
	.name = "dict_view",
	.types = (const enum well_known[]){
		WELL_KNOWN_dict_keys, WELL_KNOWN_dict_values, WELL_KNOWN_dict_items,
		WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_dict_view_dict, NAME_mapping},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_slice = {
	.name = "slice",
	.types = (const enum well_known[]){WELL_KNOWN_slice, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_slice_start, NAME_start},
		{FIELD_slice_stop, NAME_stop},
		{FIELD_slice_step, NAME_step},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_range = {
	.name = "range",
	.types = (const enum well_known[]){WELL_KNOWN_range, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_range_start, NAME_start},
		{FIELD_range_stop, NAME_stop},
		{FIELD_range_step, NAME_step},
		{FIELD_range_length, NAME_length},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_memoryview = {
	.name = "memoryview",
	.types = (const enum well_known[]){WELL_KNOWN_memoryview, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_memoryview_buffer, NAME_mbuf},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_managed_buffer = {
	.name = "managed_buffer",
	.types = (const enum well_known[]){WELL_KNOWN_managed_buffer, WELL_KNOWN_COUNT},
	.type_names = (const char *const[]){"managedbuffer", NULL},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_managed_buffer_object, NAME_obj},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_generic_alias = {
	.name = "generic_alias",
	.type_names = (const char *const[]){"types.GenericAlias", NULL},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_generic_alias_origin, NAME___origin__},
		{FIELD_generic_alias_args, NAME___args__},
		{FIELD_generic_alias_parameters, NAME___parameters__},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_lazy_import = {
	.name = "lazy_import",
	.type_names = (const char *const[]){"lazy_import", NULL},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_lazy_import_builtins, NAME_lz_builtins},
		{FIELD_lazy_import_from, NAME_lz_from},
		{FIELD_lazy_import_attribute, NAME_lz_attr},
		{FIELD_lazy_import_code, NAME_lz_code},
		{FIELD_COUNT, 0},
	},
};

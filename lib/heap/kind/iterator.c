// SPDX-License-Identifier: MIT
// Iterators of the builtin types. Those of C modules are scanned (opaque.c).
#include "heap/kind/kind.h"

#include <stddef.h>

// All of these structs are {header, index, sequence}.
const struct kind kind_sequence_iterator = {
	.name = "sequence_iterator",
	.types = (const enum well_known[]){
		WELL_KNOWN_list_iterator, WELL_KNOWN_list_reverse_iterator,
		WELL_KNOWN_tuple_iterator, WELL_KNOWN_str_iterator, WELL_KNOWN_bytes_iterator,
		WELL_KNOWN_bytearray_iterator, WELL_KNOWN_sequence_iterator, WELL_KNOWN_reversed,
		WELL_KNOWN_COUNT},
	.type_names = (const char *const[]){
		"array.arrayiterator", "memory_iterator", "str_ascii_iterator", NULL},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_sequence_iterator_sequence, NAME_sequence},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_set_iterator = {
	.name = "set_iterator",
	.types = (const enum well_known[]){WELL_KNOWN_set_iterator, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_set_iterator_set, NAME_set},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_dict_iterator = {
	.name = "dict_iterator",
	.types = (const enum well_known[]){
		WELL_KNOWN_dict_key_iterator, WELL_KNOWN_dict_value_iterator,
		WELL_KNOWN_dict_item_iterator, WELL_KNOWN_dict_reverse_key_iterator,
		WELL_KNOWN_dict_reverse_value_iterator, WELL_KNOWN_dict_reverse_item_iterator,
		WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_dict_iterator_dict, NAME_dict},
		{FIELD_dict_iterator_result, NAME_result},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_callable_iterator = {
	.name = "callable_iterator",
	.types = (const enum well_known[]){WELL_KNOWN_callable_iterator, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_callable_iterator_callable, NAME_callable},
		{FIELD_callable_iterator_sentinel, NAME_sentinel},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_enumerate = {
	.name = "enumerate",
	.types = (const enum well_known[]){WELL_KNOWN_enumerate, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_enumerate_iterator, NAME_iterator},
		{FIELD_enumerate_result, NAME_result},
		{FIELD_enumerate_long_index, NAME_index},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_zip = {
	.name = "zip",
	.types = (const enum well_known[]){WELL_KNOWN_zip, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_zip_iterators, NAME_iterators},
		{FIELD_zip_result, NAME_result},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_map = {
	.name = "map",
	.types = (const enum well_known[]){WELL_KNOWN_map, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_map_iterators, NAME_iterators},
		{FIELD_map_function, NAME_function},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_filter = {
	.name = "filter",
	.types = (const enum well_known[]){WELL_KNOWN_filter, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_filter_iterator, NAME_iterator},
		{FIELD_filter_function, NAME_function},
		{FIELD_COUNT, 0},
	},
};

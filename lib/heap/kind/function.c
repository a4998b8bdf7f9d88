// SPDX-License-Identifier: MIT
// Functions and methods. instance.c reads their attribute dicts, at tp_dictoffset.
#include "heap/kind/kind.h"

#include <stddef.h>

const struct kind kind_function = {
	.name = "function",
	.types = (const enum well_known[]){WELL_KNOWN_function, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_function_code, NAME___code__},
		{FIELD_function_globals, NAME___globals__},
		{FIELD_function_builtins, NAME___builtins__},
		{FIELD_function_name, NAME___name__},
		{FIELD_function_qualname, NAME___qualname__},
		{FIELD_function_defaults, NAME___defaults__},
		{FIELD_function_kwdefaults, NAME___kwdefaults__},
		{FIELD_function_closure, NAME___closure__},
		{FIELD_function_doc, NAME___doc__},
		{FIELD_function_module, NAME___module__},
		{FIELD_function_annotations, NAME___annotations__},
		{FIELD_function_annotate, NAME___annotate__},
		{FIELD_function_typeparams, NAME___type_params__},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_method = {
	.name = "method",
	.types = (const enum well_known[]){WELL_KNOWN_method, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_method_function, NAME___func__},
		{FIELD_method_self, NAME___self__},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_builtin = {
	.name = "builtin",
	.types = (const enum well_known[]){
		WELL_KNOWN_builtin, WELL_KNOWN_builtin_method, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_builtin_self, NAME___self__},
		{FIELD_builtin_module, NAME___module__},
		{FIELD_builtin_class, NAME_mm_class}, // only in the larger of the two structs
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_cell = {
	.name = "cell",
	.types = (const enum well_known[]){WELL_KNOWN_cell, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_cell_value, NAME_cell_contents},
		{FIELD_COUNT, 0},
	},
};

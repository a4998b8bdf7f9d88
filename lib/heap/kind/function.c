// SPDX-License-Identifier: MIT
// Functions and what binds them. Attribute dicts are at tp_dictoffset: instance.c reads them.
#include "heap/kind/kind.h"

#include <stddef.h>

const struct kind kind_function = {
	.name = "function",
	.types = (const enum well_known[]){WELL_KNOWN_function, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_function_code, "__code__"},
		{FIELD_function_globals, "__globals__"},
		{FIELD_function_builtins, "__builtins__"},
		{FIELD_function_name, "__name__"},
		{FIELD_function_qualname, "__qualname__"},
		{FIELD_function_defaults, "__defaults__"},
		{FIELD_function_kwdefaults, "__kwdefaults__"},
		{FIELD_function_closure, "__closure__"},
		{FIELD_function_doc, "__doc__"},
		{FIELD_function_module, "__module__"},
		{FIELD_function_annotations, "__annotations__"},
		{FIELD_function_annotate, "__annotate__"},
		{FIELD_function_typeparams, "__type_params__"},
		{FIELD_COUNT, NULL},
	},
};

const struct kind kind_method = {
	.name = "method",
	.types = (const enum well_known[]){WELL_KNOWN_method, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_method_function, "__func__"},
		{FIELD_method_self, "__self__"},
		{FIELD_COUNT, NULL},
	},
};

const struct kind kind_builtin = {
	.name = "builtin",
	.types = (const enum well_known[]){
		WELL_KNOWN_builtin, WELL_KNOWN_builtin_method, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_builtin_self, "__self__"},
		{FIELD_builtin_module, "__module__"},
		{FIELD_builtin_class, "mm_class"}, // behind the struct of the simpler of both types
		{FIELD_COUNT, NULL},
	},
};

const struct kind kind_cell = {
	.name = "cell",
	.types = (const enum well_known[]){WELL_KNOWN_cell, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_cell_value, "cell_contents"},
		{FIELD_COUNT, NULL},
	},
};

// SPDX-License-Identifier: MIT
// What stands in the dict of a class and answers for an attribute.
#include "heap/kind/kind.h"

#include <stddef.h>

const struct kind kind_property = {
	.name = "property",
	.types = (const enum well_known[]){WELL_KNOWN_property, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_property_get, "fget"},
		{FIELD_property_set, "fset"},
		{FIELD_property_del, "fdel"},
		{FIELD_property_doc, "__doc__"},
		{FIELD_property_name, "__name__"},
		{FIELD_COUNT, NULL},
	},
};

const struct kind kind_staticmethod = {
	.name = "staticmethod",
	.types = (const enum well_known[]){WELL_KNOWN_staticmethod, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_staticmethod_callable, "__func__"},
		{FIELD_COUNT, NULL},
	},
};

const struct kind kind_classmethod = {
	.name = "classmethod",
	.types = (const enum well_known[]){WELL_KNOWN_classmethod, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_classmethod_callable, "__func__"},
		{FIELD_COUNT, NULL},
	},
};

const struct kind kind_super = {
	.name = "super",
	.types = (const enum well_known[]){WELL_KNOWN_super, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_super_type, "__thisclass__"},
		{FIELD_super_object, "__self__"},
		{FIELD_super_object_type, "__self_class__"},
		{FIELD_COUNT, NULL},
	},
};

// All begin with PyDescrObject; what follows is memory of the C module.
const struct kind kind_descriptor = {
	.name = "descriptor",
	.types = (const enum well_known[]){
		WELL_KNOWN_method_descriptor, WELL_KNOWN_classmethod_descriptor,
		WELL_KNOWN_member_descriptor, WELL_KNOWN_getset_descriptor,
		WELL_KNOWN_wrapper_descriptor, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_descriptor_type, "__objclass__"},
		{FIELD_descriptor_name, "__name__"},
		{FIELD_descriptor_qualname, "__qualname__"},
		{FIELD_COUNT, NULL},
	},
};

const struct kind kind_method_wrapper = {
	.name = "method_wrapper",
	.types = (const enum well_known[]){WELL_KNOWN_method_wrapper, WELL_KNOWN_COUNT},
	.type_names = (const char *const[]){"method-wrapper", NULL},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_wrapper_descriptor, "descr"},
		{FIELD_wrapper_self, "__self__"},
		{FIELD_COUNT, NULL},
	},
};

// SPDX-License-Identifier: MIT
// Descriptors: objects in the dict of a class that compute an attribute.
#include "heap/kind/kind.h"

#include <stddef.h>

const struct kind kind_property = {
	.name = "property",
	.types = (const enum well_known[]){WELL_KNOWN_property, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_property_get, NAME_fget},
		{FIELD_property_set, NAME_fset},
		{FIELD_property_del, NAME_fdel},
		{FIELD_property_doc, NAME___doc__},
		{FIELD_property_name, NAME___name__},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_staticmethod = {
	.name = "staticmethod",
	.types = (const enum well_known[]){WELL_KNOWN_staticmethod, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_staticmethod_callable, NAME___func__},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_classmethod = {
	.name = "classmethod",
	.types = (const enum well_known[]){WELL_KNOWN_classmethod, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_classmethod_callable, NAME___func__},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_super = {
	.name = "super",
	.types = (const enum well_known[]){WELL_KNOWN_super, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_super_type, NAME___thisclass__},
		{FIELD_super_object, NAME___self__},
		{FIELD_super_object_type, NAME___self_class__},
		{FIELD_COUNT, 0},
	},
};

// All begin with PyDescrObject; the rest of the struct refers to memory of the C module.
const struct kind kind_descriptor = {
	.name = "descriptor",
	.types = (const enum well_known[]){
		WELL_KNOWN_method_descriptor, WELL_KNOWN_classmethod_descriptor,
		WELL_KNOWN_member_descriptor, WELL_KNOWN_getset_descriptor,
		WELL_KNOWN_wrapper_descriptor, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_descriptor_type, NAME___objclass__},
		{FIELD_descriptor_name, NAME___name__},
		{FIELD_descriptor_qualname, NAME___qualname__},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_method_wrapper = {
	.name = "method_wrapper",
	.types = (const enum well_known[]){WELL_KNOWN_method_wrapper, WELL_KNOWN_COUNT},
	.type_names = (const char *const[]){"method-wrapper", NULL},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_wrapper_descriptor, NAME_descr},
		{FIELD_wrapper_self, NAME___self__},
		{FIELD_COUNT, 0},
	},
};

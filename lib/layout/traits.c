// SPDX-License-Identifier: MIT
#include "layout/layout.h"

#include <stddef.h>

// One row per stretch of versions that behave alike. A trait is explained in traits.def.
struct behaviour {
	uint32_t first_version, last_version;
	struct layout_traits traits;
};

static const struct behaviour behaviours[] = {
	{
		.first_version = 0x030800,
		.last_version = 0x0308ff,
		.traits = {
			.untracks_dicts = true,
			.instances_always_visit_type = true,
		},
	},
	{
		.first_version = 0x030900,
		.last_version = 0x0309ff,
		.traits = {
			.untracks_dicts = true,
			.heap_types_visit_type = true,
		},
	},
	{
		.first_version = 0x030a00,
		.last_version = 0x030aff,
		.traits = {
			.untracks_dicts = true,
			.heap_types_visit_type = true,
			.has_scaled_lasti = true,
		},
	},
	{
		.first_version = 0x030b00,
		.last_version = 0x030b01,
		.traits = {
			.has_managed_dict = true,
			.has_separate_values_word = true,
			.values_have_prefix = true,
			.counts_preheader_of_static_types = true,
			.untracks_dicts = true,
			.heap_types_visit_type = true,
			.has_location_table = true,
			.has_unicode_entries = true,
		},
	},
	{
		.first_version = 0x030b02,
		.last_version = 0x030bff,
		.traits = {
			.has_managed_dict = true,
			.has_separate_values_word = true,
			.values_have_prefix = true,
			.counts_preheader_of_static_types = true,
			.untracks_dicts = true,
			.heap_types_visit_type = true,
			.has_location_table = true,
			.int_size_counts_one_digit = true,
			.has_unicode_entries = true,
		},
	},
	{
		.first_version = 0x030c00,
		.last_version = 0x030cff,
		.traits = {
			.has_managed_dict = true,
			.has_tagged_dict_or_values = true,
			.has_managed_weakref = true,
			.values_have_prefix = true,
			.counts_preheader_of_static_types = true,
			.has_static_type_states = true,
			.has_shim_frames = true,
			.untracks_dicts = true,
			.heap_types_visit_type = true,
			.has_location_table = true,
			.has_immortal_objects = true,
			.int_size_counts_one_digit = true,
			.has_unicode_entries = true,
		},
	},
	{
		.first_version = 0x030d00,
		.last_version = 0x030dff,
		.traits = {
			.has_managed_dict = true,
			.has_inline_values = true,
			.has_managed_weakref = true,
			.counts_preheader_of_inexact_types = true,
			.has_static_type_states = true,
			.has_shim_frames = true,
			.untracks_dicts = true,
			.heap_types_visit_type = true,
			.has_location_table = true,
			.has_immortal_objects = true,
			.int_size_counts_one_digit = true,
			.has_unicode_entries = true,
		},
	},
	{
		.first_version = 0x030e00,
		.last_version = 0x030e04,
		.traits = {
			.has_managed_dict = true,
			.has_inline_values = true,
			.has_managed_weakref = true,
			.counts_preheader_of_inexact_types = true,
			.has_static_type_states = true,
			.has_tagged_stack_refs = true,
			.has_shim_frames = true,
			.heap_types_visit_type = true,
			.has_location_table = true,
			.has_32bit_refcnt = true,
			.has_immortal_objects = true,
			.int_size_counts_one_digit = true,
			.has_unicode_entries = true,
			.is_incremental = true,
		},
	},
	{
		.first_version = 0x030e05,
		.last_version = 0x030eff,
		.traits = {
			.has_managed_dict = true,
			.has_inline_values = true,
			.has_managed_weakref = true,
			.counts_preheader_of_inexact_types = true,
			.has_static_type_states = true,
			.has_tagged_stack_refs = true,
			.has_shim_frames = true,
			.heap_types_visit_type = true,
			.has_location_table = true,
			.has_32bit_refcnt = true,
			.has_immortal_objects = true,
			.int_size_counts_one_digit = true,
			.has_unicode_entries = true,
		},
	},
	{
		.first_version = 0x030f00,
		.last_version = 0x030fff,
		.traits = {
			.has_managed_dict = true,
			.has_inline_values = true,
			.has_managed_weakref = true,
			.counts_preheader_of_inexact_types = true,
			.has_static_type_states = true,
			.has_tagged_stack_refs = true,
			.has_shim_frames = true,
			.heap_types_visit_type = true,
			.has_location_table = true,
			.has_32bit_refcnt = true,
			.has_immortal_objects = true,
			.int_size_counts_one_digit = true,
			.has_unicode_entries = true,
			.frame_state_created_is_zero = true,
			.counts_queue_items = true,
		},
	},
};

enum status layout_traits_for(uint32_t version, struct layout_traits *ret)
{
	for (size_t i = 0; i < sizeof(behaviours) / sizeof(behaviours[0]); i++) {
		const struct behaviour *behaviour = &behaviours[i];
		if (version >= behaviour->first_version && version <= behaviour->last_version) {
			*ret = behaviour->traits;
			return STATUS_OK;
		}
	}
	return STATUS_UNSUPPORTED;
}

// POOL_BITS grew from 12 to 14 with the radix tree of 3.10 (pycore_obmalloc.h).
uint32_t layout_pool_size(uint32_t version)
{
	return version < 0x030a00 ? 4096 : 16384;
}

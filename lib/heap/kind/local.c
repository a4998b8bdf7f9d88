// SPDX-License-Identifier: MIT
// threading.local (Modules/_threadmodule.c).
#include "heap/kind/kind.h"

#include <stddef.h>

const struct kind kind_local = {
	.name = "local",
	.type_names = (const char *const[]){"_thread._local", NULL},
	.size_field = FIELD_local_size,
	.fields = (const struct kind_field[]){
		{FIELD_local_key, NAME_key},
		{FIELD_local_args, NAME_args},
		{FIELD_local_keywords, NAME_kw},
		{FIELD_local_dummies, NAME_dummies},
		{FIELD_local_callback, NAME_wr_callback},
		{FIELD_local_dicts, NAME_localdicts},
		{FIELD_local_watchdogs, NAME_thread_watchdogs},
		{FIELD_COUNT, 0},
	},
};

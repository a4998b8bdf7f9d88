// SPDX-License-Identifier: MIT
// threading.local (Modules/_threadmodule.c).
#include "heap/kind/kind.h"

#include <stddef.h>

const struct kind kind_local = {
	.name = "local",
	.type_names = (const char *const[]){"_thread._local", NULL},
	.size_field = FIELD_local_size,
	.fields = (const struct kind_field[]){
		{FIELD_local_key, "key"},
		{FIELD_local_args, "args"},
		{FIELD_local_keywords, "kw"},
		{FIELD_local_dummies, "dummies"},
		{FIELD_local_callback, "wr_callback"},
		{FIELD_local_dicts, "localdicts"},
		{FIELD_local_watchdogs, "thread_watchdogs"},
		{FIELD_COUNT, NULL},
	},
};

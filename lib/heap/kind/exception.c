// SPDX-License-Identifier: MIT
// Exceptions and tracebacks. instance.c reads __dict__ at tp_dictoffset, and scans the fields that
// OSError and others add.
#include "heap/kind/kind.h"

#include <stddef.h>

const struct kind kind_exception = {
	.name = "exception",
	.type_names = (const char *const[]){"BaseException", NULL},
	.size_field = FIELD_exception_size,
	.fields = (const struct kind_field[]){
		{FIELD_exception_args, NAME_args},
		{FIELD_exception_notes, NAME___notes__},
		{FIELD_exception_traceback, NAME___traceback__},
		{FIELD_exception_context, NAME___context__},
		{FIELD_exception_cause, NAME___cause__},
		{FIELD_COUNT, 0},
	},
};

const struct kind kind_traceback = {
	.name = "traceback",
	.types = (const enum well_known[]){WELL_KNOWN_traceback, WELL_KNOWN_COUNT},
	.size_field = FIELD_COUNT,
	.fields = (const struct kind_field[]){
		{FIELD_traceback_next, NAME_tb_next},
		{FIELD_traceback_frame, NAME_tb_frame},
		{FIELD_COUNT, 0},
	},
};

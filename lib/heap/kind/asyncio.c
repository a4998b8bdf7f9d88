// SPDX-License-Identifier: MIT
// Futures and tasks as _asyncio makes them (Modules/_asynciomodule.c).
#include "heap/kind/kind.h"

#include <stddef.h>

#define FUTURE_FIELDS                                                                              \
	{FIELD_future_loop, "_loop"}, {FIELD_future_callback0, "_callbacks"},                      \
		{FIELD_future_context0, "fut_context0"}, {FIELD_future_callbacks, "_callbacks"},   \
		{FIELD_future_exception, "_exception"},                                            \
		{FIELD_future_exception_traceback, "fut_exception_tb"},                            \
		{FIELD_future_result, "_result"},                                                  \
		{FIELD_future_source_traceback, "_source_traceback"},                              \
		{FIELD_future_cancel_message, "_cancel_message"},                                  \
		{FIELD_future_cancelled_exception, "fut_cancelled_exc"},                           \
		{FIELD_future_cancelled_type, "fut_cancelled_exc"},                                \
		{FIELD_future_cancelled_traceback, "fut_cancelled_exc"},                           \
	{                                                                                          \
		FIELD_future_awaited_by, "_asyncio_awaited_by"                                     \
	}

const struct kind kind_future = {
	.name = "future",
	.type_names = (const char *const[]){"_asyncio.Future", NULL},
	.size_field = FIELD_future_size,
	.fields = (const struct kind_field[]){
		FUTURE_FIELDS,
		{FIELD_COUNT, NULL},
	},
};

// task_node links tasks with one another and with their thread; it owns nothing.
const struct kind kind_task = {
	.name = "task",
	.type_names = (const char *const[]){"_asyncio.Task", NULL},
	.size_field = FIELD_task_size,
	.fields = (const struct kind_field[]){
		FUTURE_FIELDS,
		{FIELD_task_waiter, "_fut_waiter"},
		{FIELD_task_coroutine, "_coro"},
		{FIELD_task_name, "_name"},
		{FIELD_task_context, "_context"},
		{FIELD_COUNT, NULL},
	},
};

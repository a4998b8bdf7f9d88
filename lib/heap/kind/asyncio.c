// SPDX-License-Identifier: MIT
// Futures and tasks as _asyncio makes them (Modules/_asynciomodule.c).
#include "heap/kind/kind.h"

#include <stddef.h>

#define FUTURE_FIELDS                                                                              \
	{FIELD_future_loop, NAME__loop},                                                           \
	{FIELD_future_callback0, NAME__callbacks},                                                 \
	{FIELD_future_context0, NAME_fut_context0},                                                \
	{FIELD_future_callbacks, NAME__callbacks},                                                 \
	{FIELD_future_exception, NAME__exception},                                                 \
	{FIELD_future_exception_traceback, NAME_fut_exception_tb},                                 \
	{FIELD_future_result, NAME__result},                                                       \
	{FIELD_future_source_traceback, NAME__source_traceback},                                   \
	{FIELD_future_cancel_message, NAME__cancel_message},                                       \
	{FIELD_future_cancelled_exception, NAME_fut_cancelled_exc},                                \
	{FIELD_future_cancelled_type, NAME_fut_cancelled_exc},                                     \
	{FIELD_future_cancelled_traceback, NAME_fut_cancelled_exc},                                \
	{FIELD_future_awaited_by, NAME__asyncio_awaited_by}

const struct kind kind_future = {
	.name = "future",
	.type_names = (const char *const[]){"_asyncio.Future", NULL},
	.size_field = FIELD_future_size,
	.fields = (const struct kind_field[]){
		FUTURE_FIELDS,
		{FIELD_COUNT, 0},
	},
};

// task_node links tasks with one another and with their thread; it owns nothing.
const struct kind kind_task = {
	.name = "task",
	.type_names = (const char *const[]){"_asyncio.Task", NULL},
	.size_field = FIELD_task_size,
	.fields = (const struct kind_field[]){
		FUTURE_FIELDS,
		{FIELD_task_waiter, NAME__fut_waiter},
		{FIELD_task_coroutine, NAME__coro},
		{FIELD_task_name, NAME__name},
		{FIELD_task_context, NAME__context},
		{FIELD_COUNT, 0},
	},
};

// SPDX-License-Identifier: MIT
// The state of an interpreter's collector: its generations, their lists and figures.
#pragma once

#include "base/error.h"
#include "result/address.h"

struct interpreter;
struct python;
struct runtime;

// Where the collector of the interpreter state is: in it, in 3.8 in the runtime, where all interpreters
// share one (Include/internal/pycore_pystate.h, struct pyruntimestate).
addr_t collector_address(
	const struct runtime *runtime, const struct python *python, addr_t interpreter);

// Fills in what struct interpreter says of the collector at interpreter->gc. STATUS_INVALID; else as
// field_u64().
must_check enum status collector_read(
	const struct python *python, struct interpreter *interpreter);

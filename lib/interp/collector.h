// SPDX-License-Identifier: MIT
// The state of an interpreter's collector: its generations, their lists and statistics.
#pragma once

#include "base/error.h"
#include "result/address.h"

struct interpreter;
struct python;
struct runtime;

// The address of the collector's state of an interpreter: in the interpreter state; in 3.8 in the
// runtime, where all interpreters share it (Include/internal/pycore_pystate.h, struct
// pyruntimestate).
addr_t collector_address(
	const struct runtime *runtime, const struct python *python, addr_t interpreter);

// Fills in the members of struct interpreter that describe the collector at interpreter->gc.
// STATUS_INVALID; otherwise as field_u64().
must_check enum status collector_read(
	const struct python *python, struct interpreter *interpreter);

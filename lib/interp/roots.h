// SPDX-License-Identifier: MIT
// The roots: references that the interpreter itself holds, from which every live object that is not
// held by a C extension alone can be reached.
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stdint.h>

struct image;
struct interpreter;
struct runtime;

// In the order in which roots_visit() reports them: the earlier, the better the name that a way
// from there gives to an object.
enum root_kind {
	ROOT_MODULES,	  // sys.modules
	ROOT_INTERPRETER, // other fields of the interpreter state, the collector's among them
	ROOT_THREAD,	  // fields of a thread state
	ROOT_FRAME,	  // a running frame's variables, stack and function
	ROOT_STALE,	  // what a slot of a running frame's stack holds that may be left over
	ROOT_TYPE,	  // static types and what the interpreter keeps for them
	ROOT_STRINGS,	  // the dict of interned strings; its references are not counted in refcounts
};

// Receives the roots one by one. Put it first in a struct of your own.
struct root_visitor {
	// label is how a path starts: "sys.modules", "<thread 4712 worker>.context",
	// "<frame retrieve_user service.py:30>.data", "<interned strings>"; escaped UTF-8, good
	// during the call. to is never 0; as ROOT_STALE it may lead anywhere.
	void (*root)(
		struct root_visitor *visitor, addr_t to, enum root_kind kind, const char *label);
	// The name of the thread with this kernel thread id, as escaped UTF-8, or NULL; may be NULL.
	const char *(*thread_name)(struct root_visitor *visitor, uint64_t tid);
};

// Reports every root of one interpreter state. What cannot be read is passed over and traced: a
// broken thread list costs its threads, not the rest. STATUS_NO_MEMORY; STATUS_UNREADABLE or
// STATUS_INVALID when something was passed over.
must_check enum status roots_visit(const struct runtime *runtime, const struct image *image,
	const struct interpreter *interpreter, struct root_visitor *visitor);

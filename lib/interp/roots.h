// SPDX-License-Identifier: MIT
// The roots: references that the interpreter itself holds, from which every live object that is not
// held by a C extension alone can be reached.
#pragma once

#include "base/error.h"
#include "python/frame.h"
#include "layout/layout.h"
#include "result/address.h"
#include "result/label.h"

#include <stdint.h>

struct interpreter;
struct python;
struct runtime;
struct text;

// Which root it is: enough to tell it from every other, and to write its label.
struct root_id {
	enum root_kind kind;
	enum frame_slot slot;	 // of ROOT_FRAME and ROOT_STALE
	enum layout_field field; // that refers to the object; FIELD_COUNT: the root is the object at
				 // holder itself, or none of its fields
	addr_t holder; // the interpreter state, thread state, frame or type whose field it is
	uint64_t detail; // ROOT_THREAD: the thread's number, the kernel's or where that is not
			 // recorded pthread's; ROOT_FRAME, ROOT_STALE: as frame_visitor says;
			 // FIELD_interp_atexit_callbacks: a word of the callback, counted from 1
};

// Receives the roots one by one. Put it first in a struct of your own. to is never 0; as ROOT_STALE
// it may lead anywhere.
struct root_visitor {
	void (*root)(struct root_visitor *visitor, addr_t to, const struct root_id *id);
};

// Reports every root of one interpreter state. What cannot be read is passed over and traced: a
// broken thread list costs its threads, not the rest. STATUS_NO_MEMORY; STATUS_UNREADABLE or
// STATUS_INVALID when something was passed over.
must_check enum status roots_visit(const struct runtime *runtime, const struct python *python,
	const struct interpreter *interpreter, struct root_visitor *visitor);

// Adds how a path from a root starts: "sys.modules", "<thread 4712 worker>.context",
// "<frame retrieve_user service.py:30>.data", "<interned strings>"; escaped UTF-8. thread_name is what
// Python calls the thread of a ROOT_THREAD, as escaped UTF-8, or NULL. Where code or a name cannot be
// read, the label is shorter. python reads where the root was found.
void roots_label(const struct python *python, const struct root_id *id, const char *thread_name,
	struct text *text);

// SPDX-License-Identifier: MIT
// The roots: references that the interpreter itself holds. Every live object can be reached from
// them, except objects that only C extensions hold.
#pragma once

#include "base/error.h"
#include "layout/layout.h"
#include "python/frame.h"
#include "result/address.h"
#include "result/label.h"

#include <stdint.h>

struct interpreter;
struct python;
struct runtime;
struct text;

// Identifies a root among all others, and has what its label needs.
struct root_id {
	enum root_kind kind;
	enum frame_slot slot;	 // of ROOT_FRAME and ROOT_STALE
	enum layout_field field; // that refers to the object; FIELD_COUNT: none does, or holder
				 // itself is the object
	addr_t holder; // the interpreter state, thread state, frame or type whose field it is
	uint64_t detail; // ROOT_THREAD: the thread's number: the kernel's or, if that is not
			 // recorded, pthread's; ROOT_FRAME, ROOT_STALE: as frame_visitor says;
			 // FIELD_interp_atexit_callbacks: a word of the callback, counted from 1
};

// Receives the roots one by one. Put it first in a struct of your own. to is never 0; for
// ROOT_STALE it may be any address.
struct root_visitor {
	void (*root)(struct root_visitor *visitor, addr_t to, const struct root_id *id);
};

// Reports every root of one interpreter state. Skips and traces what cannot be read: if a list of
// threads is broken, only threads are missing. STATUS_NO_MEMORY; STATUS_UNREADABLE or
// STATUS_INVALID: something was skipped.
must_check enum status roots_visit(const struct runtime *runtime, const struct python *python,
	const struct interpreter *interpreter, struct root_visitor *visitor);

// Adds the beginning of a path from a root: "sys.modules", "<thread 4712 worker>.context",
// "<frame retrieve_user service.py:30>.data", "<interned strings>"; escaped UTF-8. thread_name is
// the name that Python has for the thread of a ROOT_THREAD, as escaped UTF-8, or NULL. If code or a
// name cannot be read, the label is shorter. python must read the memory in which the root was
// found.
void roots_label(const struct python *python, const struct root_id *id, const char *thread_name,
	struct text *text);

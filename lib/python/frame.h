// SPDX-License-Identifier: MIT
// Frames: what they run, and what they refer to: variables, value stack, function. The same for running
// frames, for those inside generators, and for frame objects, in all versions.
#pragma once

#include "base/error.h"
#include "layout/layout.h"
#include "python/python.h"
#include "result/address.h"
#include "result/label.h"

#include <stdint.h>

// One running frame. From 3.11 on a frame is a _PyInterpreterFrame, before a PyFrameObject; this
// hides which.
struct frame {
	addr_t address;	 // of the frame struct or object
	addr_t previous; // the caller, 0 at the end
	addr_t code;	 // code object; 0 for frames without (shims)
	int line;	 // current line; the code's first line where the table does not say
};

// Reads the frame at addr. STATUS_INVALID; else as field_u64().
must_check enum status frame_read(const struct python *python, addr_t addr, struct frame *ret);

// The same without the line, which is 0.
must_check enum status frame_read_code(const struct python *python, addr_t addr, struct frame *ret);

enum frame_slot {
	FRAME_LOCAL, // detail: address of the str that names the variable, or 0
	FRAME_STACK, // detail: position on the value stack
	FRAME_STALE, // as FRAME_STACK, where the depth of the stack is not known: may be left over
		     // from an earlier use of the slot and lead anywhere
	FRAME_FIELD, // detail: the enum layout_field that refers, see frame_field_name()
};

// Receives the references of a frame one by one. Put it first in a struct of your own.
struct frame_visitor {
	void (*reference)(
		struct frame_visitor *visitor, addr_t to, enum frame_slot slot, uint64_t detail);
};

// What Python or CPython calls a field that FRAME_FIELD reports: NAME_f_code, NAME_f_locals; NAME_none
// for others.
enum field_name frame_field_name(enum layout_field field);

// Reports every reference that the frame owns; empty slots and tagged integers are passed over. From
// 3.11 on, frame is the address of a _PyInterpreterFrame wherever it lies (data stack, generator,
// frame object), before that of a PyFrameObject. f_globals and f_builtins are owned by frames up to
// 3.10 only; later they are borrowed from the function and not reported. Of a generator's frame ask
// only while gi_frame_state says that it is not cleared. Slots that cannot be read are passed over:
// STATUS_UNREADABLE or STATUS_INVALID when something was.
must_check enum status frame_visit(
	const struct python *python, addr_t frame, struct frame_visitor *visitor);

// The same for a frame object (PyFrame_Type) of any version: f_back, f_trace and what later
// versions keep, and the frame itself where the object owns it (its function has returned).
must_check enum status frame_object_visit(
	const struct python *python, addr_t object, struct frame_visitor *visitor);

// The code object of the _PyInterpreterFrame at frame (3.11 on), also of one that was cleared. As
// field_u64().
must_check enum status frame_code(const struct python *python, addr_t frame, addr_t *ret);

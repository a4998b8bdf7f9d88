// SPDX-License-Identifier: MIT
// Frames: the code that they run, and their references: variables, value stack, function. The same
// functions serve for running frames, frames inside generators and frame objects, in all versions.
#pragma once

#include "base/error.h"
#include "layout/layout.h"
#include "python/python.h"
#include "result/address.h"
#include "result/label.h"

#include <stdint.h>

// A running frame. From 3.11 on a frame is a _PyInterpreterFrame, before that a PyFrameObject; this
// struct hides the difference.
struct frame {
	addr_t address;	 // of the frame struct or object
	addr_t previous; // the caller; 0: none
	addr_t code;	 // code object; 0: the frame has none (shims)
	int line;	 // current line, or the code's first line if the table does not tell
};

// Reads the frame at addr. STATUS_INVALID; otherwise as field_u64().
must_check enum status frame_read(const struct python *python, addr_t addr, struct frame *ret);

// The same without the line, which is set to 0.
must_check enum status frame_read_code(const struct python *python, addr_t addr, struct frame *ret);

enum frame_slot {
	FRAME_LOCAL, // detail: address of the str that names the variable, or 0
	FRAME_STACK, // detail: position on the value stack
	FRAME_STALE, // like FRAME_STACK, but the depth of the stack is unknown: the slot may be left
		     // over from an earlier use and contain any address
	FRAME_FIELD, // detail: the enum layout_field of the reference, see frame_field_name()
};

// Receives the references of a frame one by one. Put it first in a struct of your own.
struct frame_visitor {
	void (*reference)(
		struct frame_visitor *visitor, addr_t to, enum frame_slot slot, uint64_t detail);
};

// Python's or CPython's name for a field that FRAME_FIELD reports: NAME_f_code, NAME_f_locals;
// NAME_none for others.
enum field_name frame_field_name(enum layout_field field);

// Reports every reference that the frame owns; skips empty slots and tagged integers. From 3.11 on
// frame is the address of a _PyInterpreterFrame, wherever it is (data stack, generator, frame
// object); before that, of a PyFrameObject. Frames own f_globals and f_builtins only up to 3.10;
// later they borrow these from the function, and they are not reported. Visit a generator's frame
// only while gi_frame_state says that it is not cleared. Slots that cannot be read are skipped:
// STATUS_UNREADABLE or STATUS_INVALID then.
must_check enum status frame_visit(
	const struct python *python, addr_t frame, struct frame_visitor *visitor);

// The same for a frame object (PyFrame_Type) of any version: f_back, f_trace and the fields of
// later versions, and the frame itself if the object owns it (its function has returned).
must_check enum status frame_object_visit(
	const struct python *python, addr_t object, struct frame_visitor *visitor);

// The code object of the _PyInterpreterFrame at frame (3.11 on), also if the frame is cleared. As
// field_u64().
must_check enum status frame_code(const struct python *python, addr_t frame, addr_t *ret);

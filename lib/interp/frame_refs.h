// SPDX-License-Identifier: MIT
// What a frame refers to: its variables, its value stack, its function. The same for running frames,
// for those inside generators, and for frame objects.
#pragma once

#include "base/error.h"
#include "layout/layout.h"
#include "result/address.h"
#include "result/label.h"

#include <stdint.h>

struct image;
struct runtime;

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

// What Python or CPython calls a field that FRAME_FIELD reports: NAME_f_code, NAME_f_locals; NAME_none for others.
enum field_name frame_field_name(enum layout_field field);

// Reports every reference that the frame owns; empty slots and tagged integers are passed over. From
// 3.11 on, frame is the address of a _PyInterpreterFrame wherever it lies (data stack, generator,
// frame object), before that of a PyFrameObject. f_globals and f_builtins are owned by frames up to
// 3.10 only; later they are borrowed from the function and not reported. Of a generator's frame ask
// only while gi_frame_state says that it is not cleared. Slots that cannot be read are passed over:
// STATUS_UNREADABLE or STATUS_INVALID when something was.
must_check enum status frame_visit(const struct runtime *runtime, const struct image *image,
	addr_t frame, struct frame_visitor *visitor);

// The same for a frame object (PyFrame_Type) of any version: f_back, f_trace and what later
// versions keep, and the frame itself where the object owns it (its function has returned).
must_check enum status frame_object_visit(const struct runtime *runtime, const struct image *image,
	addr_t object, struct frame_visitor *visitor);

// SPDX-License-Identifier: MIT
// What all checks of a layout against an interpreter use, and how they report a wrong field.
// Internal to interp/verify.
#pragma once

#include "base/error.h"
#include "interp/runtime.h"
#include "layout/layout.h"
#include "python/dict.h"
#include "result/address.h"

#include <stdint.h>

struct interpreter;
struct python;

// Borrowed pointers.
struct check {
	const struct runtime *runtime;
	const struct layout *layout; // == runtime->layout
	const struct python *python;
	struct error *err;
};

// Reports "field: what"; returns STATUS_INVALID.
enum status check_misfit(const struct check *check, enum layout_field field, const char *what);

// What it means that the field could not be read. STATUS_INVALID: the field led to no memory, or is
// unknown; any other status stays: the process cannot be read.
enum status check_unread(const struct check *check, enum layout_field field, enum status status);

// Reads the word in a field of the struct at base. If it cannot be read: as check_unread().
must_check enum status check_word(
	const struct check *check, addr_t base, enum layout_field field, uint64_t *ret);

// Checks that the object at addr, found in field, is of exactly this type. STATUS_INVALID: it is
// not.
must_check enum status check_instance(
	const struct check *check, addr_t addr, enum well_known type, enum layout_field field);

// What it means that a table of keys could not be read, as check_unread().
enum status check_dict(
	const struct check *check, enum status status, const struct dict_misfit *misfit);

// Checks that the successor of the PyGC_Head at head points back to it, unless a collection is
// running. Otherwise blames field: with the words nowhere if there is no successor, not_back if it
// does not.
must_check enum status check_links(const struct check *check, addr_t head, bool is_collecting,
	enum layout_field field, const char *nowhere, const char *not_back);

// Checks what static types themselves say of the structs of their objects: the offsets of members
// that Python code sees (tp_members), and sizes and offsets in the type (verify_types.c).
// STATUS_INVALID: a field is not where a type says; otherwise as check_word().
must_check enum status verify_types(const struct check *check);

// Checks objects that every running interpreter has: the bases of bool, sys.modules, the module
// sys, a function and a class of importlib (verify_objects.c). interpreter is the main one; its
// modules must be known to be a dict. STATUS_INVALID: one of these objects is not plausible;
// otherwise as check_word().
must_check enum status verify_objects(
	const struct check *check, const struct interpreter *interpreter);

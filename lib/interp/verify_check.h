// SPDX-License-Identifier: MIT
// One check of a layout against an interpreter, and how it says that a field is wrong. Internal to
// interp/verify.
#pragma once

#include "base/error.h"
#include "interp/runtime.h"
#include "layout/layout.h"
#include "python/dict.h"
#include "result/address.h"

#include <stdint.h>

struct interpreter;
struct python;

// Borrowed pointers. Meant to be read.
struct check {
	const struct runtime *runtime;
	const struct layout *layout; // == runtime->layout
	const struct python *python;
	struct error *err;
};

// "field: what", STATUS_INVALID.
enum status check_misfit(const struct check *check, enum layout_field field, const char *what);

// What a failed read of the field means: the field led us nowhere or is not known, STATUS_INVALID;
// else the process does not let us, and the status stays.
enum status check_unread(const struct check *check, enum layout_field field, enum status status);

// The word in a field of the struct at base. As check_unread() where it cannot be read.
must_check enum status check_word(
	const struct check *check, addr_t base, enum layout_field field, uint64_t *ret);

// That the object at addr, found in field, is of exactly this type. STATUS_INVALID where not.
must_check enum status check_instance(
	const struct check *check, addr_t addr, enum well_known type, enum layout_field field);

// What a table of keys that cannot be read means, as check_unread().
enum status check_dict(
	const struct check *check, enum status status, const struct dict_misfit *misfit);

// That what follows the PyGC_Head at head in its list leads back to it, unless a collection is running;
// field is to blame where nothing follows or it does not lead back, with these words.
must_check enum status check_links(const struct check *check, addr_t head, bool is_collecting,
	enum layout_field field, const char *nowhere, const char *not_back);

// What static types say themselves of the structs of their objects: the offsets of members that Python
// code sees (tp_members), and the sizes and offsets in the type (verify_types.c). STATUS_INVALID where
// a field is not where a type says; else as check_word().
must_check enum status verify_types(const struct check *check);

// Objects that every running interpreter has: the bases of bool, sys.modules, the module sys, a
// function and a class of importlib (verify_objects.c). interpreter is the main one, whose modules are
// known to be a dict. STATUS_INVALID where one of them makes no sense; else as check_word().
must_check enum status verify_objects(
	const struct check *check, const struct interpreter *interpreter);

// SPDX-License-Identifier: MIT
// One check of a layout against an interpreter, and how it says that a field is wrong.
#pragma once

#include "base/error.h"
#include "interp/runtime.h"
#include "layout/layout.h"
#include "result/address.h"

#include <stdint.h>

struct reader;

// Borrowed pointers. Meant to be read.
struct check {
	const struct runtime *runtime;
	const struct layout *layout; // == runtime->layout
	const struct reader *reader;
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

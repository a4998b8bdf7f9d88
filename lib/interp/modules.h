// SPDX-License-Identifier: MIT
// The first entries of sys.modules: it takes the layout of dicts, their keys, strings and modules to
// find them, so that they tell whether a layout fits.
#pragma once

#include "base/error.h"
#include "result/address.h"

struct reader;
struct runtime;

// The module called name among the first entries of the dict modules; NULL: any with a name.
// STATUS_INVALID with the field that is to blame: there is none, as the layout has it. Else as
// reader_bytes().
must_check enum status modules_find(const struct runtime *runtime, const struct reader *reader,
	addr_t modules, const char *name, addr_t *ret, struct error *err);

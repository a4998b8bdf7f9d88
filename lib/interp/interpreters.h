// SPDX-License-Identifier: MIT
// The interpreter states of a runtime, and their modules, read from a copy or live. Who has an image or
// a target calls runtime_read_interpreters() and runtime_is_collecting() of runtime.h.
#pragma once

#include "base/error.h"
#include "python/dict.h"
#include "result/address.h"

#include <stddef.h>

struct interpreter;
struct python;
struct runtime;

// As runtime_read_interpreters(), from wherever python reads.
must_check enum status interpreters_read(const struct runtime *runtime, const struct python *python,
	struct interpreter **ret, size_t *ret_count, struct error *err);

// The module called name among the first entries of the dict modules, which is sys.modules; NULL: any
// with a name. It takes the layout of dicts, their keys, strings and modules to find it.
// STATUS_INVALID: there is none, as the layout has it, and *misfit says what is to blame. Else as
// dict_keys_read().
must_check enum status interpreters_find_module(const struct python *python, addr_t modules,
	const char *name, addr_t *ret, struct dict_misfit *misfit);

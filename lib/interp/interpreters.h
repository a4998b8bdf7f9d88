// SPDX-License-Identifier: MIT
// Reads the interpreter states of a runtime, and their modules, from a copy or a live process.
// Callers with an image or a target use runtime_read_interpreters() and runtime_is_collecting() of
// runtime.h.
#pragma once

#include "base/error.h"
#include "python/dict.h"
#include "result/address.h"

#include <stddef.h>

struct interpreter;
struct python;
struct runtime;

// Like runtime_read_interpreters(), from whatever memory python reads.
must_check enum status interpreters_read(const struct runtime *runtime, const struct python *python,
	struct interpreter **ret, size_t *ret_count, struct error *err);

// Finds the module called name among the first entries of the dict modules, which is sys.modules;
// NULL: any module with a name. This works only if the layout of dicts, their keys, strings and
// modules is right. STATUS_INVALID: with this layout there is none, and *misfit says why. Otherwise
// as dict_keys_read().
must_check enum status interpreters_find_module(const struct python *python, addr_t modules,
	const char *name, addr_t *ret, struct dict_misfit *misfit);

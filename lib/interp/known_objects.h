// SPDX-License-Identifier: MIT
// Objects that every running interpreter has, looked at through a layout: the bases of bool,
// sys.modules, the module sys, a function and a class of importlib.
#pragma once

#include "base/error.h"

struct check;
struct interpreter;

// STATUS_INVALID where one of them makes no sense; err names the field. Else as check_word().
// interpreter is the main one, whose modules are known to be a dict.
must_check enum status known_objects_check(
	const struct check *check, const struct interpreter *interpreter);

// SPDX-License-Identifier: MIT
// What static types say themselves of the structs of their objects, against a layout: the offsets
// of members that Python code sees (tp_members), and the sizes and offsets in the type.
#pragma once

#include "base/error.h"

struct check;

// STATUS_INVALID where a field of check->layout is not where a type says; err names the field. Else
// as check_word().
must_check enum status described_check(const struct check *check);

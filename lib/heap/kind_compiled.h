// SPDX-License-Identifier: MIT
// Instances of classes that mypyc compiled.
#pragma once

#include "heap/kind.h"

// Every such class has this attribute: the names of its own attributes (mypyc/irbuild/classdef.py).
#define MYPYC_MARK "__mypyc_attrs__"

extern const struct kind kind_mypyc;

// SPDX-License-Identifier: MIT
// Instances of classes that no name of a kind leads to: those that mypyc or Cython compiled, and those
// of well-known packages.
#pragma once

#include "heap/kind/kind.h"

// Every class of mypyc has this attribute: the names of its own attributes
// (mypyc/irbuild/classdef.py).
#define MYPYC_MARK "__mypyc_attrs__"

extern const struct kind kind_mypyc, kind_cython, kind_foreign;

// Patterns of tp_name, with stars for any text, ended by NULL: of classes of Cython that nothing else
// tells, and of those that kind_foreign reads.
extern const char *const cython_names[], *const foreign_names[];

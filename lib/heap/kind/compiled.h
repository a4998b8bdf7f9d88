// SPDX-License-Identifier: MIT
// Kinds for instances of classes that kinds do not list by name: classes that mypyc or Cython
// compiled, and classes of well-known packages.
#pragma once

#include "heap/kind/kind.h"

// Every class of mypyc has this attribute, which holds the names of its attributes
// (mypyc/irbuild/classdef.py).
#define MYPYC_MARK "__mypyc_attrs__"

extern const struct kind kind_mypyc, kind_cython, kind_foreign;

// Patterns of tp_name in which a star matches any text, ended by NULL: for classes of Cython that
// can only be told by their name, and for those that kind_foreign reads.
extern const char *const cython_names[], *const foreign_names[];

// SPDX-License-Identifier: MIT
// Instances of classes that mypyc or Cython compiled.
#pragma once

#include "heap/kind.h"

// Every such class has this attribute: the names of its own attributes (mypyc/irbuild/classdef.py).
#define MYPYC_MARK "__mypyc_attrs__"

extern const struct kind kind_mypyc;

// Classes of Cython have one of these: the table of their C methods, a method for pickle.
#define CYTHON_MARK_TABLE "__pyx_vtable__"
#define CYTHON_MARK_PICKLE "__reduce_cython__"

// The variables of a function that others inside it use: these classes have nothing but a name.
#define CYTHON_MARK_SCOPE ".__pyx_scope_struct_"

extern const struct kind kind_cython;

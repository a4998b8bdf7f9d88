// SPDX-License-Identifier: MIT
// str objects: their forms, their characters, and the memory that they take.
#pragma once

#include "base/error.h"
#include "python/python.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

// A PyUnicodeObject (Include/cpython/unicodeobject.h, 3.8 to 3.15), in one of its forms:
//
//	compact ASCII	header of str_ascii_size bytes, then the characters
//	compact		header of str_compact_size bytes, then the characters
//	legacy		header of str_size bytes, characters elsewhere: instances of subclasses,
//			and up to 3.11 strings made through the old C interface
//
// All numbers are checked: length is smaller than any memory's size, and width is one of those
// below.
struct str {
	addr_t address;
	uint64_t length;  // in characters
	addr_t characters; // 0: there are none yet
	unsigned width;   // bytes for each: 1, 2 or 4; 0: there is only a wchar_t form (up to 3.11)
	bool is_compact, is_ascii;
};

// Reads the header of a str (or subclass instance), without checking its type. STATUS_INVALID;
// otherwise as memory_view().
must_check enum status str_read(const struct python *python, addr_t addr, struct str *ret);

// Whether the object at addr is a str or an instance of a subclass.
bool str_is_at(const struct python *python, addr_t addr);

// Adds the characters of the str at addr to text as valid UTF-8, with everything unsafe escaped
// (also lone surrogates); at most limit characters, then "...". STATUS_INVALID: the object at addr
// is no str; otherwise as memory_view().
must_check enum status str_add(
	const struct python *python, addr_t addr, size_t limit, struct text *text);

// Whether the object at addr is a str (no subclass) with exactly these ASCII characters, at most
// 255.
bool str_equals(const struct python *python, addr_t addr, const char *ascii);

// The size of the str at addr as its __sizeof__ computes it: the object, separate characters, and
// copies in other encodings (Objects/unicodeobject.c, unicode_sizeof()). Statuses as str_read().
must_check enum status str_size(const struct python *python, addr_t addr, uint64_t *ret);

// SPDX-License-Identifier: MIT
// Objects of well-known packages written in C whose structs have a few references to others, each
// owned, and beside them numbers and pointers to memory that is not Python's: all words are scanned.
// What lies in such memory is not followed.
#include "heap/kind/compiled.h"
#include "heap/scan.h"

// To be extended only by packages whose source was looked at. A class below one that a kind names is
// read as that kind says.
const char *const foreign_names[] = {
	"BoundFunctionWrapper", // wrapt
	"CallableObjectProxy",
	"FunctionWrapper",
	"ObjectProxy",
	"PartialCallableObjectProxy",
	"_FunctionWrapperBase",
	"wrapt.*",
	"ImagingCore", // Pillow
	"ImagingDraw",
	"ImagingFont",
	"PIL._imaging.*",
	"PixelAccess",
	"_cffi_backend.*",
	"fortran", // f2py: scipy
	"google._upb._message.*",
	"google.protobuf.pyext._message.*",
	"multidict._multidict.*",
	"psycopg2.*",
	NULL,
};

const struct kind kind_foreign = {
	.name = "foreign",
	.size_field = FIELD_COUNT,
	.edges = scan_struct,
};

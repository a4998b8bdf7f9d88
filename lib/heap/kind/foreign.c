// SPDX-License-Identifier: MIT
// Objects of well-known packages written in C. Their structs have a few references, all owned,
// besides numbers and pointers to memory that is not Python's. All their words are scanned; the
// other memory is not followed.
#include "heap/kind/compiled.h"
#include "heap/scan.h"

// Add only packages whose source you have looked at. Subclasses of a class that a kind names are
// read by that kind.
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

// SPDX-License-Identifier: MIT
// Objects of modules that Cython compiled: its functions, and instances of its classes. All their
// words are scanned: they are references, plain numbers and pointers into code.
#include "heap/kind/compiled.h"
#include "heap/scan.h"
#include "heap/struct.h"
#include "heap/type.h"

const char *const cython_names[] = {
	"*.__pyx_scope_struct_*", // the variables of a function that its inner functions use
	"aiohttp._*",
	"asyncpg.*",
	"frozenlist.*",
	"gevent.*",
	"grpc._cython.*",
	"lxml.*",
	"numpy.random.*",
	"pandas._libs.*",
	"propcache.*",
	"uvloop.*",
	"yarl.*",
	NULL,
};

const struct kind kind_cython = {
	.name = "cython",
	.size_field = FIELD_COUNT,
	.edges = scan_struct,
};

// Defaults that are computed at run time are in a block of their own, objects first
// (Cython/Utility/CythonFunction.c, up to 3.0; later in an object). Three words in a row of the
// function describe the block. They are found by their values, since the words before them changed
// with every release:
//
//	void *defaults; int defaults_pyobjects; size_t defaults_size;
enum {
	DEFAULTS_MAX = 1 << 10,
	DEFAULTS_BYTES_MAX = 1 << 16,
	DEFAULTS_WORDS = 3,
};

// The functions begin with a PyCFunctionObject, whose last word is the address of C code, or
// uninitialized (Cython 0.29).
enum { VECTORCALL = 4 * WORD_SIZE }; // after the header

// Drops references of a function to itself, since m_self is borrowed, and passes on the others.
struct other_visitor {
	struct visitor visitor; // first
	struct visitor *next;
	addr_t self;
};

static void visit_other(struct visitor *visitor, addr_t to, enum edge edge, uint64_t detail)
{
	struct other_visitor *other = (struct other_visitor *)visitor;
	if (to != other->self)
		visit(other->next, to, edge, detail);
}

static bool are_objects(const struct heap *heap, const uint8_t *words, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		addr_t word = bytes_u64(words, i * WORD_SIZE);
		if (word && !scan_is_object(heap, word))
			return false;
	}
	return true;
}

static bool visit_defaults(const struct heap *heap, const uint8_t *place, struct visitor *visitor)
{
	addr_t defaults = bytes_u64(place, 0);
	uint64_t count = bytes_u32(place, WORD_SIZE), size = bytes_u64(place, 2 * WORD_SIZE);
	if (!count || count > DEFAULTS_MAX || size < count * WORD_SIZE ||
		size > DEFAULTS_BYTES_MAX || scan_is_object(heap, defaults))
		return false;
	const uint8_t *words = image_at(heap->image, defaults, size);
	return words && are_objects(heap, words, count) &&
	       !struct_visit_array(heap, defaults, (int64_t)count, EDGE_INDEX, visitor);
}

static enum status function_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	struct other_visitor other = {{visit_other}, visitor, object->address};
	uint64_t header = heap_field(heap, FIELD_object_size), end = object->type->base_size;
	uint64_t vectorcall = header + VECTORCALL;
	const uint8_t *bytes = image_at(heap->image, object->address, end);
	if (!bytes)
		return STATUS_UNREADABLE;
	if (end < vectorcall)
		return STATUS_INVALID;
	for (uint64_t at = header; at + DEFAULTS_WORDS * WORD_SIZE <= end; at += WORD_SIZE)
		if (visit_defaults(heap, bytes + at, visitor))
			break;
	return status_first(scan_object(heap, object, header, vectorcall, &other.visitor),
		scan_object(heap, object, vectorcall + WORD_SIZE, end, &other.visitor));
}

const struct kind kind_cython_function = {
	.name = "cython_function",
	.type_names = (const char *const[]){"_cython_*.cython_function_or_method",
		"_cython_*.fused_cython_function", "cython_function_or_method",
		"fused_cython_function", NULL},
	.size_field = FIELD_COUNT,
	.edges = function_edges,
};

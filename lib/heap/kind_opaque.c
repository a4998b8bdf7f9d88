// SPDX-License-Identifier: MIT
// C structs without a description: all words up to the size of the struct are scanned, and behind
// it the items, where they are of the size of pointers.
#include "heap/kind.h"
#include "heap/scan.h"
#include "heap/struct.h"
#include "heap/type.h"

static enum status scanned_edges(
	const struct heap *heap, const struct object *object, struct visitor *visitor)
{
	const struct type *type = object->type;
	uint64_t end = type->base_size, count;
	enum status found = STATUS_OK;
	if (type->itemsize == WORD_SIZE) {
		found = struct_read_length(heap, object->address, FIELD_var_size, &count);
		if (!found && type->base_size == type->basicsize)
			end += WORD_SIZE * count;
	}
	uint64_t header = heap_field(heap, FIELD_object_size);
	return status_first(found, scan_object(heap, object, header, end, visitor));
}

// Types for which the scan was compared with gc.get_referents() and found to be exact. To be
// extended only after tests/targets/referents.py has met the type.
const struct kind kind_scanned = {
	.name = "scanned",
	.type_names = (const char *const[]){
		"TaskStepMethWrapper",
		"TaskWakeupMethWrapper",
		"_abc._abc_data",
		"_asyncio.FutureIter",
		"_asyncio.TaskStepMethWrapper",
		"_collections._deque_iterator",
		"_collections._deque_reverse_iterator",
		"_collections._tuplegetter",
		"_csv.Dialect",
		"_csv.reader",
		"_csv.writer",
		"_functools.KeyWrapper",
		"_io.BufferedRWPair",
		"_io.FileIO",
		"_io.IncrementalNewlineDecoder",
		"_io.StringIO",
		"_io.TextIOWrapper",
		"_io._BytesIOBuffer",
		"_json.Encoder",
		"_json.Scanner",
		"_socket.socket",
		"_sre.SRE_Scanner",
		"_ssl._SSLContext",
		"_ssl._SSLSocket",
		"_struct.unpack_iterator",
		"anext_awaitable",
		"async_generator_asend",
		"async_generator_athrow",
		"async_generator_wrapped_value",
		"bytearray_iterator",
		"collections._deque_iterator",
		"collections._deque_reverse_iterator",
		"collections._tuplegetter",
		"datetime.timezone",
		"decimal.Context",
		"decimal.ContextManager",
		"fieldnameiterator",
		"formatteriterator",
		"functools.KeyWrapper",
		"functools._placeholder",
		"instancemethod",
		"itertools._grouper",
		"itertools._tee",
		"itertools.accumulate",
		"itertools.batched",
		"itertools.chain",
		"itertools.compress",
		"itertools.count",
		"itertools.cycle",
		"itertools.dropwhile",
		"itertools.filterfalse",
		"itertools.islice",
		"itertools.pairwise",
		"itertools.repeat",
		"itertools.starmap",
		"itertools.takewhile",
		"itertools.zip_longest",
		"json.Encoder",
		"json.Scanner",
		"line_iterator",
		"longrange_iterator",
		"mmap.mmap",
		"odict_iterator",
		"operator.attrgetter",
		"operator.itemgetter",
		"operator.methodcaller",
		"os.DirEntry",
		"os.ScandirIterator",
		"posix.DirEntry",
		"posix.ScandirIterator",
		"positions_iterator",
		"re.Match",
		"re.Pattern",
		"select.epoll",
		"select.poll",
		"sys.UnraisableHookArgs",
		"types.UnionType",
		"typing.Generic",
		"typing.ParamSpec",
		"typing.ParamSpecArgs",
		"typing.ParamSpecKwargs",
		"typing.TypeAliasType",
		"typing.TypeVar",
		"typing.TypeVarTuple",
		"typing.Union",
		"zlib.Compress",
		"zlib.Decompress",
		NULL},
	.size_field = FIELD_COUNT,
	.edges = scanned_edges,
};

const struct kind kind_opaque = {
	.name = "opaque",
	.size_field = FIELD_COUNT,
	.edges = scanned_edges,
	.is_opaque = true,
};

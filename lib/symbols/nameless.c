// SPDX-License-Identifier: MIT
#include "symbols/nameless.h"

#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "symbols/data.h"
#include "symbols/header.h"
#include "target/target.h"

enum {
	WORD = 8,
	VERSION_MAJOR = 3,
};

struct search {
	const struct target *target;
	struct nameless found;
};

static uint64_t word_at(const char *bytes)
{
	uint64_t word;
	memcpy(&word, bytes, sizeof(word));
	return word;
}

// The cookie of _Py_DebugOffsets, and PY_VERSION_HEX behind it.
static bool is_runtime(const char *bytes)
{
	return !memcmp(bytes, "xdebugpy", WORD) && word_at(bytes + WORD) >> 24 == VERSION_MAJOR;
}

// With a header that is longer by extra.
static bool is_type(const struct search *search, addr_t addr, const char *bytes, uint32_t extra)
{
	char name[sizeof("type")];
	return word_at(bytes + extra + HEADER_TYPE) == addr &&
	       !target_read(search->target, word_at(bytes + extra + HEADER_NAME), name,
		       sizeof(name)) &&
	       !memcmp(name, "type", sizeof(name));
}

static bool search_chunk(void *context, addr_t addr, const char *bytes, size_t size)
{
	struct search *search = context;
	for (size_t i = 0; i + HEADER_EXTRA + HEADER_NAME + WORD <= size; i += WORD) {
		if (!search->found.runtime && is_runtime(bytes + i))
			search->found.runtime = addr + i;
		if (!search->found.type && (is_type(search, addr + i, bytes + i, 0) ||
						   is_type(search, addr + i, bytes + i, HEADER_EXTRA)))
			search->found.type = addr + i;
	}
	return true;
}

enum status nameless_find(const struct target *target, const char *path, struct nameless *ret)
{
	struct search search = {.target = target};
	enum status status = data_read(target, path, search_chunk, &search);
	if (!status)
		*ret = search.found;
	return status;
}

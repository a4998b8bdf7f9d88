// SPDX-License-Identifier: MIT
// The tables of a file, and how to know it. leaktop-file(5) describes them: the two change together.
#pragma once

#include "base/error.h"

#include <stdint.h>

struct store;

enum {
	SCHEMA_APPLICATION = 0x6c6b7470, // "lktp", application_id
	SCHEMA_VERSION = 1,		 // user_version
	SCHEMA_HEADER_SIZE = 100,	 // of an SQLite file
};

// Makes the tables in an empty file, inside a transaction.
must_check enum status schema_create(struct store *store, struct error *err);

// Whether the first size bytes of a file are those of a file of leaktop. STATUS_USAGE: it is another
// program's, or that of a newer leaktop; STATUS_INVALID: it is cut short.
must_check enum status schema_check_header(const struct store *store, const unsigned char *header,
	uint64_t size, struct error *err);

// How large the file is by its header.
uint64_t schema_file_size(const unsigned char *header);

// Whether the file has the tables that schema_create() makes, letter by letter, so that no trigger,
// view or default of a foreign file ever runs. STATUS_INVALID.
must_check enum status schema_check(struct store *store, struct error *err);

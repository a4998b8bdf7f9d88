// SPDX-License-Identifier: MIT
// The tables of a file, and how to recognize it. leaktop-file(5) describes them: change both
// together.
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

// Checks that the first size bytes of a file are those of a leaktop file. STATUS_USAGE: another
// program or a newer leaktop wrote it; STATUS_INVALID: it is truncated.
must_check enum status schema_check_header(const struct store *store, const unsigned char *header,
	uint64_t size, struct error *err);

// The size of the file according to its header.
uint64_t schema_file_size(const unsigned char *header);

// Checks that the tables of the file are exactly those that schema_create() makes, so that no
// trigger, view or default of a foreign file ever runs. STATUS_INVALID.
must_check enum status schema_check(struct store *store, struct error *err);

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

// Whether the first bytes of a file are those of one of ours, size of them. STATUS_USAGE: of no one
// of ours, or of a newer one; STATUS_INVALID: cut.
must_check enum status schema_check_header(const struct store *store, const unsigned char *header,
	uint64_t size, struct error *err);

// How large the file is by its header.
uint64_t schema_file_size(const unsigned char *header);

// Whether the file has the tables that schema_create() makes, letter by letter: nothing that is read
// or written then does more than it says. STATUS_INVALID.
must_check enum status schema_check(struct store *store, struct error *err);

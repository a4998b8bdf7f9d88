// SPDX-License-Identifier: MIT
// The names of a file: each text once, and everything else by its id.
#pragma once

#include "base/error.h"
#include "store/sql.h"

#include <stdint.h>

// {0} is unused. Borrows the store.
struct names {
	sqlite3_stmt *find, *add, *read;
	uint64_t bytes_read;
};

void names_deinit(struct names *names);

// The id of a text, which is added if it is not there; 0 for NULL. Invalid UTF-8 is escaped, and a long
// text is cut.
must_check enum status names_intern(struct store *store, struct names *names, const char *text,
	int64_t *ret, struct error *err);

// The text of an id, escaped; NULL for 0. The caller frees *ret. STATUS_INVALID: there is none, or
// all texts together are more than anyone has.
must_check enum status names_read(
	struct store *store, struct names *names, int64_t id, char **ret, struct error *err);

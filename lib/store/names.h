// SPDX-License-Identifier: MIT
// The names of a file. Each text is stored once; everything else refers to it by its id.
#pragma once

#include "base/error.h"
#include "store/sql.h"

#include <stdint.h>

// {0} is empty. Borrows the store.
struct names {
	sqlite3_stmt *find, *add, *read;
	uint64_t bytes_read;
};

void names_deinit(struct names *names);

// The id of a text; 0 for NULL. Adds the text if the file does not have it. Invalid UTF-8 is
// escaped, and a long text is cut.
must_check enum status names_intern(struct store *store, struct names *names, const char *text,
	int64_t *ret, struct error *err);

// The text of an id, escaped; NULL for 0. The caller frees *ret. STATUS_INVALID: there is no such
// id, or all texts together are implausibly large.
must_check enum status names_read(
	struct store *store, struct names *names, int64_t id, char **ret, struct error *err);

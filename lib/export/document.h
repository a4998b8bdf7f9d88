// SPDX-License-Identifier: MIT
// A JSON document under construction: jansson, with one flag for all failed allocations.
#pragma once

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct filler;

struct document {
	json_t *root;
	bool failed; // an allocation failed; checked once, at the end
};

// Makes an empty object as the root, with its schema.
void document_init(struct document *document, const char *schema);
void document_deinit(struct document *document);

// Adds an empty object or array and returns it, borrowed. NULL: memory ran out; all functions
// accept that. If key is NULL, the parent is an array.
json_t *document_add_object(struct document *document, json_t *parent, const char *key);
json_t *document_add_array(struct document *document, json_t *parent, const char *key);

// Adds a string; NULL becomes null, and invalid UTF-8 is escaped.
void document_add_string(
	struct document *document, json_t *parent, const char *key, const char *value);
void document_add_unsigned(
	struct document *document, json_t *parent, const char *key, uint64_t value);
void document_add_signed(struct document *document, json_t *parent, const char *key, int64_t value);
// Adds a number; infinities and NaN, which JSON lacks, become null.
void document_add_real(struct document *document, json_t *parent, const char *key, double value);
void document_add_bool(struct document *document, json_t *parent, const char *key, bool value);
void document_add_null(struct document *document, json_t *parent, const char *key);

// The array filled_by: null where there are none.
void document_add_fillers(struct document *document, json_t *parent, const struct filler *fillers,
	size_t count);

// The text of the document, in one line if compact, without a newline at the end. The caller frees
// it. STATUS_NO_MEMORY, also if an addition failed.
must_check enum status document_write(
	const struct document *document, bool compact, char **ret, struct error *err);

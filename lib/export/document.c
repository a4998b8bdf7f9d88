// SPDX-License-Identifier: MIT
#include "export/document.h"

#include "base/text.h"
#include "result/filler.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Takes the value over.
static void add_take(struct document *document, json_t *parent, const char *key, json_t *value)
{
	if (!parent || !value) {
		json_decref(value);
		document->failed = true;
		return;
	}
	if (key ? json_object_set_new(parent, key, value) : json_array_append_new(parent, value))
		document->failed = true;
}

// Takes the value over and returns it, borrowed, unless there was no memory to add it.
static json_t *add_lend(struct document *document, json_t *parent, const char *key, json_t *value)
{
	bool failed = document->failed;
	document->failed = false;
	add_take(document, parent, key, value);
	json_t *lent = document->failed ? NULL : value;
	document->failed |= failed;
	return lent;
}

void document_init(struct document *document, const char *schema)
{
	*document = (struct document){.root = json_object()};
	document_add_string(document, document->root, "schema", schema);
}

void document_deinit(struct document *document)
{
	json_decref(document->root);
	document->root = NULL;
}

json_t *document_add_object(struct document *document, json_t *parent, const char *key)
{
	return add_lend(document, parent, key, json_object());
}

json_t *document_add_array(struct document *document, json_t *parent, const char *key)
{
	return add_lend(document, parent, key, json_array());
}

static json_t *escaped_string(const char *value)
{
	struct text text = {0};
	text_add_foreign(&text, value, strlen(value));
	char *escaped = text_take(&text);
	json_t *string = escaped ? json_string(escaped) : NULL;
	free(escaped);
	return string;
}

void document_add_string(
	struct document *document, json_t *parent, const char *key, const char *value)
{
	if (!value) {
		document_add_null(document, parent, key);
		return;
	}
	json_t *string = json_string(value);
	add_take(document, parent, key, string ? string : escaped_string(value));
}

// JSON integers of jansson are signed; larger values are written as reals and lose their last
// digits.
void document_add_unsigned(
	struct document *document, json_t *parent, const char *key, uint64_t value)
{
	if (value > INT64_MAX)
		add_take(document, parent, key, json_real((double)value));
	else
		add_take(document, parent, key, json_integer((json_int_t)value));
}

void document_add_signed(struct document *document, json_t *parent, const char *key, int64_t value)
{
	add_take(document, parent, key, json_integer((json_int_t)value));
}

void document_add_real(struct document *document, json_t *parent, const char *key, double value)
{
	if (isfinite(value))
		add_take(document, parent, key, json_real(value));
	else
		document_add_null(document, parent, key);
}

void document_add_bool(struct document *document, json_t *parent, const char *key, bool value)
{
	add_take(document, parent, key, json_boolean(value));
}

void document_add_null(struct document *document, json_t *parent, const char *key)
{
	add_take(document, parent, key, json_null());
}

void document_add_fillers(struct document *document, json_t *parent, const struct filler *fillers,
	size_t count)
{
	if (!count) {
		document_add_null(document, parent, "filled_by");
		return;
	}
	json_t *array = document_add_array(document, parent, "filled_by");
	for (size_t i = 0; i < count; i++) {
		json_t *item = document_add_object(document, array, NULL);
		document_add_string(document, item, "function", fillers[i].function);
		document_add_string(document, item, "file", fillers[i].file);
		document_add_signed(document, item, "line", fillers[i].line);
		document_add_string(document, item, "how", fillers[i].how);
	}
}

enum status document_write(
	const struct document *document, bool compact, char **ret, struct error *err)
{
	enum { DIGITS = 12 }; // of reals: figures per minute are less exact
	char *text = NULL;
	if (!document->failed)
		text = json_dumps(document->root,
			JSON_REAL_PRECISION(DIGITS) | (compact ? JSON_COMPACT : JSON_INDENT(2)));
	if (!text)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the JSON document");
	*ret = text;
	return STATUS_OK;
}

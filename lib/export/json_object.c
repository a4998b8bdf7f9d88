// SPDX-License-Identifier: MIT
#include "export/json.h"

#include "base/guard.h"
#include "export/document.h"
#include "result/inspection.h"

static void add_object(
	struct document *document, json_t *item, const struct inspected *inspected)
{
	document_add_string(document, item, "type", inspected->type);
	if (inspected->address)
		document_add_unsigned(document, item, "address", inspected->address);
	else
		document_add_null(document, item, "address");
	if (inspected->has_length)
		document_add_unsigned(document, item, "length", inspected->length);
	else
		document_add_null(document, item, "length");
	document_add_unsigned(document, item, "size_bytes", inspected->size_bytes);
	document_add_unsigned(document, item, "retained_bytes", inspected->retained_bytes);
	document_add_string(document, item, "value", inspected->value);
}

static void add_names(struct document *document, const struct inspection *inspection)
{
	json_t *names = document_add_array(document, document->root, "names");
	vector_for_each(entry, &inspection->entries)
		if (entry->count == 1 && entry->name[0] != '[' && entry->name[0] != '{')
			document_add_string(document, names, NULL, entry->name);
}

enum status export_json_object(
	const struct inspection *inspection, bool compact, char **ret, struct error *err)
{
	AUTO(document_deinit) struct document document;
	document_init(&document, "leaktop.object/1");
	document_add_string(&document, document.root, "path", inspection->path);
	add_object(&document, document.root, &inspection->object);
	add_names(&document, inspection);
	json_t *entries = document_add_array(&document, document.root, "entries");
	vector_for_each(entry, &inspection->entries) {
		json_t *item = document_add_object(&document, entries, NULL);
		document_add_string(&document, item, "name", entry->name);
		document_add_unsigned(&document, item, "count", entry->count);
		add_object(&document, item, entry);
	}
	document_add_fillers(&document, document.root, inspection->filled_by.items,
		inspection->filled_by.count);
	return document_write(&document, compact, ret, err);
}

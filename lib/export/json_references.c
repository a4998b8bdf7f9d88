// SPDX-License-Identifier: MIT
#include "export/json.h"

#include "base/guard.h"
#include "export/document.h"
#include "result/references.h"

static void add_subject(struct document *document, const struct references *references)
{
	json_t *item = document_add_object(document, document->root, "subject");
	document_add_string(document, item, "path", references->path);
	document_add_string(document, item, "type", references->type);
	document_add_unsigned(document, item, "count", references->count);
	document_add_unsigned(document, item, "bytes", references->bytes);
	document_add_unsigned(document, item, "retained_bytes", references->retained_bytes);
}

static void add_paths(struct document *document, const struct references *references)
{
	json_t *paths = document_add_array(document, document->root, "paths");
	vector_for_each(path, &references->paths) {
		json_t *item = document_add_object(document, paths, NULL);
		document_add_string(document, item, "path", path->path);
		document_add_unsigned(document, item, "count", path->count);
	}
	document_add_unsigned(document, document->root, "paths_left_out",
		references->path_count - references->paths.count);
}

static void add_referrers(struct document *document, const struct references *references)
{
	json_t *referrers = document_add_array(document, document->root, "referrers");
	vector_for_each(referrer, &references->referrers) {
		json_t *item = document_add_object(document, referrers, NULL);
		document_add_string(document, item, "type", referrer->type);
		document_add_string(document, item, "via", referrer->via);
		document_add_unsigned(document, item, "count", referrer->count);
	}
	document_add_unsigned(document, document->root, "referrers_left_out",
		references->referrer_count - references->referrers.count);
}

enum status export_json_references(
	const struct references *references, bool compact, char **ret, struct error *err)
{
	AUTO(document_deinit) struct document document;
	document_init(&document, "leaktop.refs/1");
	add_subject(&document, references);
	add_paths(&document, references);
	add_referrers(&document, references);
	return document_write(&document, compact, ret, err);
}

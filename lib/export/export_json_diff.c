// SPDX-License-Identifier: MIT
#include "analysis/shortlist.h"
#include "base/guard.h"
#include "base/time.h"
#include "export/document.h"
#include "export/export_json.h"
#include "view/memory_parts.h"

static void add_type(struct document *document, json_t *types, const struct growth_type *type)
{
	json_t *item = document_add_object(document, types, NULL);
	document_add_string(document, item, "type", type->name);
	document_add_unsigned(document, item, "count_before", type->count_before);
	document_add_unsigned(document, item, "count_after", type->count_after);
	document_add_signed(document, item, "count_delta", type->count_delta);
	document_add_unsigned(document, item, "bytes_before", type->bytes_before);
	document_add_unsigned(document, item, "bytes_after", type->bytes_after);
	document_add_signed(document, item, "bytes_delta", type->bytes_delta);
	document_add_real(document, item, "count_per_minute", type->count_per_minute);
	document_add_real(document, item, "bytes_per_minute", type->bytes_per_minute);
}

static void add_container(struct document *document, json_t *containers,
	const struct growth_container *grown, const struct census *census)
{
	const struct census_container *container = &census->containers[grown->after];
	json_t *item = document_add_object(document, containers, NULL);
	document_add_string(document, item, "path", container->path);
	document_add_string(document, item, "type", grown->type);
	document_add_unsigned(document, item, "address", container->address);
	document_add_unsigned(document, item, "length_before", grown->length_before);
	document_add_unsigned(document, item, "length_after", grown->length_after);
	document_add_signed(document, item, "length_delta", grown->length_delta);
	document_add_real(document, item, "length_per_minute", grown->length_per_minute);
}

static void add_figure(struct document *document, json_t *item, const char *key, bool is_known,
	uint64_t bytes)
{
	if (is_known)
		document_add_unsigned(document, item, key, bytes);
	else
		document_add_null(document, item, key);
}

static void add_memory(struct document *document, json_t *memory, size_t part,
	const struct sample *before, const struct sample *after)
{
	uint64_t then = 0, now = 0;
	bool knows_then = memory_part_read(part, before, &then);
	bool knows_now = memory_part_read(part, after, &now);
	json_t *item = document_add_object(document, memory, NULL);
	document_add_string(document, item, "memory", memory_part_name(part));
	add_figure(document, item, "bytes_before", knows_then, then);
	add_figure(document, item, "bytes_after", knows_now, now);
	if (knows_then && knows_now)
		document_add_signed(
			document, item, "bytes_delta", growth_difference(then, now));
	else
		document_add_null(document, item, "bytes_delta");
}

enum status export_json_diff(const struct sample *before, const struct sample *after,
	const struct growth *growth, bool compact, char **ret, struct error *err)
{
	AUTO(document_deinit) struct document document;
	document_init(&document, "leaktop.diff/1");
	json_t *root = document.root;
	char time[TIME_TEXT_SIZE];
	document_add_string(&document, root, "before", time_format(before->taken_ms, time));
	document_add_string(&document, root, "after", time_format(after->taken_ms, time));
	document_add_real(&document, root, "seconds", growth->seconds);
	document_add_signed(&document, root, "rss_delta",
		growth_difference(before->memory.rss_bytes, after->memory.rss_bytes));
	document_add_signed(&document, root, "objects_delta", growth->objects_delta);
	document_add_signed(&document, root, "bytes_delta", growth->bytes_delta);
	json_t *memory = document_add_array(&document, root, "memory");
	for (size_t i = 0; memory_part_name(i); i++)
		add_memory(&document, memory, i, before, after);
	json_t *types = document_add_array(&document, root, "types");
	for (size_t i = 0; i < growth->type_count; i++)
		add_type(&document, types, &growth->types[i]);
	json_t *containers = document_add_array(&document, root, "containers");
	for (size_t i = 0; i < growth->container_count && i < SHORTLIST_MAX; i++)
		add_container(&document, containers, &growth->containers[i], after->census);
	return document_write(&document, compact, ret, err);
}

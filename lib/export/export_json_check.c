// SPDX-License-Identifier: MIT
#include "analysis/causes.h"
#include "base/guard.h"
#include "export/document.h"
#include "export/export_json.h"

static const char *verdict_name(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_LEAK:
		return "leak";
	case VERDICT_NO_LEAK:
		return "no leak";
	default:
		return "too early";
	}
}

static void add_trend(struct document *document, const struct verdict *verdict)
{
	const struct trend *trend = verdict->is_of_objects ? &verdict->objects : &verdict->trend;
	if (!verdict->is_of_objects && !verdict->has_trend) {
		document_add_null(document, document->root, "bytes_per_minute");
		document_add_null(document, document->root, "interval");
		return;
	}
	document_add_real(document, document->root, "bytes_per_minute", trend->bytes_per_minute);
	json_t *interval = document_add_array(document, document->root, "interval");
	document_add_real(document, interval, NULL, trend->low);
	document_add_real(document, interval, NULL, trend->high);
}

static void add_cause(struct document *document, json_t *causes, const struct cause *cause)
{
	json_t *item = document_add_object(document, causes, NULL);
	document_add_string(document, item, "class", cause->class);
	document_add_string(document, item, "path", cause->path);
	document_add_string(document, item, "type", cause->type);
	document_add_real(document, item, "share", cause->share);
}

enum status export_json_check(
	const struct results *results, bool compact, char **ret, struct error *err)
{
	struct causes causes;
	causes_find(&results->history, results->since_baseline, &results->verdict, &causes);
	AUTO(document_deinit) struct document document;
	const struct identity *identity = &results->history.identity;
	document_init(&document, "leaktop.check/1");
	document_add_string(
		&document, document.root, "verdict", verdict_name(results->verdict.kind));
	add_trend(&document, &results->verdict);
	document_add_unsigned(&document, document.root, "samples", results->verdict.trend.points);
	document_add_real(&document, document.root, "seconds", results->verdict.trend.seconds);
	json_t *items = document_add_array(&document, document.root, "causes");
	for (size_t i = 0; i < causes.count; i++)
		add_cause(&document, items, &causes.items[i]);
	document_add_string(&document, document.root, "advice", causes.advice);
	document_add_string(&document, document.root, "sentence", results->verdict.sentence);
	json_t *target = document_add_object(&document, document.root, "target");
	document_add_signed(&document, target, "pid", identity->pid);
	document_add_string(&document, target, "cmdline", identity->command_line);
	return document_write(&document, compact, ret, err);
}

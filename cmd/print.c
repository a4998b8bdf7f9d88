// SPDX-License-Identifier: MIT
#include "print.h"

#include "base/guard.h"
#include "base/text.h"
#include "export/json.h"
#include "export/table_text.h"
#include "options.h"
#include "output.h"
#include "view/line.h"
#include "view/view.h"

#include <string.h>

static enum status no_memory(struct error *err)
{
	return error_set(err, STATUS_NO_MEMORY, "cannot allocate the output");
}

// Writes the text, and releases it.
static enum status write_text(struct text *text, struct error *err)
{
	AUTO(freep) char *string = text_take(text);
	if (!string)
		return no_memory(err);
	return output_write(string, err);
}

static void add_line(
	const struct settings *settings, const char *line, unsigned width, struct text *text)
{
	bool ascii = output_is_ascii(settings);
	if (width)
		line_add_cut(text, line, width, ascii);
	else if (ascii)
		line_add_ascii(text, line);
	else
		text_add(text, line);
	text_add(text, "\n");
}

enum status print_line(const struct settings *settings, const char *line, struct error *err)
{
	struct text text = {0};
	add_line(settings, line, output_width(), &text);
	return write_text(&text, err);
}

static struct text_options options_of(const struct settings *settings)
{
	return (struct text_options){
		.width = output_width(),
		.max_rows = settings->max_rows,
		.ascii = output_is_ascii(settings),
	};
}

static enum status write_headline(
	const struct settings *settings, const struct results *results, struct error *err)
{
	char *lines[3];
	enum status status = view_headline(results, output_width(), lines);
	if (status)
		return no_memory(err);
	struct text text = {0};
	for (size_t i = 0; i < 3; i++) {
		add_line(settings, lines[i], output_width(), &text);
		free(lines[i]);
	}
	return write_text(&text, err);
}

static enum status write_table(
	const struct table *table, const struct text_options *options, struct error *err)
{
	struct text text = {0};
	if (table_text_add(table, options, &text)) {
		text_deinit(&text);
		return no_memory(err);
	}
	return write_text(&text, err);
}

// Views whose rows are the same for every process: a part of them is of no use.
static bool is_whole(const char *view_name)
{
	return !strcmp(view_name, "memory") || !strcmp(view_name, "collector");
}

static enum status write_view(const struct settings *settings, const struct results *results,
	const char *name, struct error *err)
{
	AUTO(table_destroyp) struct table *table = NULL;
	const struct view_ops *view = view_find(name);
	if (!view_is_offered(view, results))
		return STATUS_OK;
	enum status status = view->load(results, &table, err);
	if (status)
		return status;
	struct text_options options = options_of(settings);
	if (is_whole(name))
		options.max_rows = 0;
	status = output_write("\n", err);
	return status ? status : write_table(table, &options, err);
}

enum status print_text(const struct settings *settings, const struct results *results,
	const char *const *view_names, struct error *err)
{
	enum status status = write_headline(settings, results, err);
	for (size_t i = 0; !status && view_names[i]; i++)
		status = write_view(settings, results, view_names[i], err);
	return status;
}

enum status print_document(const char *document, struct error *err)
{
	enum status status = output_write(document, err);
	return status ? status : output_write("\n", err);
}

enum status print_json(const struct results *results, bool compact, struct error *err)
{
	AUTO(freep) char *document = NULL;
	enum status status = export_json_snapshot(results, compact, &document, err);
	return status ? status : print_document(document, err);
}

static enum status write_json(const struct table *table, bool compact, struct error *err)
{
	AUTO(freep) char *document = NULL;
	enum status status = export_json_table(table, compact, &document, err);
	return status ? status : print_document(document, err);
}

enum status print_table(
	const struct settings *settings, const struct table *table, struct error *err)
{
	struct text_options options = options_of(settings);
	if (settings->json)
		return write_json(table, settings->batch, err);
	return write_table(table, &options, err);
}

static unsigned width_80(void)
{
	return output_width() ? output_width() : 80;
}

enum status print_line_80(const struct settings *settings, const char *line, struct error *err)
{
	struct text text = {0};
	add_line(settings, line, width_80(), &text);
	return write_text(&text, err);
}

enum status print_table_80(
	const struct settings *settings, const struct table *table, struct error *err)
{
	struct text_options options = options_of(settings);
	options.width = width_80();
	return write_table(table, &options, err);
}

enum status print_sentences(
	const struct settings *settings, const struct table *table, struct error *err)
{
	struct text_options options = {.ascii = output_is_ascii(settings)};
	if (settings->json)
		return write_json(table, false, err);
	return write_table(table, &options, err);
}

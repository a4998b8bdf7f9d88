// SPDX-License-Identifier: MIT
#include "base/guard.h"
#include "export/export.h"

#include <string.h>

const struct exporter *const exporters[] = {
	&json_exporter, &csv_exporter, &openmetrics_exporter, &html_exporter, NULL};

const struct exporter *exporter_find(const char *name)
{
	for (size_t i = 0; exporters[i]; i++)
		if (!strcmp(exporters[i]->name, name))
			return exporters[i];
	return NULL;
}

enum status export_write(
	const struct export_options *options, const char *string, struct error *err)
{
	return options->sink->write(options->sink->context, string, err);
}

enum status export_write_text(
	const struct export_options *options, struct text *text, struct error *err)
{
	AUTO(freep) char *whole = text_take(text);
	if (!whole)
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the output");
	return export_write(options, whole, err);
}

// SPDX-License-Identifier: MIT
#include "export_file.h"

#include "base/guard.h"
#include "base/path.h"
#include "export/export.h"
#include "new_file.h"
#include "options.h"
#include "output.h"
#include "session/recording.h"
#include "session/recording_export.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

static enum status write_output(void *context, const char *text, struct error *err)
{
	(void)context;
	return output_write(text, err);
}

static enum status write_file(void *context, const char *text, struct error *err)
{
	struct new_file *file = context;
	if (fputs(text, file->stream) == EOF)
		return error_set_errno(err, STATUS_FAILED, errno, "cannot write '%s'", file->path);
	return STATUS_OK;
}

static mode_t mode_of_umask(void)
{
	mode_t mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

// A file that everybody may read does not go by the umask.
static mode_t mode_of(const struct exporter *exporter)
{
	return exporter->is_public ? 0644 : mode_of_umask();
}

static enum status write_to_file(const struct settings *settings, struct recording *recording,
	pid_t pid, const struct exporter *exporter, const struct export_options *options,
	struct error *err)
{
	AUTO(new_file_close) struct new_file file = {0};
	const struct export_sink sink = {write_file, &file};
	struct export_options into_file = *options;
	into_file.sink = &sink;
	enum status status = new_file_open(settings->output, &file, err);
	if (!status)
		status = recording_export(recording, pid, exporter, &into_file, err);
	return status ? status : new_file_finish(&file, mode_of(exporter), err);
}

enum status export_file(
	const struct settings *settings, const struct exporter *exporter, struct error *err)
{
	static const struct export_sink sink = {write_output, NULL};
	AUTO(recording_closep) struct recording *recording = NULL;
	pid_t pid = 0;
	enum status status = STATUS_OK;
	if (!settings->argument_count)
		return error_set(err, STATUS_USAGE, "name a file that leaktop recorded");
	if (settings->pids.count)
		status = settings_pid(settings, &pid, err);
	if (!status)
		status = recording_open(settings->arguments[0], &recording, err);
	if (status)
		return status;
	char title[128];
	snprintf(title, sizeof(title), "leaktop: %s", path_base(settings->arguments[0]));
	struct export_options options = {
		.sink = &sink,
		.table = settings->table,
		.title = title,
		.rows = settings->max_rows,
	};
	if (settings->output)
		return write_to_file(settings, recording, pid, exporter, &options, err);
	return recording_export(recording, pid, exporter, &options, err);
}

// SPDX-License-Identifier: MIT
#include "export_file.h"

#include "base/guard.h"
#include "new_file.h"
#include "options.h"
#include "output.h"

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

static enum status publish_to_file(const struct settings *settings, publisher publish,
	const struct publish_request *request, mode_t mode, struct error *err)
{
	struct publish_request filled = *request;
	AUTO(new_file_close) struct new_file file = {0};
	const struct publish_sink sink = {write_file, &file};
	enum status status = new_file_open(settings->output, &file, err);
	if (status)
		return status;
	filled.sink = &sink;
	status = publish(&filled, err);
	if (status)
		return status;
	return new_file_finish(&file, mode ? mode : mode_of_umask(), err);
}

enum status publishing_run(const struct settings *settings, publisher publish,
	const struct publish_request *request, mode_t mode, struct error *err)
{
	static const struct publish_sink sink = {write_output, NULL};
	struct publish_request filled = *request;
	AUTO(recording_closep) struct recording *recording = NULL;
	enum status status = STATUS_OK;
	if (!settings->argument_count)
		return error_set(err, STATUS_USAGE, "name a file that leaktop recorded");
	if (settings->pids.count)
		status = settings_pid(settings, &filled.pid, err);
	if (!status)
		status = recording_open(settings->arguments[0], &recording, err);
	if (status)
		return status;
	filled.recording = recording;
	if (settings->output)
		return publish_to_file(settings, publish, &filled, mode, err);
	filled.sink = &sink;
	return publish(&filled, err);
}

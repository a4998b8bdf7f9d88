// SPDX-License-Identifier: MIT
#include "save.h"

#include "base/date.h"
#include "base/guard.h"
#include "session/recorder.h"
#include "view/view.h"

// "leaktop-4711-20240501T120000.leaktop"
static void name_file(const struct history *history, char *path)
{
	char digits[16] = "", buffer[DATE_SIZE];
	size_t count = 0;
	const char *time = date_format(history->current->taken_ms, buffer);
	for (; *time && *time != '.' && count + 1 < sizeof(digits); time++)
		if (*time != '-' && *time != ':' && *time != 'Z')
			digits[count++] = *time;
	snprintf(path, SAVE_PATH_SIZE, "leaktop-%d-%s.leaktop", (int)history->identity.pid, digits);
}

enum status save_sample(const struct history *history, char *path, struct error *err)
{
	AUTO(recorder_closep) struct recorder *recorder = NULL;
	name_file(history, path);
	enum status status = recorder_open(path, RECORDER_ONCE, &recorder, err);
	if (!status)
		status = recorder_add(recorder, &history->identity, history->current, err);
	return status ? status : recorder_finish(recorder, err);
}

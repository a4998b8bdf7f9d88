// SPDX-License-Identifier: MIT
#include "save.h"

#include "base/guard.h"
#include "base/time.h"
#include "session/recorder.h"
#include "view/view.h"

// "leaktop-4711-20240501T120000.leaktop"
static void name_file(const struct history *history, char *path)
{
	char time[TIME_TEXT_SIZE];
	snprintf(path, SAVE_PATH_SIZE, "leaktop-%d-%s.leaktop", (int)history->identity.pid,
		time_format_compact(history->current->taken_ms, time));
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

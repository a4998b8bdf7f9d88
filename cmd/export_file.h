// SPDX-License-Identifier: MIT
// What export and report share: a recording is opened, and published to standard output or to a
// file.
#pragma once

#include "base/error.h"
#include "session/publish.h"

#include <sys/types.h>

struct settings;

typedef enum status (*publisher)(const struct publish_request *request, struct error *err);

// Publishes the file that was named. mode is that of a new file; 0: what the umask leaves of 0666.
// The request's recording, pid and sink are filled in here.
must_check enum status publishing_run(const struct settings *settings, publisher publish,
	const struct publish_request *request, mode_t mode, struct error *err);

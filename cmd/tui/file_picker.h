// SPDX-License-Identifier: MIT
// The screen that a recorded process is picked from.
#pragma once

#include "base/error.h"

struct recording;
struct terminal;

// Shows the processes of a recording, opens the screen of those that are picked, until the person
// leaves. STATUS_NO_MEMORY; STATUS_INTERRUPTED.
must_check enum status file_picker_run(
	struct terminal *terminal, struct recording *recording, struct error *err);

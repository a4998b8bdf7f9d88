// SPDX-License-Identifier: MIT
// What the formats of publish.h share: for lib/publish*.c only.
#pragma once

#include "base/text.h"
#include "session/publish.h"

// Called for a process that was chosen in the recording.
typedef enum status (*publish_target)(
	const struct publish_request *request, size_t position, void *context, struct error *err);

// Calls visit for the process of the request, or for each of the file.
must_check enum status publish_each(const struct publish_request *request, publish_target visit,
	void *context, struct error *err);

// Shows the last sample with its growth since the first, of those with a heap.
must_check enum status publish_show_ends(struct recording *recording, struct error *err);

// Hands the text over, which is empty again.
must_check enum status publish_text(
	const struct publish_request *request, struct text *text, struct error *err);

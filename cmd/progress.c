// SPDX-License-Identifier: MIT
#include "progress.h"

#include "base/text.h"
#include "base/time.h"

#include <stdio.h>
#include <unistd.h>

enum { LINE_WIDTH = 60 };

void progress_begin(struct progress *progress)
{
	double now = time_boot_seconds();
	*progress = (struct progress){
		.enabled = isatty(STDERR_FILENO), .started = now, .updated = now};
}

void progress_update(struct progress *progress, uint64_t done, uint64_t expected)
{
	double now = time_boot_seconds();
	if (!progress->enabled || now - progress->started < 1 || now - progress->updated < 0.1)
		return;
	progress->updated = now;
	progress->shown = true;
	char line[LINE_WIDTH * 2], of[TEXT_FIGURE_SIZE], figure[TEXT_FIGURE_SIZE];
	if (expected > done)
		snprintf(line, sizeof(line), "%s of about %s objects", text_count(figure, done),
			text_count(of, expected));
	else
		snprintf(line, sizeof(line), "%s objects", text_count(figure, done));
	fprintf(stderr, "\rreading %-*s", LINE_WIDTH, line);
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fprintf(stderr, "\r%*s\r", LINE_WIDTH + 8, "");
	progress->shown = false;
}

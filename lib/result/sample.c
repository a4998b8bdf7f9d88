// SPDX-License-Identifier: MIT
#include "result/sample.h"

#include <stdlib.h>

static void threads_free(struct sample_thread *threads, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(threads[i].name);
		free(threads[i].function);
		free(threads[i].file);
	}
	free(threads);
}

void sample_destroy(struct sample *sample)
{
	if (!sample)
		return;
	census_destroy(sample->census);
	free(sample->census_missing);
	free(sample->interpreters);
	threads_free(sample->threads, sample->thread_count);
	free(sample);
}

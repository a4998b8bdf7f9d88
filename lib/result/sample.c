// SPDX-License-Identifier: MIT
#include "result/sample.h"

#include <stdlib.h>

void sample_thread_deinit(struct sample_thread *thread)
{
	free(thread->name);
	free(thread->function);
	free(thread->file);
}

void sample_destroy(struct sample *sample)
{
	if (!sample)
		return;
	for (size_t i = 0; i < sample->thread_count; i++)
		sample_thread_deinit(&sample->threads[i]);
	free(sample->threads);
	census_destroy(sample->census);
	free(sample->census_missing);
	free(sample->interpreters);
	free(sample);
}

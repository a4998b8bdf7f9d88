// SPDX-License-Identifier: MIT
#include "result/filler.h"

#include <stdlib.h>

void filler_deinit(struct filler *filler)
{
	free(filler->function);
	free(filler->file);
}

void filler_list_free(struct filler_list *list)
{
	vector_for_each(filler, list)
		filler_deinit(filler);
	filler_list_deinit(list);
}

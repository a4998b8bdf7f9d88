// SPDX-License-Identifier: MIT
#include "result/process_list.h"

#include <stdlib.h>

void process_deinit(struct process *process)
{
	free(process->exe);
	free(process->command_line);
}

void process_list_destroy(struct process_list *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->count; i++)
		process_deinit(&list->items[i]);
	free(list->items);
	free(list);
}

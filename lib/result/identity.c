// SPDX-License-Identifier: MIT
#include "result/identity.h"

#include "base/guard.h"

#include <stdlib.h>
#include <string.h>

void identity_deinit(struct identity *identity)
{
	free(identity->exe);
	free(identity->command_line);
	*identity = (struct identity){0};
}

enum status identity_copy(const struct identity *identity, struct identity *ret)
{
	AUTO(freep) char *exe = strdup(identity->exe);
	AUTO(freep) char *command_line = strdup(identity->command_line);
	if (!exe || !command_line)
		return STATUS_NO_MEMORY;
	*ret = *identity;
	ret->exe = take_ptr(exe);
	ret->command_line = take_ptr(command_line);
	return STATUS_OK;
}

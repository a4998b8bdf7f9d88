// SPDX-License-Identifier: MIT
// The picker: the processes of the machine as a table. No view_ops, since it looks at no history.
#pragma once

#include "base/error.h"
#include "result/process_list.h"
#include "view/table.h"

struct process_view_input {
	const struct process_list *now;
	const struct process_list *before; // or NULL
	double seconds;			   // between the two
};

// Largest RSS first; a row is about a process. A pid that is another process by now has no growth. The
// caller destroys *ret. STATUS_NO_MEMORY.
must_check enum status view_processes(
	const struct process_view_input *input, struct table **ret, struct error *err);

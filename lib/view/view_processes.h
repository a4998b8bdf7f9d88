// SPDX-License-Identifier: MIT
// The processes of the machine as a table, for the picker. No view_ops, since it does not use a
// history.
#pragma once

#include "base/error.h"
#include "result/process_list.h"
#include "view/table.h"

struct process_view_input {
	const struct process_list *now;
	const struct process_list *before; // or NULL
	double seconds;			   // between the two
};

// Sorted by RSS, largest first; the subject of a row is its process. A pid that was reused has no
// growth. The caller destroys *ret. STATUS_NO_MEMORY.
must_check enum status view_processes(
	const struct process_view_input *input, struct table **ret, struct error *err);

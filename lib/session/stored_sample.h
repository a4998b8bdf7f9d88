// SPDX-License-Identifier: MIT
// Samples as files hold them, from and to samples as the analysis takes them.
#pragma once

#include "base/error.h"
#include "result/sample.h"
#include "store/store.h"

// What is stored of a sample. The result borrows from it but for its lists, which
// stored_sample_deinit() releases. STATUS_NO_MEMORY.
must_check enum status stored_sample_init(
	struct store_sample *ret, const struct sample *sample, struct error *err);
void stored_sample_deinit(struct store_sample *stored);

// A sample out of a stored one, which it takes over. The caller destroys *ret. STATUS_NO_MEMORY.
must_check enum status stored_sample_take(
	struct store_sample *take, unsigned number, struct sample **ret, struct error *err);

// SPDX-License-Identifier: MIT
// Samples as files hold them, from and to samples as the analysis takes them.
#pragma once

#include "base/error.h"
#include "result/sample.h"
#include "store/store.h"

#include <stdint.h>

// What is stored of a sample. The result borrows from it but for its lists, which
// stored_sample_deinit() releases. STATUS_NO_MEMORY.
must_check enum status stored_sample_init(
	struct store_sample *ret, const struct sample *sample, struct error *err);
void stored_sample_deinit(struct store_sample *stored);

// A sample out of a stored one, which it takes over. The caller destroys *ret. STATUS_NO_MEMORY.
must_check enum status stored_sample_take(
	struct store_sample *take, unsigned number, struct sample **ret, struct error *err);

// UTC in milliseconds since 1970 as RFC 3339, and back (0 where it is none). ret of
// STORED_TIME_SIZE.
enum { STORED_TIME_SIZE = 40 };
void stored_time_write(int64_t time_ms, char *ret);
int64_t stored_time_read(const char *text);

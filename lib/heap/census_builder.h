// SPDX-License-Identifier: MIT
// The sink of a walk that counts what it meets: by type, by container, and where several interpreters
// share a process by whose it is.
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <stddef.h>

struct census;
struct census_builder;
struct walk;

// Listens to the walk (borrowed), which has not begun. Destroy it after the walk. STATUS_NO_MEMORY.
must_check enum status census_builder_create(struct walk *walk, struct census_builder **ret);
void census_builder_destroy(struct census_builder *builder);
GUARD(struct census_builder, census_builder_destroy)

// The results as plain tables; only after walk_step() said STATUS_OK. The caller destroys them; they
// outlive builder, walk and image. STATUS_NO_MEMORY.
must_check enum status census_builder_finish(
	const struct census_builder *builder, struct census **ret, struct error *err);

// SPDX-License-Identifier: MIT
// A sink of the walk that counts objects: by type and by container, and by interpreter if several
// share the process.
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <stddef.h>

struct census;
struct census_builder;
struct walk;

// Adds itself to the walk (borrowed), which must not have begun. Destroy it after the walk.
// STATUS_NO_MEMORY.
must_check enum status census_builder_create(struct walk *walk, struct census_builder **ret);
void census_builder_destroy(struct census_builder *builder);
GUARD(struct census_builder, census_builder_destroy)

// Makes plain tables of the results; only after walk_step() has returned STATUS_OK. The caller
// destroys them; they outlive builder, walk and image. STATUS_NO_MEMORY.
must_check enum status census_builder_finish(
	const struct census_builder *builder, struct census **ret, struct error *err);

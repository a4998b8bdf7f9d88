// SPDX-License-Identifier: MIT
// Runs a test over the literals of a fake heap: as a copy, and as a live process.
#pragma once

#include "../heap/fake_heap.h"
#include "target/target.h"

// The heap's python reads the same bytes live from now on; its types are not to be asked any more.
static inline struct target *fake_make_live(struct fake *fake)
{
	struct target *target = NULL;
	if (target_from_image(fake->image, &target, NULL))
		fake_die("cannot make a target");
	fake->heap.python = runtime_python_live(&fake->runtime, target);
	return target;
}

static inline void fake_run(uint32_t version, void (*change)(struct fake *fake),
	void (*test)(struct fake *fake), bool is_live)
{
	struct fake fake;
	struct target *target = NULL;
	fake_init(&fake, version);
	if (change)
		change(&fake);
	if (is_live)
		target = fake_make_live(&fake);
	test(&fake);
	if (target)
		fake.image = NULL; // the target's by now
	target_close(target);
	fake_deinit(&fake);
}

// With the layout of a version, which change, where not NULL, makes another.
static inline void fake_run_both(
	uint32_t version, void (*change)(struct fake *fake), void (*test)(struct fake *fake))
{
	fake_run(version, change, test, false);
	fake_run(version, change, test, true);
}

// SPDX-License-Identifier: MIT
// The tables made from layouts.in say the same as those that they replace, where the mutexes of the C
// library are as large as on x86-64 (GROWTH 0) and as on aarch64 (8).
#include "layout/layout.h"

#include <stdlib.h>

#include "../test.h"
#include "base/error.h"
#include "target/machine.h"

#define MACHINE_MUTEX_GROWTH GROWTH

#include "layout/builds.c"

#include "layout/tables/3_10_15.c"
#include "layout/tables/3_11_0.c"
#include "layout/tables/3_11_2.c"
#include "layout/tables/3_12_0.c"
#include "layout/tables/3_12_1.c"
#include "layout/tables/3_12_6.c"
#include "layout/tables/3_12_7.c"
#include "layout/tables/3_13_0.c"
#include "layout/tables/3_13_12.c"
#include "layout/tables/3_13_12_debian.c"
#include "layout/tables/3_13_13.c"
#include "layout/tables/3_13_13_debian.c"
#include "layout/tables/3_13_5.c"
#include "layout/tables/3_13_5_debian.c"
#include "layout/tables/3_14_0.c"
#include "layout/tables/3_14_2.c"
#include "layout/tables/3_14_3.c"
#include "layout/tables/3_14_4.c"
#include "layout/tables/3_14_8.c"
#include "layout/tables/3_15_0.c"
#include "layout/tables/3_15_0_jit.c"
#include "layout/tables/3_8_20.c"
#include "layout/tables/3_9_2.c"

static const struct layout *const old_tables[] = {
	&layout_3_8_20, &layout_3_9_2, &layout_3_10_15, &layout_3_11_0, &layout_3_11_2,
	&layout_3_12_0, &layout_3_12_1, &layout_3_12_6, &layout_3_12_7, &layout_3_13_0,
	&layout_3_13_5, &layout_3_13_5_debian, &layout_3_13_12, &layout_3_13_12_debian,
	&layout_3_13_13, &layout_3_13_13_debian, &layout_3_14_0, &layout_3_14_2,
	&layout_3_14_3, &layout_3_14_4, &layout_3_14_8, &layout_3_15_0, &layout_3_15_0_jit,
};

enum { OLD_TABLES = sizeof(old_tables) / sizeof(old_tables[0]) };

static void compare(const struct layout *old, const struct layout *new)
{
	printf("# %s %s\n", old->name, old->variant);
	CHECK_STRING(new->name, old->name);
	CHECK_STRING(new->variant, old->variant);
	CHECK(new->first_version == old->first_version && new->last_version == old->last_version);
	CHECK(new->runtime_size == old->runtime_size && new->pool_size == old->pool_size);
	CHECK(new->source == old->source && !new->origin && !old->origin);
	CHECK(!memcmp(&new->traits, &old->traits, sizeof(old->traits)));
	for (int i = 0; i < FIELD_COUNT; i++)
		test_check(new->field[i] == old->field[i], layout_field_name((enum layout_field)i),
			__FILE__, __LINE__);
}

int main(void)
{
	const struct layout *const *tables = layout_tables();
	unsigned count = 0;
	while (tables[count])
		count++;
	CHECK(count == OLD_TABLES && !*layout_candidates());
	for (unsigned i = 0; i < OLD_TABLES && i < count; i++)
		compare(old_tables[i], tables[i]);
	CHECK(layout_3_13_13_debian.runtime_size == 283408 + 2 * GROWTH);
	return test_done();
}

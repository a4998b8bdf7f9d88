// SPDX-License-Identifier: MIT
#include "layout/published.h"

#include <stdlib.h>

#include "../test.h"
#include "base/error.h"
#include "target/machine.h"

// What Debian's python3.13 (3.13.5), python3.14 (3.14.8) and python3.15 (3.15.0) publish: the words
// from the start of section .PyRuntime in their files.
static const uint64_t debian_3_13_5[] = {
#include "published_3_13_5.inc"
};
static const uint64_t debian_3_14_8[] = {
#include "published_3_14_8.inc"
};
static const uint64_t debian_3_15_0[] = {
#include "published_3_15_0.inc"
};

// A built-in table, supported or not yet.
static const struct layout *find(const char *name, const char *variant)
{
	const struct layout *const *lists[] = {layout_tables(), layout_candidates()};
	for (int i = 0; i < 2; i++)
		for (const struct layout *const *table = lists[i]; *table; table++)
			if (!strcmp((*table)->name, name) && !strcmp((*table)->variant, variant))
				return *table;
	return NULL;
}

static enum status check(const struct layout *layout, const void *bytes, size_t size)
{
	struct error err = {{0}};
	enum status status = published_check(layout, bytes, size, &err);
	if (status)
		printf("# %s\n", err.message);
	return status;
}

static void test_agreement(void)
{
	const struct layout *layout = find("CPython 3.13.5", "debian");
	CHECK(layout && !check(layout, debian_3_13_5, sizeof(debian_3_13_5)));
	CHECK(layout && check(layout, debian_3_14_8, sizeof(debian_3_14_8)) == STATUS_INVALID);
	layout = find("CPython 3.13.0", "");
	CHECK(layout && check(layout, debian_3_13_5, sizeof(debian_3_13_5)) == STATUS_INVALID);
	layout = find("CPython 3.14.8", "");
	CHECK(layout && !check(layout, debian_3_14_8, sizeof(debian_3_14_8)));
	layout = find("CPython 3.15.0", "jit");
	CHECK(layout && !check(layout, debian_3_15_0, sizeof(debian_3_15_0)));
	layout = find("CPython 3.15.0", "");
	CHECK(layout && check(layout, debian_3_15_0, sizeof(debian_3_15_0)) == STATUS_INVALID);
}

static void test_difference(void)
{
	uint64_t words[sizeof(debian_3_13_5) / sizeof(uint64_t)];
	const struct layout *layout = find("CPython 3.13.5", "debian");
	struct error err = {{0}};
	memcpy(words, debian_3_13_5, sizeof(words));
	words[11] += 8; // interpreter_state.imports_modules
	CHECK(published_check(layout, words, sizeof(words), &err) == STATUS_INVALID);
	CHECK_STRING(err.message,
		"'interp_modules' is 7664 in the interpreter and 7656 in the table of "
		"CPython 3.13.5");
	// Cut short, what is left counts.
	CHECK(!published_check(layout, words, 88, &err));
	CHECK(published_check(layout, words, 96, &err) == STATUS_INVALID);

	struct layout *corrected = NULL;
	CHECK(!published_apply(layout, 0x030d06, words, sizeof(words), &corrected, &err));
	CHECK(corrected && corrected->field[FIELD_interp_modules] == 7664);
	CHECK(corrected && corrected->source == LAYOUT_PUBLISHED);
	CHECK(corrected && corrected->first_version == 0x030d06 &&
	      corrected->last_version == 0x030d06);
	CHECK(corrected && !published_check(corrected, words, sizeof(words), &err));
	layout_destroy(corrected);
}

// As 3.13.12 did: _PyRuntime.tracemalloc and all behind it moved by 24 bytes, of which we need nothing.
static void test_runtime_grown(void)
{
	uint64_t words[sizeof(debian_3_13_5) / sizeof(uint64_t)];
	const struct layout *layout = find("CPython 3.13.5", "");
	struct layout *corrected = NULL;
	struct error err = {{0}};
	memcpy(words, debian_3_13_5, sizeof(words));
	words[3] += 24;
	CHECK(!published_apply(layout, 0x030d0c, words, sizeof(words), &corrected, &err));
	if (!corrected)
		return;
	CHECK(corrected->runtime_size == 283400);
	CHECK(!layout_count_unknown(corrected));
	CHECK(corrected->field[FIELD_runtime_interpreters_main] == 640);
	layout_destroy(corrected);
	words[5] += 8;
	CHECK(!published_apply(layout, 0x030d0c, words, sizeof(words), &corrected, &err));
	CHECK(corrected->field[FIELD_runtime_interpreters_head] == 640);
	CHECK(corrected->field[FIELD_runtime_interpreters_main] == LAYOUT_UNKNOWN);
	CHECK(corrected->field[FIELD_runtime_initialized] == LAYOUT_UNKNOWN);
	layout_destroy(corrected);
}

static void test_refusals(void)
{
	uint64_t words[sizeof(debian_3_13_5) / sizeof(uint64_t)];
	const struct layout *layout = find("CPython 3.13.5", "debian");
	struct layout *corrected = NULL;
	struct error err = {{0}};
	memcpy(words, debian_3_13_5, sizeof(words));

	// Another size of a struct of which little is published: where has the rest gone?
	words[6] += 8;
	CHECK(published_apply(layout, 0x030d06, words, sizeof(words), &corrected, &err) ==
	      STATUS_UNSUPPORTED);
	CHECK(strstr(err.message, "'interp_size' is 194984") != NULL);
	words[6] -= 8;
	words[11] = UINT64_MAX;
	CHECK(published_apply(layout, 0x030d06, words, sizeof(words), &corrected, &err) ==
	      STATUS_UNSUPPORTED);

	words[0] ^= 1;
	CHECK(published_check(layout, words, sizeof(words), &err) == STATUS_NOT_FOUND);
	words[0] ^= 1;
	words[1] = 0x031000f0; // 3.16
	CHECK(published_check(layout, words, sizeof(words), &err) == STATUS_NOT_FOUND);
	words[1] = 0x030c00f0;
	CHECK(published_apply(layout, 0x030c00, words, sizeof(words), &corrected, &err) ==
	      STATUS_NOT_FOUND);
	CHECK(published_check(layout, words, 15, &err) == STATUS_NOT_FOUND);
	CHECK(published_check(layout, words, 0, &err) == STATUS_NOT_FOUND);
	CHECK(!corrected);
}

int main(void)
{
	if (MACHINE_MUTEX_GROWTH) {
		printf("ok %d - what interpreters publish # SKIP the bytes are those of x86-64\n",
			++test_count);
		return test_done();
	}
	test_agreement();
	test_difference();
	test_runtime_grown();
	test_refusals();
	return test_done();
}

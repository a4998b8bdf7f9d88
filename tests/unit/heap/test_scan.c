// SPDX-License-Identifier: MIT
#include "heap/scan.h"

#include "../test.h"
#include "fake_heap.h"

static bool with_refcnt(struct fake *fake, uint64_t refcnt)
{
	addr_t object = fake_list(fake, NULL, 0);
	fake_set(fake, object, FIELD_object_refcnt, refcnt);
	return object_is_certain(&fake->heap, object, true);
}

static void check_links(struct fake *fake)
{
	addr_t first = fake_list(fake, NULL, 0), second = fake_list(fake, NULL, 0);
	fake_track(fake, first);
	fake_track(fake, second);
	CHECK(object_is_certain(&fake->heap, first, true));
	CHECK(object_is_certain(&fake->heap, second, true));
	// Freed, and its memory given to something else: nobody points back any more.
	fake_poke(fake, second - 8, fake->list_head);
	CHECK(!object_is_certain(&fake->heap, first, true));
	CHECK(object_is_certain(&fake->heap, first, false));
	fake_poke(fake, first - 16, UINT64_MAX);
	CHECK(!object_is_certain(&fake->heap, first, true));
}

// Where the heap lies low, a count may be the address of something.
static void check_low_heap(struct fake *fake)
{
	static const addr_t pages[] = {0x3b9ac000, 0x20000000};
	for (unsigned i = 0; i < 2; i++)
		CHECK(!image_reserve(fake->image, pages[i], pages[i] + IMAGE_PAGE_SIZE, false, NULL) &&
			!image_mark(fake->image, pages[i], pages[i] + IMAGE_PAGE_SIZE));
	addr_t object = fake_list(fake, NULL, 0);
	fake_set(fake, object, FIELD_object_refcnt, 1000);
	CHECK(scan_is_object(&fake->heap, object));
	fake_set(fake, object, FIELD_object_refcnt, 0x20000010); // the link of a free block
	CHECK(!scan_is_object(&fake->heap, object));
	fake_set(fake, object, FIELD_object_refcnt, 999999999 + 9); // a static object
	CHECK(scan_is_object(&fake->heap, object));
}

int main(void)
{
	struct fake fake;
	fake_init(&fake, 0x030b02);
	CHECK(with_refcnt(&fake, 1) && with_refcnt(&fake, 1 << 30));
	CHECK(!with_refcnt(&fake, 0));			      // on a free list
	CHECK(!with_refcnt(&fake, UINT64_C(0x7f0012345670))); // the link of a free block
	CHECK(!with_refcnt(&fake, UINT64_C(0x800000001)));
	CHECK(!with_refcnt(&fake, 0xffffffff00000000));
	CHECK(!object_is_certain(&fake.heap, FAKE_START, false));
	CHECK(!object_is_certain(&fake.heap, 0, false));
	check_links(&fake);
	fake_deinit(&fake);

	fake_init(&fake, 0x030b02);
	check_low_heap(&fake);
	fake_deinit(&fake);

	fake_init(&fake, 0x030d05);
	CHECK(with_refcnt(&fake, 0xffffffff)); // immortal
	CHECK(!with_refcnt(&fake, UINT64_C(0x7f0092345670)));
	check_links(&fake);

	// From 3.14 on the upper half holds flags.
	fake.layout.traits.has_32bit_refcnt = true;
	CHECK(with_refcnt(&fake, UINT64_C(0x0005000000000001)));
	CHECK(!with_refcnt(&fake, UINT64_C(0x0005000000000000)));
	fake_deinit(&fake);
	return test_done();
}

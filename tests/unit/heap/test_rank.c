// SPDX-License-Identifier: MIT
#include "heap/rank.h"

#include "../test.h"
#include "fake_heap.h"

enum { MEMBERS = 3000 };

static void add(struct visited *visited, addr_t address)
{
	if (visited_add_chunk(visited, address))
		fake_die("no memory");
	*visited_word(visited, address) |= visited_bit(address);
}

// Members far apart and side by side, in two runs of pages with a hole between them.
static void check_ranks(size_t budget)
{
	struct image *image = NULL;
	const addr_t starts[] = {0x7fff00000000, 0x7fff00200000}, size = 1 << 20;
	struct visited visited = {0};
	if (image_create(&image, NULL) || visited_init(&visited))
		fake_die("no memory");
	for (unsigned i = 0; i < 2; i++)
		if (image_reserve(image, starts[i], starts[i] + size, false, NULL) ||
			image_mark(image, starts[i], starts[i] + size))
			fake_die("cannot make an image");
	addr_t members[MEMBERS];
	uint64_t state = 7;
	for (unsigned i = 0; i < MEMBERS; i++) {
		addr_t step = 16 + 16 * (state >> 60) * (i % 3 == 0);
		state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		members[i] = i ? members[i - 1] + step : starts[0];
		if (i == MEMBERS / 2)
			members[i] = starts[1] + size - 16 * (MEMBERS / 2) * 20 % size;
		add(&visited, members[i]);
	}
	struct rank rank;
	CHECK(rank_init(&rank, &visited, image) == STATUS_OK);
	enum status status;
	while ((status = rank_step(&rank, budget)) == STATUS_MORE)
		;
	CHECK(status == STATUS_OK && rank.count == MEMBERS);
	bool good = true;
	for (uint32_t i = 0; i < MEMBERS; i++)
		good &= rank_of(&rank, members[i]) == i && rank_of(&rank, members[i] + 8) == i;
	CHECK(good);
	rank_deinit(&rank);
	rank_deinit(&rank);
	visited_deinit(&visited);
	image_destroy(image);
}

static void check_bits(void)
{
	CHECK(rank_count_bits(0) == 0 && rank_count_bits(UINT64_MAX) == 64);
	CHECK(rank_count_bits(UINT64_C(1) << 63) == 1 && rank_count_bits(0x5500000000000055) == 8);
}

int main(void)
{
	check_bits();
	check_ranks(1);
	check_ranks(1000000);
	return test_done();
}

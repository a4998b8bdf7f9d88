// SPDX-License-Identifier: MIT
#include "heap/container_sort.h"

#include "result/census.h"

#include <stdbool.h>

enum {
	DIGIT_BITS = 8,
	DIGITS = 1 << DIGIT_BITS,
	FIRST_SHIFT = 64 - DIGIT_BITS,
	SHORT = 48, // insertion sort is faster below this length
};

static unsigned digit(const struct census_container *container, unsigned shift)
{
	return container->address >> shift & (DIGITS - 1);
}

static void insertion_sort(struct census_container *containers, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct census_container container = containers[i];
		size_t to = i;
		for (; to && containers[to - 1].address > container.address; to--)
			containers[to] = containers[to - 1];
		containers[to] = container;
	}
}

static bool is_sorted(const struct census_container *containers, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (containers[i - 1].address > containers[i].address)
			return false;
	return true;
}

// Moves every container into the part of the array that belongs to its digit ("American flag"
// sort): exchanges a container with the one at its destination until one comes back that belongs
// here. begin[d] is where the next container with digit d goes, end[d] is where those with digit d
// end.
static void distribute(
	struct census_container *containers, unsigned shift, size_t *begin, const size_t *end)
{
	for (unsigned d = 0; d < DIGITS; d++) {
		while (begin[d] < end[d]) {
			struct census_container container = containers[begin[d]];
			unsigned to = digit(&container, shift);
			while (to != d) {
				size_t place = begin[to]++;
				struct census_container other = containers[place];
				containers[place] = container;
				container = other;
				to = digit(&container, shift);
			}
			containers[begin[d]++] = container;
		}
	}
}

static void sort_by_digit(struct census_container *containers, size_t count, unsigned shift)
{
	if (count <= SHORT) {
		insertion_sort(containers, count);
		return;
	}
	if (is_sorted(containers, count))
		return;
	size_t counts[DIGITS] = {0}, begin[DIGITS], end[DIGITS];
	for (size_t i = 0; i < count; i++)
		counts[digit(&containers[i], shift)]++;
	size_t at = 0;
	for (unsigned d = 0; d < DIGITS; d++) {
		begin[d] = at;
		end[d] = at += counts[d];
	}
	distribute(containers, shift, begin, end);
	if (!shift)
		return;
	for (unsigned d = 0; d < DIGITS; d++)
		if (counts[d] > 1)
			sort_by_digit(
				containers + end[d] - counts[d], counts[d], shift - DIGIT_BITS);
}

void container_sort(struct census_container *containers, size_t count)
{
	sort_by_digit(containers, count, FIRST_SHIFT);
}

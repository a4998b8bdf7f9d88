// SPDX-License-Identifier: MIT
// Reads bytes of a copy, of a live process (this one), and of memory that does not change.
#include "python/memory.h"

#include "target/capture.h"
#include "target/image.h"
#include "target/target.h"

#include "../test.h"

#include <stdlib.h>
#include <unistd.h>

static const addr_t START = 0x7f0000000000;
static const char text[] = "constant";

// One page, whose first bytes say so.
static void make_page(struct image *image)
{
	if (image_reserve(image, START, START + IMAGE_PAGE_SIZE, false, NULL) ||
		image_mark(image, START, START + IMAGE_PAGE_SIZE))
		abort();
	memset(image_destination(image, START), 'x', IMAGE_PAGE_SIZE);
	memcpy(image_destination(image, START), "copied", 7);
}

static void check_reads(const struct memory *memory, addr_t addr, const char *expected)
{
	char buffer[64], other[64];
	const void *bytes = NULL;
	size_t size = strlen(expected) + 1;
	char *string = NULL;
	uint64_t word = 0, expected_word = 0;
	CHECK(!memory_view(memory, addr, size, buffer, &bytes));
	CHECK(bytes && !memcmp(bytes, expected, size));
	CHECK((bytes == buffer) == !memory->image);
	CHECK(!memory_read_bytes(memory, addr, other, size) && !memcmp(other, expected, size));
	CHECK(!memory_constant(memory, addr, other, size) && !memcmp(other, expected, size));
	memcpy(&expected_word, expected, size < 8 ? size : 8);
	if (size >= 8)
		CHECK(!memory_read_u64(memory, addr, &word) && word == expected_word);
	CHECK(!memory_c_string(memory, addr, 64, &string));
	CHECK_STRING(string, expected);
	free(string);
	CHECK(!memory_c_string(memory, addr, 3, &string) && strlen(string) == 3);
	free(string);
}

static void check_nothing(const struct memory *memory, addr_t addr)
{
	char buffer[64];
	const void *bytes;
	char *string = NULL;
	CHECK(memory_view(memory, addr, 8, buffer, &bytes) == STATUS_UNREADABLE);
	CHECK(memory_read_bytes(memory, addr, buffer, 8) == STATUS_UNREADABLE);
	CHECK(memory_constant(memory, addr, buffer, 8) == STATUS_UNREADABLE);
	CHECK(memory_c_string(memory, addr, 8, &string) == STATUS_UNREADABLE);
}

static void test_copy(void)
{
	struct image *image = NULL;
	if (image_create(&image, NULL))
		abort();
	make_page(image);
	const struct memory memory = {.image = image};
	check_reads(&memory, START, "copied");
	check_nothing(&memory, START - 8);
	check_nothing(&memory, START + IMAGE_PAGE_SIZE - 4); // not all of it is held
	check_nothing(&memory, 0);
	check_nothing(&memory, UINT64_MAX - 3);
	check_nothing(&memory, (addr_t)(uintptr_t)text); // a copy asks nobody else
	const void *bytes;
	CHECK(memory_view(&memory, START, UINT64_MAX, NULL, &bytes) == STATUS_UNREADABLE);
	// Text that runs to the end of what is held has no end.
	char *string = NULL;
	CHECK(memory_c_string(&memory, START + IMAGE_PAGE_SIZE - 4, 64, &string) ==
		STATUS_UNREADABLE);
	CHECK(!memory_c_string(&memory, START + IMAGE_PAGE_SIZE - 4, 4, &string));
	CHECK_STRING(string, "xxxx");
	free(string);
	image_destroy(image);
}

// What the copy does not hold is looked for in the constants of its capture.
static void test_capture(void)
{
	struct capture *capture = NULL;
	struct error err = {{0}};
	if (!CHECK(!capture_create(&capture, &err)))
		return;
	make_page(capture->image);
	const struct memory memory = {.image = capture->image, .capture = capture};
	check_reads(&memory, START, "copied");
	check_nothing(&memory, START + IMAGE_PAGE_SIZE);
	capture_destroy(capture);
}

static void test_live(void)
{
	struct target *target = NULL;
	struct error err = {{0}};
	if (!CHECK(!target_open_pid(getpid(), &target, &err)))
		return;
	const struct memory memory = {.target = target};
	check_reads(&memory, (addr_t)(uintptr_t)text, "constant");
	check_nothing(&memory, 16);
	check_nothing(&memory, UINT64_MAX - 3);
	target_close(target);
	const struct memory none = {0};
	check_nothing(&none, (addr_t)(uintptr_t)text);
}

int main(void)
{
	test_copy();
	test_capture();
	test_live();
	return test_done();
}

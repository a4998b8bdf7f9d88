// SPDX-License-Identifier: MIT
// An interpreter without symbols in literal memory: what is found, and what is rejected although
// it looks similar.
#include "symbols/data.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../test.h"
#include "target/image.h"
#include "target/target.h"

enum {
	WORD = 8,
	CHUNK = 1 << 20, // how much is read at once
	BYTES = 3 * CHUNK,
	TYPE_BYTES = HEADER_EXTRA + HEADER_NAME + WORD,
	NAMES = BYTES - 4096, // where the names of types lie
};
static const addr_t BASE = 0x7f0000000000;
static const addr_t NOWHERE = 0x1000;

// Literal bytes are one mapping without a path.
static const char *const PATH = "";

static struct {
	struct image *image;
	struct target *target;
} memory;

// Zeroed memory of BYTES bytes.
static void memory_init(void)
{
	if (image_create(&memory.image, NULL) ||
		image_reserve(memory.image, BASE, BASE + BYTES, false, NULL) ||
		image_mark(memory.image, BASE, BASE + BYTES))
		abort();
	memset(image_destination(memory.image, BASE), 0, BYTES);
	if (target_from_image(memory.image, &memory.target, NULL))
		abort();
}

static void put(uint64_t offset, const void *bytes, size_t size)
{
	memcpy(image_destination(memory.image, BASE + offset), bytes, size);
}

static void put_word(uint64_t offset, uint64_t word)
{
	put(offset, &word, sizeof(word));
}

static void put_runtime(uint64_t offset, uint64_t version)
{
	put(offset, "xdebugpy", WORD);
	put_word(offset + WORD, version);
}

static void put_type(uint64_t offset, uint32_t extra, addr_t name)
{
	put_word(offset + extra + HEADER_TYPE, BASE + offset);
	put_word(offset + extra + HEADER_NAME, name);
}

static struct landmarks find(void)
{
	struct landmarks found = {1, 1};
	CHECK(!data_find_landmarks(memory.target, PATH, &found));
	return found;
}

static void erase(uint64_t offset)
{
	static const char zeros[TYPE_BYTES];
	put(offset, zeros, sizeof(zeros));
}

static void test_runtime(void)
{
	CHECK(find().runtime == 0);
	put_runtime(0x1000, 0x030d05f0);
	CHECK(find().runtime == BASE + 0x1000);
	CHECK(find().type == 0);
	put_runtime(0x1000, 0x020712f0);
	CHECK(find().runtime == 0);
	put_runtime(0x1000, UINT64_C(0xff030d05f0));
	CHECK(find().runtime == 0);
	erase(0x1000);
	put_runtime(0x1004, 0x030d05f0);
	CHECK(find().runtime == 0);
	erase(0x1000);
	erase(0x1008);
}

static void test_type(uint32_t extra)
{
	put(NAMES, "type", sizeof("type"));
	put_type(0x2000, extra, BASE + NAMES);
	CHECK(find().type == BASE + 0x2000);
	CHECK(find().runtime == 0);
	// Its own type, of another name.
	put(NAMES, "types", sizeof("types"));
	CHECK(find().type == 0);
	put(NAMES, "typ", sizeof("typ"));
	CHECK(find().type == 0);
	// A name that leads nowhere, or to itself.
	put_type(0x2000, extra, NOWHERE);
	CHECK(find().type == 0);
	put_type(0x2000, extra, UINT64_MAX - 2);
	CHECK(find().type == 0);
	put_type(0x2000, extra, BASE + 0x2000);
	CHECK(find().type == 0);
	// A name that the memory ends in.
	put(BYTES - 4, "type", 4);
	put_type(0x2000, extra, BASE + BYTES - 4);
	CHECK(find().type == 0);
	erase(BYTES - TYPE_BYTES);
	// The right name, of a type that another one is the type of.
	put(NAMES, "type", sizeof("type"));
	put_type(0x2000, extra, BASE + NAMES);
	put_word(0x2000 + extra + HEADER_TYPE, BASE + 0x2008);
	CHECK(find().type == 0);
	erase(0x2000);
}

// What lies across the border of two chunks is in both of them.
static void test_borders(uint32_t extra)
{
	unsigned found_types = 0, found_runtimes = 0, tried = 0;
	for (uint64_t offset = CHUNK - 256; offset <= CHUNK + 64; offset += WORD, tried++) {
		struct landmarks found = {0, 0};
		put_type(offset, extra, BASE + NAMES);
		CHECK(!data_find_landmarks(memory.target, PATH, &found));
		found_types += found.type == BASE + offset;
		erase(offset);
		put_runtime(offset, 0x030e00f0);
		CHECK(!data_find_landmarks(memory.target, PATH, &found));
		found_runtimes += found.runtime == BASE + offset;
		erase(offset);
	}
	CHECK(found_types == tried);
	CHECK(found_runtimes == tried);
}

// What is cut off by the end of the memory is not read.
static void test_truncated(void)
{
	for (uint64_t left = WORD; left < TYPE_BYTES; left += WORD) {
		uint64_t offset = BYTES - left;
		if (left >= HEADER_TYPE + WORD)
			put_word(offset + HEADER_TYPE, BASE + offset);
		CHECK(find().type == 0);
	}
	erase(BYTES - TYPE_BYTES);
	put(BYTES - WORD, "xdebugpy", WORD);
	CHECK(find().runtime == 0);
	erase(BYTES - TYPE_BYTES);
}

// Of two the first: there is no telling them apart here.
static void test_two(void)
{
	put_type(0x4000, 0, BASE + NAMES);
	put_type(0x3000, HEADER_EXTRA, BASE + NAMES);
	put_runtime(0x6000, 0x030d05f0);
	put_runtime(0x5000, 0x030e00f0);
	CHECK(find().type == BASE + 0x3000);
	CHECK(find().runtime == BASE + 0x5000);
	erase(0x3000);
	erase(0x5000);
	CHECK(find().type == BASE + 0x4000);
	CHECK(find().runtime == BASE + 0x6000);
}

// Of another object nothing is looked at.
static void test_other_path(void)
{
	struct landmarks found = {1, 1};
	CHECK(!data_find_landmarks(memory.target, "/usr/bin/python3", &found));
	CHECK(found.runtime == 0 && found.type == 0);
	erase(0x4000);
	erase(0x6000);
}

static void test_header(void)
{
	uint32_t extra = 1;
	put_type(0x2000, HEADER_EXTRA, BASE + NAMES);
	CHECK(!data_read_header_extra(memory.target, BASE + 0x2000, &extra) && extra == HEADER_EXTRA);
	erase(0x2000);
	put_type(0x2000, 0, BASE + NAMES);
	CHECK(!data_read_header_extra(memory.target, BASE + 0x2000, &extra) && extra == 0);
	erase(0x2000);
	CHECK(data_read_header_extra(memory.target, BASE + 0x2000, &extra) == STATUS_INVALID);
	CHECK(data_read_header_extra(memory.target, NOWHERE, &extra) == STATUS_UNREADABLE);
	CHECK(data_read_header_extra(memory.target, UINT64_MAX - 4, &extra) == STATUS_UNREADABLE);
	CHECK(data_read_header_extra(memory.target, BASE + BYTES - 16, &extra) == STATUS_UNREADABLE);
}

int main(void)
{
	memory_init();
	test_runtime();
	test_type(0);
	test_type(HEADER_EXTRA);
	test_borders(0);
	test_borders(HEADER_EXTRA);
	test_truncated();
	test_two();
	test_other_path();
	test_header();
	target_close(memory.target);
	return test_done();
}

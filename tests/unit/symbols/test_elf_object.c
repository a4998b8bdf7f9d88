// SPDX-License-Identifier: MIT
// ELF files: this program's own, and the same with bytes changed at random.
#include "symbols/elf_object.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../test.h"
#include "base/error.h"
#include "target/maps.h"

enum { MUTATIONS = 400 };

// clang's sanitizer takes a redzone for part of the variable before it, gcc's does not.
#ifdef __clang__
#define NO_REDZONE __attribute__((no_sanitize("address")))
#else
#define NO_REDZONE
#endif

// As link-time optimisation names a static variable.
NO_REDZONE static char suffixed[40] __asm__("test_suffixed.lto_priv.0") = {1};
static char plain_static[24] = {1};
NO_REDZONE __attribute__((visibility("default"))) char test_exported[48] = {1};

static struct elf_object *open_own(void)
{
	struct elf_object *object = NULL;
	struct error err = {{0}};
	CHECK(!elf_object_open(open("/proc/self/exe", O_RDONLY), "own", &object, &err));
	return object;
}

static void test_own(void)
{
	struct elf_object *object = open_own();
	struct elf_object_symbol exported, other, local;
	CHECK_STRING(elf_object_path(object), "own");
	CHECK(!elf_object_find_dynamic(object, "test_exported", &exported));
	CHECK(exported.size == sizeof(test_exported));
	CHECK(elf_object_find_dynamic(object, "plain_static", &other) == STATUS_NOT_FOUND);
	CHECK(elf_object_find_dynamic(object, "malloc_no_such", &other) == STATUS_NOT_FOUND);
	// Imported, so not defined here.
	CHECK(elf_object_find_dynamic(object, "memfd_create", &other) == STATUS_NOT_FOUND);
	CHECK(!elf_object_find_static(object, "plain_static", &local));
	CHECK(local.value - exported.value == (uintptr_t)plain_static - (uintptr_t)test_exported);
	CHECK(!elf_object_find_static(object, "test_suffixed", &other));
	CHECK(other.value - exported.value == (uintptr_t)suffixed - (uintptr_t)test_exported);
	CHECK(other.size == sizeof(suffixed));
	elf_object_close(object);
	elf_object_close(NULL);
}

// The bias from each mapping of our code must lead from the file's address to ours.
static void test_bias(void)
{
	char text[1 << 16];
	struct maps *maps = NULL;
	struct elf_object *object = open_own();
	struct elf_object_symbol exported;
	char exe[4096] = "";
	CHECK(readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0);
	int fd = open("/proc/self/maps", O_RDONLY);
	ssize_t total = 0, count;
	while ((count = read(fd, text + total, sizeof(text) - (size_t)total)) > 0)
		total += count;
	close(fd);
	CHECK(!maps_parse(text, (size_t)total, &maps, NULL));
	CHECK(!elf_object_find_dynamic(object, "test_exported", &exported));
	int found = 0;
	for (size_t i = 0; maps && i < maps->count; i++) {
		uint64_t bias = 0;
		if (strcmp(maps->items[i].path, exe) || !maps->items[i].executable)
			continue;
		CHECK(!elf_object_bias(object, &maps->items[i], &bias));
		CHECK(exported.value + bias == (uintptr_t)test_exported);
		struct map wrong = maps->items[i];
		wrong.offset = 1ull << 40;
		CHECK(elf_object_bias(object, &wrong, &bias) == STATUS_INVALID);
		found++;
	}
	CHECK(found > 0);
	maps_destroy(maps);
	elf_object_close(object);
}

static int memory_file(const void *bytes, size_t size)
{
	int fd = memfd_create("leaktop-test", MFD_CLOEXEC);
	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	return fd;
}

// Asks everything there is to ask. Nothing is expected but to survive.
static bool survives(int fd)
{
	struct elf_object *object;
	struct elf_object_symbol symbol;
	struct map map = {.start = 1 << 20, .end = 1 << 21, .executable = true, .path = "x"};
	char *build_id = NULL;
	uint64_t bias;
	if (elf_object_open(fd, "mutated", &object, NULL))
		return true;
	enum status ignored = elf_object_find_dynamic(object, "test_exported", &symbol);
	ignored |= elf_object_find_static(object, "plain_static", &symbol);
	ignored |= elf_object_bias(object, &map, &bias);
	if (!elf_object_read_build_id(object, &build_id))
		free(build_id);
	elf_object_close(object);
	return ignored < STATUS_COUNT * 16;
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

// The symbol, string and note sections stay out of reach of a change in the first bytes; so a part
// of the changes goes to the section headers, which lie at the end, and to the whole.
static void test_mutations(void)
{
	struct stat stat;
	uint32_t state = 0x2545f491;
	int fd = open("/proc/self/exe", O_RDONLY);
	CHECK(!fstat(fd, &stat));
	size_t size = (size_t)stat.st_size;
	unsigned char *original = malloc(size), *bytes = malloc(size);
	CHECK(original && bytes && read(fd, original, size) == stat.st_size);
	close(fd);
	size_t headers = (size_t)*(uint64_t *)(void *)(original + 40); // e_shoff
	bool good = headers < size;
	for (int i = 0; good && i < MUTATIONS; i++) {
		memcpy(bytes, original, size);
		size_t start = i % 4 == 0 ? 0 : i % 4 == 3 ? 0 : headers;
		size_t length = i % 4 == 0 ? 1024 : size - start;
		for (int n = 0; n < 1 + i % 8; n++)
			bytes[start + next_random(&state) % length] = (unsigned char)next_random(&state);
		size_t cut = i % 16 == 15 ? next_random(&state) % size : size;
		good = survives(memory_file(bytes, cut));
	}
	CHECK(good);
	free(original);
	free(bytes);
}

static void test_other_kinds(void)
{
	struct elf_object *object;
	struct error err = {{0}};
	CHECK(elf_object_open(memory_file("", 0), "empty", &object, &err) == STATUS_INVALID);
	CHECK(elf_object_open(memory_file("#!/bin/sh\n", 10), "script", &object, &err) == STATUS_INVALID);
	CHECK_STRING(err.message, "'script' is not an ELF file");
	unsigned char header[64] = {0x7f, 'E', 'L', 'F', 1, 1, 1};
	CHECK(elf_object_open(memory_file(header, sizeof(header)), "32 bit", &object, &err) ==
	      STATUS_UNSUPPORTED);
}

int main(void)
{
	if (!suffixed[0] || !plain_static[0])
		return 1;
	test_own();
	test_bias();
	test_mutations();
	test_other_kinds();
	return test_done();
}

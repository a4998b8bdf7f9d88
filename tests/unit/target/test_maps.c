// SPDX-License-Identifier: MIT
#include "target/maps.h"

#include "../test.h"

#include <stdlib.h>
#include <sys/sysmacros.h>

static struct maps *parse(const char *text)
{
	struct maps *maps = NULL;
	if (maps_parse(text, strlen(text), &maps, NULL))
		return NULL;
	return maps;
}

static void test_lines(void)
{
	struct maps *maps = parse(
		"00400000-0041f000 r-xp 00001000 fe:01 262283                     /usr/bin/python3.11\n"
		"0041f000-00420000 rw-p 00000000 00:00 0 \n"
		"7f0000000000-7f0000001000 rw-s 00002000 00:05 17 /dev/zero (deleted)\n"
		"7f0000001000-7f0000002000 ---p 00000000 00:00 0                  [a b]  c\n"
		"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0          [vsyscall]");
	if (!CHECK(maps && maps->count == 5))
		return;
	const struct map *map = maps->items;
	CHECK(map[0].start == 0x400000 && map[0].end == 0x41f000 && map[0].offset == 0x1000);
	CHECK(map[0].readable && !map[0].writable && map[0].executable && !map[0].shared);
	CHECK(map[0].inode == 262283 && map[0].device == makedev(0xfe, 1));
	CHECK_STRING(map[0].path, "/usr/bin/python3.11");
	CHECK_STRING(map[1].path, "");
	CHECK(map[2].shared && map[2].writable);
	CHECK_STRING(map[3].path, "[a b]  c");
	CHECK(map[4].end == 0xffffffffff601000);
	CHECK(maps_find(maps, 0x400000) == map && maps_find(maps, 0x41efff) == map);
	CHECK(maps_find(maps, 0x41f000) == map + 1);
	CHECK(!maps_find(maps, 0x3fffff) && !maps_find(maps, 0x420000));
	CHECK(!maps_find(maps, UINT64_MAX));
	maps_destroy(maps);
}

static void test_sizes(void)
{
	struct maps *maps = parse(
		"7f0000000000-7f0000010000 rw-p 00000000 00:00 0 \n"
		"Size:                 64 kB\nRss:                  16 kB\nPss:  8 kB\n"
		"Pss_Dirty: 7 kB\nPrivate_Clean:         4 kB\nPrivate_Dirty:  12 kB\n"
		"Swap:                 20 kB\nSwapPss: 3 kB\nVmFlags: rd wr mr mw me ac sd\n"
		"7f0000020000-7f0000030000 rw-p 00000000 00:00 0 [heap]\n"
		"Rss: 99999999999999999999 kB\nPss: 36028797018963967 kB\nSwap: x kB\n");
	if (!CHECK(maps && maps->count == 2))
		return;
	CHECK(maps->items[0].rss_bytes == 16384 && maps->items[0].pss_bytes == 8192);
	CHECK(maps->items[0].private_bytes == 16384 && maps->items[0].swap_bytes == 20480);
	// Figures that cannot be are left out.
	CHECK(maps->items[1].rss_bytes == 0 && maps->items[1].pss_bytes == 0);
	maps_destroy(maps);
}

static void test_escapes(void)
{
	struct maps *maps = parse("1000-2000 r--p 0 0:0 1 /tmp/a\\012b\\01\n"
				  "2000-3000 r--p 0 0:0 1 /\x1b[2J\xff\n");
	if (!CHECK(maps && maps->count == 2))
		return;
	CHECK_STRING(maps->items[0].path, "/tmp/a\nb\\01");
	CHECK_STRING(maps->items[1].path, "/\x1b[2J\xff");
	maps_destroy(maps);
}

// A mapping that grew while the file was read is listed twice.
static void test_growing(void)
{
	struct maps *maps = parse("1000-3000 rw-p 0 0:0 0 [heap]\n"
				  "1000-5000 rw-p 0 0:0 0 [heap]\n"
				  "3000-5000 rw-p 0 0:0 0 [heap]\n"
				  "5000-6000 rw-p 0 0:0 0\n");
	if (!CHECK(maps && maps->count == 3))
		return;
	CHECK(maps->items[0].end == 0x3000 && maps->items[1].start == 0x3000);
	CHECK(maps->items[1].end == 0x5000 && maps->items[2].start == 0x5000);
	maps_destroy(maps);
}

static void test_hostile(void)
{
	static const char *const texts[] = {
		"Rss: 4 kB\n",
		"1000\n",
		"1000-2000\n",
		"1000-2000 rw\n",
		"2000-1000 rw-p 0 0:0 0\n",
		"1000-1000 rw-p 0 0:0 0\n",
		"fffffffffffffffff-2 rw-p 0 0:0 0\n",
		"1000-2000 rw-p 0 0:0 99999999999999999999\n",
		"2000-3000 rw-p 0 0:0 0\n1000-2000 rw-p 0 0:0 0\n",
		"-1000-2000 rw-p 0 0:0 0\n",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct maps *maps = NULL;
		struct error err = {""};
		CHECK(maps_parse(texts[i], strlen(texts[i]), &maps, &err) == STATUS_INVALID);
		CHECK(!maps && *err.message);
	}
	struct maps *maps = parse("");
	CHECK(maps && !maps->count && !maps_find(maps, 0));
	maps_destroy(maps);
	// Bytes behind the given length are not looked at, and a NUL is a byte like another.
	const char cut[] = "1000-2000 rw-p 0 0:0 0 /a\0b\n3000-4";
	CHECK(!maps_parse(cut, sizeof(cut) - 8, &maps, NULL) && maps->count == 1);
	CHECK_STRING(maps->items[0].path, "/a");
	maps_destroy(maps);
}

static bool line_is_heap(const char *line)
{
	struct maps *maps = parse(line);
	bool result = maps && maps->count == 1 && map_is_heap(maps->items);
	maps_destroy(maps);
	return result;
}

static void test_heap(void)
{
	CHECK(line_is_heap("1000-2000 rw-p 0 0:0 0\n"));
	CHECK(line_is_heap("1000-2000 rwxp 0 0:0 0 [heap]\n"));
	CHECK(line_is_heap("1000-2000 rw-p 0 0:1 7 /usr/lib/libpython3.11.so.1.0\n"));
	CHECK(line_is_heap("1000-2000 rw-p 0 0:0 0 [stack]\n"));
	CHECK(line_is_heap("1000-2000 rw-p 0 0:0 0 [anon:cpython:pymalloc]\n"));
	CHECK(!line_is_heap("1000-2000 r--p 0 0:1 7 /usr/lib/libpython3.11.so.1.0\n"));
	CHECK(!line_is_heap("1000-2000 rw-s 0 0:0 0 /SYSV00000000\n"));
	CHECK(!line_is_heap("1000-2000 -w-p 0 0:0 0\n"));
	CHECK(!line_is_heap("1000-2000 rw-p 0 0:5 9 /dev/dri/card0\n"));
	CHECK(!line_is_heap("1000-2000 rw-p 0 0:0 0 [vvar]\n"));
	CHECK(!line_is_heap("1000-2000 rw-p 0 0:5 9 /dev/shmem\n"));
	CHECK(!line_is_heap("1000-2000 rw-s 0 0:1 9 /memfd:x (deleted)\n"));
	// Files that lie in memory are files.
	CHECK(line_is_heap("1000-2000 rw-p 0 0:1 9 /memfd:x (deleted)\n"));
	CHECK(line_is_heap("1000-2000 rw-p 0 0:22 9 /dev/shm/_decimal.so\n"));
	CHECK(line_is_heap("1000-2000 rw-p 0 0:22 9 /dev/hugepages/x\n"));
	CHECK(map_is_heap(&(struct map){.path = "/memfd:x", .shared = true, .has_objects = true}));
}

int main(void)
{
	test_lines();
	test_sizes();
	test_escapes();
	test_growing();
	test_hostile();
	test_heap();
	return test_done();
}

# SPDX-License-Identifier: MIT
"""Heaps in shared memory, where some allocators keep them: in a memfd they are read; in a file, which
is not copied, that is said."""

import pathlib
import subprocess
import tempfile

import harness
from harness import check, check_equal, check_in, snapshot, types_of

# Hands out one block behind the other, from a memfd or from the file ARENA, and takes none back.
ALLOCATOR = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
static char *arena;
static size_t used;
static const size_t arena_size = (size_t)1 << 31;
static void begin(void)
{
	const char *name = getenv("ARENA");
	int fd = name ? open(name, O_RDWR | O_CREAT, 0600) : memfd_create("arena", 0);
	if (ftruncate(fd, arena_size))
		_exit(3);
	arena = mmap(0, arena_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
}
static void *take(size_t size, size_t alignment)
{
	if (!arena)
		begin();
	size_t whole = (size + alignment + 31) & ~(size_t)15;
	size_t at = __sync_fetch_and_add(&used, whole) + 16;
	at = (at + alignment - 1) & ~(alignment - 1);
	*(size_t *)(arena + at - 16) = size;
	return arena + at;
}
void *malloc(size_t size) { return take(size, 16); }
void *calloc(size_t count, size_t size) { return take(count * size, 16); }
void free(void *block) { }
void *realloc(void *block, size_t size)
{
	size_t old = block ? *(size_t *)((char *)block - 16) : 0;
	if (block && size <= old)
		return block;
	void *moved = take(size, 16);
	return block ? memcpy(moved, block, old) : moved;
}
void *aligned_alloc(size_t alignment, size_t size) { return take(size, alignment); }
void *memalign(size_t alignment, size_t size) { return take(size, alignment); }
int posix_memalign(void **block, size_t alignment, size_t size)
{
	*block = take(size, alignment);
	return 0;
}
"""


def build(directory):
    source, library = pathlib.Path(directory, "arena.c"), pathlib.Path(directory, "arena.so")
    source.write_text(ALLOCATOR)
    subprocess.run(["gcc", "-w", "-O1", "-fno-builtin", "-shared", "-fPIC", "-o", library, source], check=True)
    return library


def test(interpreter):
    temporary = pathlib.Path(interpreter.root, "tmp")
    with tempfile.TemporaryDirectory(prefix="leaktop-test-", dir=temporary) as directory:
        pathlib.Path(directory).chmod(0o755)
        inside = "/" + str(build(directory).relative_to(interpreter.root))
        environment = {"LD_PRELOAD": inside, "PYTHONHASHSEED": "0"}
        quiet = {"stderr": subprocess.DEVNULL}
        # All objects, or only those that are too large for pymalloc.
        for allocator in ("malloc", "default"):
            what = f"PYTHONMALLOC={allocator}"
            with harness.Target(
                interpreter, "counter.py", env={**environment, "PYTHONMALLOC": allocator}, **quiet
            ) as target:
                document = snapshot(target.pid)
                check(types_of(document)["dict"]["count"] > 20000, f"{what}: the heap is found")
                check(harness.container_of(document, "__main__.garbage"), f"{what}: its containers, too")
                check_equal(document["heap"]["unreadable"], 0, f"{what}: everything could be read")
                check(document["heap"]["exact"], f"{what}: nothing is said to be missing")
                harness.check_unharmed(target)
        environment["ARENA"] = inside.replace("arena.so", "arena")
        with harness.Target(interpreter, "counter.py", env={**environment, "PYTHONMALLOC": "malloc"}, **quiet) as target:
            document = snapshot(target.pid)
            check_equal(document["heap"], None, "in a file: no heap is shown for what was not read")
            check_in("not copied", document["heap_missing"], "in a file: the reason")
            check_in(environment["ARENA"], document["heap_missing"], "in a file: its name")
            harness.check_unharmed(target)


harness.main(lambda: harness.each_interpreter(test))

# SPDX-License-Identifier: MIT
"""A program that looks like a CPython of another build as far as leaktop looks before it refuses:
with the offsets that it publishes, its version, and the type of types."""

import os
import pathlib
import shlex
import subprocess

SOURCE = r"""
#include <string.h>
#include <unistd.h>

/* Include/object.h, 3.13: with HEADER words in front of ob_type, which is the last of the header. */
struct type {
	unsigned long header[HEADER];
	const struct type *type;
	unsigned long size;
	const char *name;
	unsigned long rest[64];
};
struct type PyType_Type = {.type = &PyType_Type, .name = "type"};
struct type PyDict_Type = {.type = &PyType_Type, .name = "dict"};

/* Include/internal/pycore_debug_offsets.h */
__attribute__((section(".PyRuntime"))) struct {
	char cookie[8];
	unsigned long version, free_threaded, rest[1024];
} _PyRuntime = {{'x', 'd', 'e', 'b', 'u', 'g', 'p', 'y'}, VERSION, FREE_THREADED, {0}};

int main(void)
{
	char line[64];
	for (const char *answer = "READY\n"; write(1, answer, strlen(answer)) > 0; answer = "pong\n")
		if (read(0, line, sizeof(line)) <= 0)
			break;
	return 0;
}
"""


def build(directory, name, version, free_threaded, header_words, *options):
    """Makes the program directory/name. version is PY_VERSION_HEX."""
    source = pathlib.Path(directory, f"{name}.c")
    source.write_text(SOURCE)
    program = pathlib.Path(directory, name)
    subprocess.run(
        [
            *shlex.split(os.environ.get("CC", "gcc")),
            f"-DVERSION={version:#x}",
            f"-DFREE_THREADED={int(free_threaded)}",
            f"-DHEADER={header_words}",
            *options,
            "-o",
            program,
            source,
        ],
        check=True,
    )
    return str(program)

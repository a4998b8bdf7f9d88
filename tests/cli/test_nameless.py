# SPDX-License-Identifier: MIT
"""Interpreters without section headers, without the names of their symbols, and without both; and
such that say to be of a release that no table is for."""

import os
import pathlib
import re
import shutil
import struct
import tempfile

import harness
from harness import check, check_equal, snapshot, types_of

# Names of CPython's own; those of others are needed to load the program.
NAMES = re.compile(rb"\0(_?Py[A-Za-z0-9_]+)(?=\0)")


def without_sections(program):
    """As a packer leaves it: the header says that there are no section headers."""
    program[40:48] = struct.pack("<Q", 0)  # e_shoff
    program[60:64] = struct.pack("<HH", 0, 0)  # e_shnum, e_shstrndx


def without_names(program):
    """As a program that was linked without exporting its symbols. The names stay in their place, with
    another first letter, so that nothing else has to move."""
    count, at = 0, 0
    while match := NAMES.search(program, at):
        start = match.start(1)
        # Strings of the program itself look alike; those are left alone if they are messages.
        program[start] = ord("#")
        count, at = count + 1, match.end(1)
    return count


def dynamic_names(program):
    """Where the names of dynamic symbols lie in the file."""
    offset, count = struct.unpack_from("<Q", program, 32)[0], struct.unpack_from("<H", program, 56)[0]
    segments = [struct.unpack_from("<IIQQQQ", program, offset + 56 * i) for i in range(count)]
    where, size = next((s[2], s[5]) for s in segments if s[0] == 2)
    tags = dict(struct.unpack_from("<qQ", program, at) for at in range(where, where + size, 16))
    address, length = tags[5], tags[10]
    for kind, _, start, virtual, _, in_file in segments:
        if kind == 1 and virtual <= address < virtual + in_file:
            return start + address - virtual, length
    raise LookupError("no names")


def read_program(interpreter):
    path = pathlib.Path(interpreter.root, interpreter.program.lstrip("/")).resolve()
    return bytearray(path.read_bytes())


def write_program(directory, name, program):
    path = directory / name
    path.write_bytes(program)
    path.chmod(0o755)
    return path


def from_future(interpreter, directory):
    """The same program as release 3.X.99: in Py_Version, in what it publishes since 3.13, and where the
    import system compares it with itself since 3.15."""
    major, minor, micro = map(int, interpreter.release.split("."))
    program = read_program(interpreter)
    version = struct.pack("<I", major << 24 | minor << 16 | micro << 8 | 0xF0)
    check(version in program, "the program says its version")
    program = program.replace(version, struct.pack("<I", major << 24 | minor << 16 | 99 << 8 | 0xF0))
    return write_program(directory, "python-future", program)


def make(interpreter, directory, sections, names):
    program = read_program(interpreter)
    if not names:
        start, length = dynamic_names(program)
        table = program[start : start + length]
        check(without_names(table) > 500, "the program had names")
        program[start : start + length] = table
    if not sections:
        without_sections(program)
    return write_program(directory, f"python-{sections:d}{names:d}", program)


def compare(interpreter, path, expected, what, release=None, sources=("table",)):
    inside = "/" + str(path.relative_to(interpreter.root))
    changed = interpreter._replace(program=inside)
    with harness.Target(changed, "counter.py", flags=("-S",), env={"PYTHONHOME": "/usr"}) as target:
        document = snapshot(target.pid)
        check_equal(document["target"]["python"], release or interpreter.release, f"{what}: the version")
        source = document["target"]["layout"]
        check(source in sources, f"{what}: the source of the layout", source)
        found, wanted = types_of(document), types_of(expected)
        wrong = [
            (name, found.get(name, {}).get("count"), row["count"])
            for name, row in wanted.items()
            if row["count"] >= 20 and abs(found.get(name, {}).get("count", 0) - row["count"]) > row["count"] / 10
        ]
        check(not wrong, f"{what}: the same objects", wrong[:20])
        check_equal(document["heap"]["unreadable"], 0, f"{what}: everything could be read")
        harness.check_unharmed(target)


def test(interpreter):
    if not interpreter.program.startswith("/usr/bin/"):
        harness.skip("all checks", "made of Debian's interpreters, which need no library of their own")
        return
    directory = pathlib.Path(tempfile.mkdtemp(prefix="leaktop-test-", dir=pathlib.Path(interpreter.root, "tmp")))
    directory.chmod(0o755)
    try:
        with harness.Target(interpreter, "counter.py", flags=("-S",)) as target:
            expected = snapshot(target.pid)
        for sections, names in ((False, True), (True, False), (False, False)):
            what = f"{'with' if sections else 'without'} sections, {'with' if names else 'without'} names"
            compare(interpreter, make(interpreter, directory, sections, names), expected, what)
        minor = int(interpreter.release.split(".")[1])
        if minor >= 11:  # before, one table is for all releases
            compare(
                interpreter,
                from_future(interpreter, directory),
                expected,
                "from the future",
                release=f"3.{minor}.99",
                sources=("published",) if minor >= 13 else ("dwarf", "structure"),
            )
    finally:
        shutil.rmtree(directory)


harness.main(lambda: harness.each_interpreter(test))

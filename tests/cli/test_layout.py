# SPDX-License-Identifier: MIT
"""leaktop layout: tables shown, compared and made. What it prints is tested with the library."""

import sys

import harness
from harness import check_equal, check_in, leaktop


def test_tables():
    result = leaktop("layout")
    check_equal(result.returncode, 0, "layout lists the tables")
    check_in("3.11.2           3.11.2 to 3.11.16", result.stdout, "3.11 among them")
    result = leaktop("layout", "--show", "3.11.2")
    check_equal(result.returncode, 0, "layout --show of a table")
    check_in("dict_keys", result.stdout, "a field and its place")


def test_comparison():
    result = leaktop("layout", "--compare", "3.11.2", "3.11.2")
    check_equal((result.returncode, result.stdout), (0, ""), "a table is equal to itself")
    result = leaktop("layout", "--compare", "3.13.5", "3.13.5/debian")
    check_equal(result.returncode, 1, "two tables that differ")
    check_equal(result.stdout.split(), ["gc_generations", "24", "20"], "the difference is shown")
    check_in("1 of ", result.stderr, "and counted")


def test_refusals():
    for arguments in (["--compare", "3.11.2"], ["--emit"], ["--emit", "--check", "3.11.2"],
                      ["--show", "-p", "1"], ["--emit", "--release", "3.9", sys.executable]):
        result = leaktop("layout", *arguments)
        check_equal(result.returncode, 2, f"usage error: layout {' '.join(arguments)}")
    result = leaktop("layout", "--check", "/no/such/file")
    check_equal(result.returncode, 1, "no such file")
    check_in("/no/such/file", result.stderr, "the file is named")


def test_process(interpreter):
    """What was found by structure alone equals the table, field by field."""
    with harness.Target(interpreter, "counter.py") as target:
        result = leaktop("layout", "--check", "-p", target.pid)
        check_equal(result.returncode, 0, "no two sources differ")
        check_in(f"CPython {interpreter.release}\n", result.stdout, "the version")
        lines = {line.split()[0]: line for line in result.stdout.splitlines()}
        check_in("structure", lines, "the layout is found by structure")
        # Without debug information, a build of other options has nothing to compare with.
        is_alone = all("not at hand" in lines[name] for name in ("table", "published", "dwarf"))
        expected = "passes the self-check" if is_alone else " 0 fields differ"
        check_in(expected, lines.get("structure", ""), "as it is in the table")
        is_special = interpreter.is_debug or interpreter.traces_refs
        if interpreter.release.split(".")[1] in ("13", "14", "15") and not is_special:
            check_in(" 0 fields differ", lines["published"], "and as it is published")
        harness.check_unharmed(target)


def test():
    test_tables()
    test_comparison()
    test_refusals()
    harness.each_interpreter(test_process)


harness.main(test)

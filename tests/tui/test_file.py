# SPDX-License-Identifier: MIT
"""The screen on a file: its samples, the axis of time, the baseline, the choice of a process; and the
key that writes a sample of a live process to a file."""

import pathlib
import re
import tempfile

import screen
from harness import LEAKTOP, Target, check, check_equal, leaktop, system_interpreter
from screen import Screen, check_shown, check_wait

AXIS = 3  # line of an 80x24 screen


def row_of(lines, first):
    return next((line for line in lines if line.startswith(first)), "")


def record(file, target, *options):
    result = leaktop("record", "-p", target.pid, "-o", file, *options)
    check_equal((result.returncode, result.stdout, result.stderr), (0, "", ""), "a sample is recorded")


def position(lines):
    found = re.search(r"sample (\d+) of (\d+), since (\d+)", lines[AXIS])
    return tuple(map(int, found.groups())) if found else None


def wait_position(shown, expected, what):
    check_wait(shown, lambda lines: position(lines) == expected, what)


def wait_length(shown, length, change, what):
    pattern = rf"dict +{length:,}\b.*" + (rf" \+{change:,}$" if change else "")
    check_wait(shown, lambda lines: re.search(pattern, row_of(lines, "__main__.cache")), what)


def test_one_process(file):
    with Screen(LEAKTOP, file) as shown:
        lines = shown.wait(position, "the axis")
        check(lines[0].startswith("leaktop  pid "), "line 1: the process")
        check_equal(position(lines), (5, 5, 1), "the last sample, measured since the first")
        check(re.search(r"\|b=+\*\|$", lines[AXIS]), "the axis from the baseline to the sample", lines[AXIS])
        shown.keys("2")
        wait_length(shown, 500, 400, "the growth over the recording")
        shown.type("<")
        wait_position(shown, (4, 5, 1), "< shows the sample before")
        wait_length(shown, 400, 300, "its figures")
        shown.type("{")
        wait_position(shown, (1, 5, 1), "{ shows the first")
        shown.type("<")
        wait_position(shown, (1, 5, 1), "and there is none before")
        wait_length(shown, 100, 0, "without growth")
        shown.type(">>")
        wait_position(shown, (3, 5, 1), "> shows the one after")
        shown.type("b")
        wait_position(shown, (3, 5, 3), "b takes it as the baseline")
        shown.type("}")
        wait_position(shown, (5, 5, 3), "} shows the last")
        wait_length(shown, 500, 200, "growth since the new baseline")
        shown.type("B")
        wait_position(shown, (5, 5, 1), "B goes back to the first as the baseline")
        for key, heading in (("3", "MEMORY"), ("4", "GENERATION"), ("5", "TID"), ("1", "TYPE")):
            shown.keys(key)
            check_shown(shown, heading, f"{key} shows {heading}")
        shown.keys("Enter")
        check_shown(shown, "5 (current)", "Enter opens a row, with its figures over time")
        shown.keys("BSpace")
        check_shown(shown, "TYPE", "Backspace goes back")
        shown.resize(40, 10)
        check_wait(shown, lambda lines: len(lines) == 10 and "TYPE" in "".join(lines), "40x10")
        shown.keys("q")
        check_equal(shown.wait_end(), 0, "q ends it")


def test_heaps(file, target):
    """Samples of memory alone lie between two with a heap."""
    for options in ((), ("--rss-only",), ("--rss-only",), (), ("--rss-only",)):
        record(file, target, *options)
    with Screen(LEAKTOP, file) as shown:
        wait_position(shown, (4, 5, 1), "the last sample with a heap")
        shown.type("N")
        wait_position(shown, (1, 5, 1), "N shows the one before that has a heap")
        shown.type("N")
        wait_position(shown, (1, 5, 1), "and there is none before")
        shown.type(">b")
        wait_position(shown, (2, 5, 2), "b takes one without a heap, too")
        check_shown(shown, "has no heap", "but says so")
        shown.type("n")
        wait_position(shown, (4, 5, 2), "n shows the next one with a heap")
        shown.type("n")
        wait_position(shown, (4, 5, 2), "and there is none after")
        shown.keys("q")
        check_equal(shown.wait_end(), 0, "q ends it")


def test_choice(file, first, second):
    with Screen(LEAKTOP, file) as shown:
        lines = shown.wait_for("pick a recorded process")
        check(any(str(first.pid) in line for line in lines), "the first process is listed", lines)
        check(any(str(second.pid) in line for line in lines), "the second one too", lines)
        shown.keys("Down", "Enter")
        check_shown(shown, f"leaktop  pid {second.pid}", "Enter opens the one under the cursor")
        shown.keys("BSpace")
        check_shown(shown, "pick a recorded process", "Backspace goes back")
        shown.keys("q")
        check_equal(shown.wait_end(), 0, "q ends it")
    with Screen(LEAKTOP, file, "-p", first.pid) as shown:
        check_shown(shown, f"leaktop  pid {first.pid}", "-p chooses")


def test_write(directory, target):
    with Screen("sh", "-c", 'cd "$0" && exec "$@"', directory, LEAKTOP, "-p", target.pid) as shown:
        shown.wait_for("__main__.Session")
        shown.keys("w")
        lines = shown.wait_for("written to ")
        name = re.search(r"written to (\S+)", lines[-1]).group(1)
        file = pathlib.Path(directory, name)
        check_equal(file.stat().st_mode & 0o777, 0o600, "w writes a file that only its owner reads")
        shown.keys("q")
        check_equal(shown.wait_end(), 0, "q ends it")
    result = leaktop(file)
    check(f"leaktop  pid {target.pid}" in result.stdout, "the file opens", result.stdout + result.stderr)


def test():
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory, \
         Target(system_interpreter(), "sessions.py") as target:
        file = pathlib.Path(directory, "file")
        for _ in range(5):
            target.ask("100")
            record(file, target)
        test_one_process(file)
        test_heaps(pathlib.Path(directory, "heaps"), target)
        test_write(directory, target)
        with Target(system_interpreter(), "sessions.py") as other:
            other.ask("7")
            record(file, other)
            test_choice(file, target, other)


screen.main(test)

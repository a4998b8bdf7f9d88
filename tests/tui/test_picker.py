# SPDX-License-Identifier: MIT
"""The picker: processes listed, one opened, and back."""

import json
import pathlib
import re
import tempfile

import screen
import stand_in
from harness import LEAKTOP, Interpreter, Target, check, check_equal, check_in, check_refusal
from harness import check_unharmed, leaktop, system_interpreter
from screen import Screen, check_restored, check_shown, check_wait


def choose(shown, target):
    shown.keys("/")
    shown.type(str(target.pid))
    shown.wait(lambda lines: lines[-1].startswith(f"/{target.pid}_  (1 of"), "one row is left")
    shown.keys("Enter")
    shown.wait(lambda lines: lines[-1].startswith(f"/{target.pid}  ("), "the filter is set")


def test_list(target, shown):
    lines = shown.wait_for("PID")
    check_in("pick a Python process", lines[0], "the first line")
    check(lines[1].replace("↓", "").split()[:3] == ["PID", "USER", "RSS"], "the heading", lines[1])
    choose(shown, target)
    check_wait(shown, lambda lines: "python3 /tmp/leaktop-test" in lines[2],
               "the command is shown")


def test_order(shown):
    check(re.search(r" ↓RSS  ", shown.lines()[1]), "an arrow marks the column in order", shown.lines()[1])
    shown.keys("s")
    check_shown(shown, "sorted by rss_bytes_per_minute", "s sorts by the next")
    check(re.search(r" ↓[+]/MIN  ", shown.lines()[1]), "which is marked", shown.lines()[1])
    shown.keys("r")
    check_wait(shown, lambda lines: re.search(r" ↑[+]/MIN  ", lines[1]), "r turns the arrow")
    shown.click(shown.lines()[1].index("RSS"), 1)
    check_wait(shown, lambda lines: " ↓RSS  " in lines[1], "a click on a title moves it")
    shown.keys("Home")
    check_wait(shown, lambda lines: "Enter opens" in lines[-1] and lines[-1].startswith("/"),
               "the next key shows filter and keys again")


def test_open(shown, target):
    shown.keys("Enter")
    check_wait(shown, lambda lines: lines[0].startswith(f"leaktop  pid {target.pid}"), "it opens")
    shown.wait_for("TYPE")
    shown.keys("2", "Enter")
    shown.wait_for("Backspace: back")
    shown.keys("BSpace")
    shown.wait_for("PATH")
    shown.keys("BSpace")
    check_wait(shown, lambda lines: "pick a Python process" in lines[0], "Backspace leads back")


def test_way_back(shown, target):
    """Esc goes back everywhere: from the help, from a row, from a process, and no further."""
    picker = "\n".join(shown.lines())
    shown.keys("?")
    check_shown(shown, "this help", "? lists the keys in the picker")
    shown.keys("Escape")
    check_wait(shown, lambda lines: "this help" not in "\n".join(lines) and
               "pick a Python process" in lines[0], "Esc leaves the help")
    shown.keys("Enter")
    shown.wait(lambda lines: lines[0].startswith(f"leaktop  pid {target.pid}"), "the process")
    shown.wait_for("TYPE")
    shown.keys("2", "Enter")
    shown.wait_for("Backspace: back")
    shown.keys("F1")
    check_shown(shown, "this help", "F1 lists the keys over an open row")
    shown.keys("Escape")
    check_shown(shown, "Backspace: back", "Esc leads back to the row")
    shown.keys("Escape")
    check_shown(shown, "PATH", "Esc leads back to the table")
    shown.keys("Escape")
    check_wait(shown, lambda lines: lines[0] in picker and str(target.pid) in lines[2],
               "Esc leads back to the picker, as it was")
    shown.keys("BSpace")
    shown.wait(lambda lines: lines[0] in picker, "the picker")
    shown.keys("F10")
    check_equal(shown.wait_end(), 0, "F10 ends it")


def test_failure(shown, target):
    target.kill()
    shown.keys("Enter")
    check_wait(shown, lambda lines: "pick a Python process" in lines[0] and str(target.pid) in lines[-1],
               "a process that ended meanwhile is reported")
    shown.keys("Escape")
    shown.wait_for("Enter opens")
    shown.keys("q")
    check_equal(shown.wait_end(), 0, "q ends it")
    check_restored(shown, "q")


def test_open_and_quit(target):
    with Screen(LEAKTOP, "-d", "0.3") as shown:
        shown.wait_for("PID")
        choose(shown, target)
        shown.keys("Enter")
        shown.wait_for("TYPE")
        shown.keys("q")
        check_equal(shown.wait_end(), 0, "q in the live screen ends it all")


def test_refused():
    """A free-threaded build is in the list, and opening it says why it cannot be shown."""
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory:
        program = stand_in.build(directory, "python3.13t", 0x030D05F0, True, 3)
        with Target(Interpreter("stand-in", "/", program), "counter.py") as target:
            with Screen(LEAKTOP, "-d", "0.3", columns=120) as shown:
                shown.wait_for("PID")
                choose(shown, target)
                shown.keys("Enter")
                check_wait(shown, lambda lines: "pick a Python process" in lines[0] and
                           "free-threaded build of CPython 3.13" in lines[-1],
                           "a process that is refused is reported")
                shown.keys("Escape")
                shown.wait_for("Enter opens")
                shown.keys("q")
                check_equal(shown.wait_end(), 0, "q ends it")
            check_unharmed(target)


def test_as_text(target):
    result = leaktop("--batch", "-n", "2", "-d", "0.1")
    check_equal((result.returncode, result.stdout.count("COMMAND")), (0, 2), "--batch -n 2: twice")
    result = leaktop("--json")
    rows = json.loads(result.stdout)["rows"]
    mine = [row for row in rows if row["pid"] == target.pid]
    check_equal(len(mine), 1, "--json: the target is there")
    check_in("sessions.py", mine[0]["command"], "with its command")
    check(mine[0]["command"].startswith("/"), "all of it", mine[0]["command"])
    result = leaktop(target.pid, "--batch", "-n", "1")
    check_in(f"leaktop  pid {target.pid}", result.stdout, "a number is a process")
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory:
        pathlib.Path(directory, str(target.pid)).write_text("no recording", encoding="ascii")
        result = leaktop(target.pid, "--batch", cwd=directory)
        check_refusal(result, 2, f"'{target.pid}'", "file")  # a file of that name comes first
    check(mine[0]["rss_bytes"] > 1 << 20, "and its RSS")


def test():
    with Target(system_interpreter(), "sessions.py") as target:
        target.ask("10")
        test_as_text(target)
        test_open_and_quit(target)
        with Screen(LEAKTOP, "-d", "0.3") as shown:
            test_list(target, shown)
            test_order(shown)
            test_open(shown, target)
            check_shown(shown, str(target.pid), "the filter is still there")
            test_way_back(shown, target)
        # A list that is not read again while the process ends.
        with Screen(LEAKTOP, "-d", "1000") as shown:
            shown.wait_for("PID")
            choose(shown, target)
            test_failure(shown, target)
    test_refused()


screen.main(test)

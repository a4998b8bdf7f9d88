# SPDX-License-Identifier: MIT
"""The live screen: what it shows, its keys, its mouse, and how it ends."""

import re

import screen
from harness import LEAKTOP, Target, check, check_equal, check_unharmed, system_interpreter
from screen import Screen, check_restored, check_shown, check_wait

HEADING, FIRST = 5, 6  # lines of an 80x24 screen


def row_of(lines, first):
    """The line of the picture that begins with a word."""
    return next((line for line in lines if line.startswith(first)), "")


def sample_number(lines):
    found = re.search(r"sample (\d+)", lines[0])
    return int(found.group(1)) if found else 0


def live(target, *arguments, **options):
    return Screen(LEAKTOP, "-p", target.pid, "-d", "0.3", *arguments, **options)


def wait_heading(shown, word):
    shown.wait(lambda lines: lines[HEADING].lstrip(" ↑↓").startswith(word), f"the heading {word}")


def test_picture(target, shown):
    lines = shown.wait(lambda lines: sample_number(lines), "a sample")
    check(lines[0].startswith(f"leaktop  pid {target.pid}  python 3."), "line 1: the process")
    check(lines[1].startswith("RSS "), "line 2: the memory")
    check_equal(lines[3], "", "an empty line for the eye")
    tabs = r" Types +Containers +Memory +Collector +Threads +\? help"
    check(re.match(tabs, lines[4]), "the tabs", lines[4])
    check(lines[HEADING].startswith("TYPE"), "the heading of the table", lines[HEADING])


def test_growth(target, shown):
    shown.keys("2")
    shown.wait(lambda lines: row_of(lines, "__main__.cache"), "the container")
    length = int(target.ask("200"))
    check_wait(shown, lambda lines: re.search(rf"dict +{length} .*\+200$", row_of(lines, "__main__.cache")),
               "growth since the first sample")


def test_views(shown):
    for key, heading in (("3", "MEMORY"), ("4", "GENERATION"), ("5", "TID"), ("1", "TYPE"),
                         ("Tab", "PATH"), ("BTab", "TYPE"), ("Left", "TID"), ("Right", "TYPE")):
        shown.keys(key)
        check_wait(shown, lambda lines: lines[HEADING].lstrip(" ↑↓").startswith(heading),
                   f"{key} shows {heading}")


def test_filter(shown):
    shown.keys("2")
    shown.wait_for("__main__.sessions")
    shown.keys("/")
    shown.type("CACHE")
    lines = shown.wait_for("/CACHE_")
    check(not row_of(lines, "__main__.sessions"), "the filter leaves out other rows")
    check(row_of(lines, "__main__.cache"), "and letters match in both cases")
    shown.keys("Enter")
    shown.wait_for("/CACHE  (")
    shown.keys("Escape")
    check_shown(shown, "__main__.sessions", "Escape takes the filter away")


def paths_shown(lines):
    return [line.split("  ")[0] for line in lines[FIRST:20]]


def test_sort(shown):
    shown.keys("2")
    wait_heading(shown, "PATH")
    footers = []
    while "sorted by path, smallest first" not in shown.lines()[-1] and len(footers) < 10:
        footers.append(shown.lines()[-1])
        shown.keys("s")
        shown.wait(lambda lines: "sorted by" in lines[-1] and lines[-1] != footers[-1], "an order")
    lines = shown.lines()
    check_equal(paths_shown(lines), sorted(paths_shown(lines)), "s leads to paths in order")
    shown.keys("r")
    lines = shown.wait_for("sorted by path, largest first")
    check_equal(paths_shown(lines), sorted(paths_shown(lines), reverse=True), "r turns it round")
    shown.click(shown.lines()[HEADING].index("LENGTH"), HEADING)
    check_shown(shown, "sorted by length, largest first", "a click on a title sorts")


def test_detail(target, shown):
    shown.keys("2", "/")
    shown.type("__main__.cache")
    shown.wait_for("/__main__.cache_")
    shown.keys("Enter", "Enter")
    text = "\n".join(shown.wait_for("Backspace: back"))
    check(re.search(r"^path +__main__\.cache$", text, re.MULTILINE), "the detail has the path", text)
    check(re.search(r"^type +dict$", text, re.MULTILINE), "and the type", text)
    length = int(target.ask("10"))
    check_wait(shown, lambda lines: re.search(rf"length +{length:,}$", row_of(lines, "length")),
               "the detail follows the samples")
    check_wait(shown, lambda lines: re.search(rf"\(current\) .* {length:,} ", "\n".join(lines)),
               "and has the figures of the samples")
    shown.keys("BSpace")
    shown.wait_for("/__main__.cache  (")
    shown.keys("Escape")
    check_shown(shown, "__main__.sessions", "back in the table")


def test_baseline(target, shown):
    shown.keys("2")
    shown.wait_for("__main__.cache")
    shown.keys("b")
    length = int(target.ask("7"))
    check_wait(shown, lambda lines: re.search(rf"dict +{length:,} .*\+7$", row_of(lines, "__main__.cache")),
               "b: growth is counted from there")


def test_freeze(target, shown):
    shown.keys("Space")
    frozen = sample_number(shown.wait_for("frozen"))
    length = int(target.ask("5"))
    shown.keys("3")
    lines = shown.wait(lambda lines: lines[HEADING].startswith("MEMORY"), "another view")
    check_equal(sample_number(lines), frozen, "frozen: no sample")
    shown.keys("2", "Space")
    check_wait(shown, lambda lines: f" {length:,} " in row_of(lines, "__main__.cache"), "space goes on")
    check(sample_number(shown.lines()) > frozen, "with new samples")


def test_help(shown):
    shown.resize(80, 50)
    shown.keys("?")
    text = "\n".join(shown.wait_for("this help"))
    for word in ("Enter", "Backspace", "sort", "contain a text", "from this sample", "freeze", "quit"):
        check(word in text, f"the help speaks of {word}", text)
    shown.keys("?")
    shown.wait_gone("this help")
    shown.keys("?")
    shown.wait_for("this help")
    shown.keys("Escape")
    shown.wait_gone("this help")
    check(True, "? and Escape take the help away")
    shown.resize(80, 16)
    shown.wait(lambda lines: len(lines) == 16 and "Memory" in lines[4], "a lower screen")
    shown.keys("h")
    shown.wait_for("this help")
    shown.keys("PPage", "End")
    check_shown(shown, "how long the process stood still", "h lists the keys, End shows the last ones")
    shown.keys("Home")
    check_shown(shown, "this help", "Home the first ones")
    shown.keys("Escape", "Escape", "BSpace")
    shown.wait_gone("this help")
    check(sample_number(shown.lines()), "there is nothing to go back to from a process that was named")
    shown.resize(80, 24)
    shown.wait(lambda lines: len(lines) == 24 and "Memory" in lines[4], "the size of before")


def test_mouse(shown):
    shown.click(shown.lines()[4].index("Memory"), 4)
    check_wait(shown, lambda lines: lines[HEADING].startswith("MEMORY"), "a click on a tab")
    shown.click(shown.lines()[4].index("Containers"), 4)
    wait_heading(shown, "PATH")
    shown.click(3, 8)
    shown.click(3, 8)
    check_shown(shown, "Backspace: back", "two clicks on a row open it")
    shown.keys("BSpace")
    wait_heading(shown, "PATH")
    shown.keys("Home")
    first = shown.lines()[FIRST]
    for _ in range(10):
        shown.wheel_down(3, 8)
    check_wait(shown, lambda lines: lines[FIRST] != first, "the wheel scrolls")


def test_quit(target, shown):
    shown.keys("q")
    check_equal(shown.wait_end(), 0, "q ends it well")
    check_restored(shown, "q")
    check_unharmed(target, "0")


def test_count(target):
    with live(target, "-n", "2") as shown:
        check_equal(shown.wait_end(), 0, "-n 2 ends by itself")
        check_restored(shown, "-n 2")


def test_end_of_target(command):
    with Target(system_interpreter(), "sessions.py") as target:
        target.ask("500")
        with live(target) as shown:
            shown.keys("2")
            shown.wait_for("__main__.cache")
            target.send(command)
            check_shown(shown, "the process ended", f"{command}: it is said")
            check(row_of(shown.lines(), "__main__.cache"), f"{command}: the last table stays")
            shown.keys("3")
            check_shown(shown, "proportional share", f"{command}: views still change")
            shown.keys("q")
            check_equal(shown.wait_end(), 0, f"{command}: q ends it")


def test_interpreters():
    with Target(system_interpreter(), "subinterpreters.py") as target:
        other = target.greeting.split()[1]
        with live(target) as shown:
            shown.wait_for(" Interpreters ")
            shown.keys("6")
            wait_heading(shown, "INTERPRETER")
            check(not row_of(shown.lines(), "TYPE"), "a view of several interpreters")
            target.ask(f"grow {other} 5000")
            check_wait(shown, lambda lines: re.search(rf"^ *{other} .*\+\d", lines[FIRST + int(other)]),
                       "the one that grows")
            shown.keys("Home", "Down", "Enter")
            check_shown(shown, "__main__.Session", "Enter shows its types")
            shown.keys("BSpace", "Tab")
            check_wait(shown, lambda lines: lines[HEADING].startswith("TYPE"), "it is the last view")
            shown.keys("q")
            check_equal(shown.wait_end(), 0, "q ends it")


def test():
    with Target(system_interpreter(), "sessions.py") as target:
        target.ask("100")
        with live(target) as shown:
            test_picture(target, shown)
            test_growth(target, shown)
            test_views(shown)
            test_filter(shown)
            test_sort(shown)
            test_detail(target, shown)
            test_baseline(target, shown)
            test_freeze(target, shown)
            test_help(shown)
            test_mouse(shown)
            test_quit(target, shown)
        test_count(target)
    test_end_of_target("exit")
    test_end_of_target("exec")
    test_interpreters()


screen.main(test)

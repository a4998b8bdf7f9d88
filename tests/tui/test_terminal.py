# SPDX-License-Identifier: MIT
"""The screen on all sorts of terminals: small ones, old ones, none; and what signals do to it."""

import os
import pty
import re
import signal
import subprocess

import screen
from harness import (DEADLINE_SECONDS, LEAKTOP, Target, check, check_equal, check_in, check_refusal,
                     check_unharmed, leaktop, system_interpreter, wait_until)
from screen import Screen, check_restored, check_shown, check_wait


def live(target, **options):
    return Screen(LEAKTOP, "-p", target.pid, "-d", "0.3", **options)


def wait_sample(shown):
    return shown.wait(lambda lines: re.match(r"(TYPE|PATH) ", "\n".join(lines[1:])) or
                      any(line.startswith("TYPE") for line in lines), "a table")


def test_sizes(target):
    with live(target) as shown:
        wait_sample(shown)
        for columns, rows in ((20, 24), (20, 6), (8, 3), (1, 1), (200, 50), (80, 24)):
            shown.resize(columns, rows)
            lines = shown.wait(lambda lines: shown.ask("window_width") == str(columns) and lines,
                               "the size")
            check(all(len(line) <= columns for line in lines), f"{columns}x{rows}: it fits")
            shown.keys("Down", "2", "Enter", "BSpace", "1")
        check_shown(shown, "SINCE START", "all columns are back")
        shown.resize(20, 24)
        lines = shown.wait(lambda lines: any("1/5 Types" in line for line in lines), "a narrow tab")
        check(any(re.match(r"str +[\d,]+$", line) for line in lines), "20 columns: name and count",
              "\n".join(lines))
        shown.keys("Home")
        shown.resize(80, 8)
        check_wait(shown, lambda lines: "leaktop" not in lines[0] and lines[1].startswith(" Types "),
                   "8 rows: of the headline only the verdict")
        check_wait(shown, lambda lines: any(line.startswith("str ") for line in lines),
                   "8 rows: there are some of the table")
        shown.keys("q")
        check_equal(shown.wait_end(), 0, "and it ends")


def test_old_terminal(target):
    with live(target, term="vt100") as shown:
        wait_sample(shown)
        shown.keys("2")
        check_shown(shown, "__main__.cache", "vt100: it works")
        check("\x1b[7m" in shown.attributes(), "vt100: the cursor is shown in reverse")
        shown.keys("q")
        check_equal(shown.wait_end(), 0, "vt100: it ends")


def has_colour(picture):
    return re.search(r"\x1b\[(\d+;)*3[1-7]m", picture) is not None


def test_colours(target):
    with live(target) as shown:
        wait_sample(shown)
        check(has_colour(shown.attributes()), "colours where the terminal has them")
    with live(target, env={"NO_COLOR": "1"}) as shown:
        wait_sample(shown)
        check(not has_colour(shown.attributes()), "NO_COLOR: no colours")
        check("\x1b[7m" in shown.attributes(), "NO_COLOR: the cursor is still to be seen")


def test_ascii(target):
    with live(target, env={"LC_ALL": "C"}) as shown:
        shown.wait(lambda lines: "RSS" in lines[1] and "/min" in lines[1], "a trend")
        check("".join(shown.lines()).isascii(), "C locale: ASCII alone", "\n".join(shown.lines()))
    with Screen(LEAKTOP, "--ascii", "-p", target.pid, "-d", "0.3") as shown:
        shown.wait(lambda lines: "RSS" in lines[1] and "/min" in lines[1], "a trend")
        check("".join(shown.lines()).isascii(), "--ascii: ASCII alone")
    with live(target) as shown:
        check_wait(shown, lambda lines: "\u2581" in lines[1], "UTF-8: blocks")


def leaktop_pid(target_pid):
    """The process of leaktop that looks at the target: the newest one."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            if words[0] == LEAKTOP.encode() and str(target_pid).encode() in words:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                    start_time = int(file.read().rpartition(")")[2].split()[19])
                found.append((start_time, int(entry)))
        except (FileNotFoundError, ProcessLookupError):
            continue
    if not found:
        raise LookupError("leaktop does not run")
    return max(found)[1]


def test_signals(target):
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        with live(target) as shown:
            wait_sample(shown)
            os.kill(leaktop_pid(target.pid), number)
            check_equal(shown.wait_end(), 128 + number, f"{number.name} ends it")
            check_restored(shown, number.name)
    with live(target) as shown:
        wait_sample(shown)
        shown.keys("C-c")
        check_equal(shown.wait_end(), 130, "Ctrl-C ends it")
        check_restored(shown, "Ctrl-C")
    check_unharmed(target, "0")


def test_hangup(target):
    """The terminal goes away without a signal, as it does for the jobs of a shell."""
    ours, its = pty.openpty()
    with subprocess.Popen([LEAKTOP, "-p", str(target.pid), "-d", "0.3"], stdin=its, stdout=its,
                          stderr=subprocess.DEVNULL, env={**os.environ, "TERM": "xterm"},
                          start_new_session=True) as process:
        os.close(its)
        os.read(ours, 1)  # something is drawn
        os.close(ours)
        status = process.wait(DEADLINE_SECONDS)
    check_equal(status, -signal.SIGHUP, "a terminal that goes away ends it as by SIGHUP")
    check_unharmed(target, "0")


def test_stop_and_continue(target):
    with Screen("bash", "--norc", "--noprofile", "-i", env={"PS1": "shell> "}) as shown:
        shown.wait_for("shell>")
        shown.type(f"{LEAKTOP} -p {target.pid} -d 0.3\n")
        wait_sample(shown)
        pid = leaktop_pid(target.pid)
        shown.keys("C-z")
        check_shown(shown, "Stopped", "Ctrl-Z leads to the shell")
        check_restored(shown, "Ctrl-Z")
        shown.type("echo shell number $((1 + 1))\n")
        check_shown(shown, "shell number 2", "which takes commands")
        shown.type("fg\n")
        shown.wait(lambda lines: lines[0].startswith("leaktop  pid"), "the picture comes back")
        check_equal(shown.ask("alternate_on"), "1", "fg: the screen is leaktop's")
        shown.keys("2")
        check_shown(shown, "__main__.cache", "fg: keys work")
        os.kill(pid, signal.SIGSTOP)
        check_shown(shown, "Stopped", "SIGSTOP stops it too")
        shown.type("fg\n")
        check_wait(shown, lambda lines: lines[0].startswith("leaktop  pid"), "fg: drawn anew")
        shown.keys("q")
        check_shown(shown, "shell>", "q leads to the shell")


def test_no_terminal(target):
    check_refusal(leaktop("-p", target.pid), 2, "--batch")
    environment = {**os.environ, "TERM": "no-such-terminal"}
    for name in ("no-such-terminal", "dumb"):
        with Screen("env", f"TERM={name}", LEAKTOP, "-p", target.pid) as shown:
            check_equal(shown.wait_end(), 2, f"a terminal like {name} is refused")
            check_in(f"'{name}'", shown.text(), "and named")
    result = leaktop("--rows", "0", env=environment)
    check_equal(result.returncode, 0, "without a terminal the processes are listed")
    check_in(str(target.pid), result.stdout, "the target among them")


def test_hostile_names():
    with Target(system_interpreter(), "hostile.py") as target:
        with live(target) as shown:
            wait_sample(shown)
            title = shown.ask("pane_title")
            for key in ("1", "2", "5"):
                shown.keys(key)
                shown.wait(lambda lines: lines[0].startswith("leaktop  pid"), "the first line")
            shown.keys("2", "/")
            shown.type("global")
            check_shown(shown, "\\x1b[2J", "an escape sequence is shown, not obeyed")
            check_equal(shown.ask("pane_title"), title, "the title of the terminal is as before")
            check(shown.lines()[0].startswith("leaktop"), "the picture is whole")


def test():
    with Target(system_interpreter(), "sessions.py") as target:
        target.ask("500")
        test_sizes(target)
        test_old_terminal(target)
        test_colours(target)
        test_ascii(target)
        test_signals(target)
        test_hangup(target)
        test_stop_and_continue(target)
        test_no_terminal(target)
        check_unharmed(target, "0")
        wait_until(lambda: not screens_left(target), "no leaktop is left")
    test_hostile_names()


def screens_left(target):
    try:
        return leaktop_pid(target.pid)
    except LookupError:
        return 0


screen.main(test)

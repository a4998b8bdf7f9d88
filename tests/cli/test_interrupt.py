# SPDX-License-Identifier: MIT
"""leaktop is interrupted: while it waits, while it reads. It ends as the signal says."""

import signal
import subprocess

import harness
from harness import LEAKTOP, Target, check, check_equal, check_in, check_unharmed, spawn
from harness import system_interpreter


def start(target, *arguments):
    return spawn([LEAKTOP, "-p", target.pid, "--batch", *arguments], stdin=subprocess.DEVNULL,
                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")


def test_waiting(target, number):
    running = start(target, "-d", "1000")
    lines = []
    while not any(line.startswith("Containers") for line in lines):
        lines.append(running.stdout.readline())
    running.send_signal(number)
    output, errors = running.stdout.read(), running.stderr.read()
    check_equal(running.wait(harness.DEADLINE_SECONDS), -number, f"{number.name} while it waits: it dies of it")
    check_equal(errors, "leaktop: interrupted\n", "and says so")
    last = output.rstrip("\n").rpartition("\n")[2]
    check_in("too early to say", last, "the last line is the verdict")
    check_unharmed(target, "0")


def test_reading(target):
    running = start(target, "-v", "-d", "1000")
    while "copied" not in running.stderr.readline():
        pass
    running.send_signal(signal.SIGINT)
    errors = running.stderr.read()
    check_equal(running.wait(harness.DEADLINE_SECONDS), -signal.SIGINT, "SIGINT while it reads: it dies of it")
    check(errors.endswith("leaktop: interrupted\n"), "and says so", errors)
    check_unharmed(target, "0")


def test_ignored(target):
    """What the parent ignores for it (nohup) does not end it."""
    running = spawn(["sh", "-c", 'trap "" HUP; exec "$@"', "sh", LEAKTOP, "-p", target.pid,
                     "--batch", "-d", "0.2", "-n", "4"],
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, encoding="utf-8")
    running.stdout.readline()
    running.send_signal(signal.SIGHUP)
    output = running.stdout.read()
    check_equal(running.wait(harness.DEADLINE_SECONDS), 0, "an ignored SIGHUP does not end it")
    check_equal(output.count("Memory by type"), 4, "all samples are there")


def test():
    with Target(system_interpreter(), "sessions.py") as target:
        target.ask("1000")
        test_waiting(target, signal.SIGINT)
        test_waiting(target, signal.SIGTERM)
        test_ignored(target)
        target.ask("200000")
        test_reading(target)


harness.main(test)

# SPDX-License-Identifier: MIT
"""Targets that end, become another program, or fork and start threads all the time."""

import random
import time

import harness
from harness import check, check_equal, check_in, leaktop, spawn

ROUNDS = 25


def timed(function):
    start = time.monotonic()
    function()
    return time.monotonic() - start


def check_ended(process, what, *statuses):
    """leaktop came to an end by itself, in one of these ways."""
    try:
        _, message = process.communicate(timeout=harness.DEADLINE_SECONDS)
    except harness.subprocess.TimeoutExpired:
        process.kill()
        return check(False, f"{what}: leaktop ends")
    return check(
        process.returncode in statuses and (process.returncode == 0 or message),
        f"{what}: leaktop ends with one of {statuses}",
        f"status {process.returncode}, message {message!r}",
    )


def start_leaktop(*arguments):
    return spawn(
        [harness.LEAKTOP, *arguments],
        stdin=harness.subprocess.DEVNULL,
        stdout=harness.subprocess.DEVNULL,
        stderr=harness.subprocess.PIPE,
    )


def killed_meanwhile(interpreter, duration):
    """SIGKILL to the target at a random moment of a snapshot: stopped, copied, or walked already."""
    random.seed(1)
    for number in range(ROUNDS):
        with harness.Target(interpreter, "counter.py") as target:
            process = start_leaktop("snapshot", "-p", target.pid)
            time.sleep(random.uniform(0, duration))
            target.kill()
            check_ended(process, f"target killed at moment {number}", 0, 5)


def ended_between(interpreter, command, what):
    """The target goes away between two samples."""
    with harness.Target(interpreter, "counter.py") as target:
        process = spawn(
            [harness.LEAKTOP, "-p", target.pid, "--batch", "--json", "-n", 1000, "-d", 0.2],
            stdin=harness.subprocess.DEVNULL,
            stdout=harness.subprocess.PIPE,
            stderr=harness.subprocess.PIPE,
        )
        check_in(b"leaktop.snapshot/1", process.stdout.readline(), f"{what}: a first sample")
        target.send(command)
        check_ended(process, what, 5)


def churning(interpreter):
    with harness.Target(interpreter, "churn.py") as target:
        before = int(target.ask("ping"))
        for number in range(10):
            result = leaktop("snapshot", "-p", target.pid, "--json")
            check_equal(result.returncode, 0, f"snapshot {number} of a forking target")
            if result.returncode:
                harness.note(result.stderr)
        harness.check_unharmed(target)
        harness.wait_until(lambda: int(target.ask("ping")) > before + 100, "more forks and threads")


def test(interpreter):
    with harness.Target(interpreter, "counter.py") as target:
        duration = timed(lambda: leaktop("snapshot", "-p", target.pid))
    killed_meanwhile(interpreter, duration)
    ended_between(interpreter, "exit", "the target ended")
    ended_between(interpreter, "exec", "the target became another program")
    churning(interpreter)


harness.main(lambda: harness.each_interpreter(test))

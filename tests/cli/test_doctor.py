# SPDX-License-Identifier: MIT
"""leaktop doctor: of the machine, of a process that is well, of processes that cannot be looked at."""

import json
import os

import harness
from harness import Target, check, check_equal, check_in, check_unharmed, leaktop, spawn
from harness import system_interpreter


def findings(*arguments):
    """Exit status, and for each check its result and what was found."""
    result = leaktop("doctor", "--json", *arguments)
    rows = json.loads(result.stdout)["rows"]
    return result.returncode, {row["check"]: (row["result"], row["finding"]) for row in rows}


def test_machine(target):
    status, found = findings()
    for subject in ("rights", "system calls", "container", "memory"):
        check(subject in found, f"the machine: {subject}", found)
    check_equal(found["system calls"][0], "good", "what works here is called good")
    result, sentence = found[f"process {target.pid}"]
    check_equal(result, "good", "the target may be attached to")
    check_in("sessions.py", sentence, "and is named by its command")
    bad = [row for row in found.values() if row[0] == "bad"]
    check_equal(status != 0, bool(bad), "the exit status says whether all is well")


def test_process(target):
    status, found = findings("-p", target.pid)
    check_equal(status, 0, "a process that is well")
    for subject in ("process", "access", "interpreter", "version", "layout", "pause", "memory"):
        check_equal(found.get(subject, ("missing",))[0], "good", f"its {subject}")
    check_in("CPython 3.", found["version"][1], "the version is named")
    check_in(" ms", found["pause"][1], "the pause is estimated")
    text = leaktop("doctor", "-p", target.pid).stdout
    check_in(found["pause"][1].split(":")[0], text, "the same as text, not cut")
    check_unharmed(target, "0")


def test_others(target):
    stranger = spawn(["sleep", "1000"])
    status, found = findings("-p", stranger.pid)
    check_equal(status, 4, "a process without Python")
    check_equal(found["interpreter"][0], "bad", "it has no interpreter")
    check("version" not in found, "and further steps are left out")
    status, found = findings("-p", 2**22 + 1)
    check_equal((status, found["process"][0]), (5, "bad"), "no such process")
    target.kill()
    check_equal(findings("-p", target.pid)[0], 5, "a process that ended")


def test_unprivileged(target):
    if os.geteuid() != 0:
        harness.skip("another user's process", "needs root")
        return
    result = leaktop("doctor", "-p", target.pid, user=65534, group=65534, extra_groups=[])
    check_equal(result.returncode, 3, "another user's process: no permission")
    check_in("root", result.stdout, "and what to do about it")


def test():
    with Target(system_interpreter(), "sessions.py") as target:
        test_machine(target)
        test_process(target)
        test_unprivileged(target)
        test_others(target)


harness.main(test)

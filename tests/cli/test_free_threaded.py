# SPDX-License-Identifier: MIT
"""Free-threaded builds of CPython are refused by every command with a sentence of their own: those
that LEAKTOP_PYTHONS names, and a stand-in for one."""

import json
import pathlib
import tempfile

import harness
import stand_in
from harness import check, check_equal, check_in, check_refusal, check_unharmed, leaktop

SENTENCE = "this is a free-threaded build of CPython {}, which leaktop does not support yet"
NOT_PYTHON = 4
# How many words of a header there are before ob_type.
LONG, USUAL = 3, 1


def check_message(result, pid, sentence, what):
    check_refusal(result, NOT_PYTHON)
    check_equal(result.stderr, f"leaktop: process {pid}: {sentence}\n", f"{what} says that, exactly")


def check_doctor(pid, sentence):
    result = leaktop("doctor", "-p", pid, "--json")
    check_equal(result.returncode, NOT_PYTHON, "exit status of doctor")
    rows = {row["check"]: row for row in json.loads(result.stdout)["rows"]}
    bad = {name: row["finding"] for name, row in rows.items() if row["result"] == "bad"}
    check_equal(list(bad.values()), [sentence], "doctor says that, and nothing else is bad")


def check_refused(target, version):
    """Each way to look at a process, once."""
    pid, sentence = target.pid, SENTENCE.format(version)
    for arguments in (["snapshot"], ["snapshot", "--json"], ["--batch", "-n", "1"]):
        result = leaktop(*arguments, "-p", pid)
        check_message(result, pid, sentence, " ".join(["leaktop", *arguments]))
    check_doctor(pid, sentence)
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory:
        file = pathlib.Path(directory, "samples.leaktop")
        for arguments in (["snapshot"], ["record"]):
            result = leaktop(*arguments, "-p", pid, "-o", file)
            check_equal(result.returncode, NOT_PYTHON, f"exit status of leaktop {arguments[0]} -o")
            check_in(sentence, result.stderr, f"leaktop {arguments[0]} -o says that")
    check_unharmed(target)


def start(program):
    return harness.Target(harness.Interpreter("stand-in", "/", program), "counter.py")


def test_stand_in(directory):
    with start(stand_in.build(directory, "python3.13t", 0x030D05F0, True, LONG)) as target:
        check_refused(target, "3.13")
    # Without symbols the section is left, and the type that is its own.
    for name, version, minor in (("exported", 0x030E01F0, "3.14"), ("stripped", 0x030F00A1, "3.15")):
        options = ["-rdynamic"] if name == "exported" else []
        program = stand_in.build(directory, name, version, True, LONG, "-s", *options)
        with start(program) as target:
            check_message(
                leaktop("snapshot", "-p", target.pid), target.pid, SENTENCE.format(minor), name
            )
            check_unharmed(target)


def test_others(directory):
    """What tells is what is published, else the header; a usual build is refused for other reasons."""
    with start(stand_in.build(directory, "flag", 0x030D05F0, True, USUAL)) as target:
        check_in(SENTENCE.format("3.13"), leaktop("snapshot", "-p", target.pid).stderr, "by the flag")
    with start(stand_in.build(directory, "header", 0x030D05F0, False, LONG)) as target:
        check_in(SENTENCE.format("3.13"), leaktop("snapshot", "-p", target.pid).stderr, "by the header")
    with start(stand_in.build(directory, "usual", 0x030D05F0, False, USUAL)) as target:
        result = leaktop("snapshot", "-p", target.pid)
        check_refusal(result, NOT_PYTHON, target.pid)
        check("free-threaded" not in result.stderr, "a usual build is not called so", result.stderr)


def test_real(interpreter):
    with harness.Target(interpreter, "counter.py") as target:
        check_refused(target, ".".join(interpreter.release.split(".")[:2]))


def test():
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory:
        test_stand_in(directory)
        test_others(directory)
    harness.each_free_threaded(test_real)


harness.main(test)

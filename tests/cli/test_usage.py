# SPDX-License-Identifier: MIT
"""Command lines: what is refused and how, help and version, completion."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import harness
from harness import LEAKTOP, check, check_equal, check_in, check_refusal, leaktop

COMPLETION = harness.TESTS.parent / "cmd" / "completions" / "leaktop"


def test_refusals():
    for arguments, words in (
        (["--no-such"], ["--no-such", "--help"]),
        (["-Z"], ["'-Z'", "--help"]),
        (["snapshot", "--delay", "3"], ["--delay", "leaktop snapshot --help"]),
        (["--json=1"], ["--json", "takes no value"]),
        (["-p"], ["'-p'", "needs a value"]),
        (["--pid"], ["--pid", "needs a value"]),
        (["-p", "0"], ["'0'", "process id"]),
        (["-p", "-3"], ["'-3'", "process id"]),
        (["-p", "12x"], ["'12x'", "process id"]),
        (["-p", "99999999999"], ["process id"]),
        (["-d", "0"], ["--delay", "'0'"]),
        (["-d", "1,5"], ["--delay", "'1,5'"]),
        (["-d", "nan"], ["--delay", "'nan'"]),
        (["-d", "5x"], ["--delay", "'5x'", "500ms"]),
        (["-n", "0"], ["--count", "'0'"]),
        (["-n", "1.5"], ["--count", "'1.5'"]),
        (["-r", "-1"], ["--rows", "'-1'"]),
        (["--max-pause", "0"], ["--max-pause", "'0'"]),
        (["--max-memory", "5Q"], ["--max-memory", "'5Q'", "512M"]),
        (["frobnicate"], ["frobnicate", "--help"]),
        (["0"], ["'0'", "process id"]),
        (["47x"], ["'47x'", "--help"]),
        (["1", "-p", "2", "--batch"], ["one process"]),
        (["-p", "1", "snapshot"], ["leaktop snapshot"]),
        (["snapshot", "extra"], ["'extra'"]),
        (["snapshot"], ["-p PID"]),
        (["-p", "1", "-p", "2", "--batch"], ["one process"]),
        (["doctor", "-p", "1", "-p", "2"], ["one process"]),
        (["help", "frobnicate"], ["frobnicate"]),
    ):
        check_refusal(leaktop(*arguments), 2, *words)


def test_help():
    general = leaktop("--help")
    check_equal((general.returncode, general.stderr), (0, ""), "--help")
    check_equal(leaktop("help").stdout, general.stdout, "help says the same")
    check_equal(leaktop("help", "snapshot").stdout, leaktop("snapshot", "--help").stdout,
                "help of a command")
    check_equal(leaktop("-p", "1", "-h").stdout, general.stdout, "-h wins over what else is asked")
    version = leaktop("--version")
    check_equal((version.returncode, version.stdout.split()[0]), (0, "leaktop"), "--version")
    check_equal(leaktop("version").stdout, version.stdout, "version says the same")
    with open("/dev/full", "w", encoding="ascii") as full:
        result = leaktop("--help", stdout=full)
    check_equal(result.returncode, 1, "help onto a full disk fails")
    check_in("No space left", result.stderr, "and says why")


def complete(directory, *words):
    script = (f'PATH={directory}:$PATH; . {COMPLETION}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
              '_leaktop; printf "%s\\n" "${COMPREPLY[@]}"')
    result = subprocess.run(["bash", "--norc", "-c", script, "bash", "leaktop", *words],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            check=False, timeout=harness.DEADLINE_SECONDS)
    return result.stdout.split()


def test_completion():
    directory = tempfile.mkdtemp(prefix="leaktop-completion-")
    try:
        os.symlink(LEAKTOP, pathlib.Path(directory, "leaktop"))
        check_equal(complete(directory, "snap"), ["snapshot"], "a command")
        check_equal(complete(directory, "--bat"), ["--batch"], "an option")
        check_equal(complete(directory, "snapshot", "--bat"), [], "not of this command")
        check_equal(complete(directory, "snapshot", "--max-p"), ["--max-pause"], "but this is")
        check_equal(complete(directory, "help", "doc"), ["doctor"], "a command to explain")
        check(str(os.getpid()) in complete(directory, "-p", str(os.getpid())), "a Python process")
    finally:
        shutil.rmtree(directory)


def test():
    test_refusals()
    test_help()
    test_completion()


harness.main(test)

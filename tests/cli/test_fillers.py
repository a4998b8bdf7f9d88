#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The code that fills a container, in each way of filling, before and after the interpreter rewrote it."""

import json

import harness
from harness import check_equal, check_in, leaktop


def fillers_of(target, path):
    result = leaktop("inspect", "-p", target.pid, "--json", path)
    if result.returncode != 0:
        raise RuntimeError(f"leaktop inspect: status {result.returncode}: {result.stderr}")
    if result.stderr:
        raise RuntimeError(f"leaktop inspect says: {result.stderr}")
    found = json.loads(result.stdout)["filled_by"]
    return [[one["file"], one["function"], one["line"], one["how"]] for one in found or []]


def check_all(target, when):
    for path, expected in json.loads(target.ask("expected")).items():
        check_equal(fillers_of(target, path), expected, f"{path} {when}")


def test(interpreter):
    with harness.Target(interpreter, "fills.py") as target:
        check_all(target, "as compiled")
        text = leaktop("inspect", "-p", target.pid, "__main__.stored").stdout
        check_in("\nfilled in fill_stored (fills.py:", text, "in words")
        target.ask("hot")
        check_all(target, "once specialised")
        target.ask("trace calls")
        target.ask("hot")
        check_all(target, "with calls watched")
        target.ask("trace lines")
        target.ask("hot")
        for path, expected in json.loads(target.ask("expected")).items():
            found = fillers_of(target, path)
            wrong = [one for one in found if one not in expected]
            check_equal(wrong, [], f"{path} with lines watched: nothing wrong is said")
        harness.check_unharmed(target)


harness.main(lambda: harness.each_interpreter(test))

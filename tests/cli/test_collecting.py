# SPDX-License-Identifier: MIT
"""A collector that is at work while the target is stopped: its lists are broken then."""

import harness
from harness import check, check_equal, leaktop, snapshot, types_of


def blocked(interpreter):
    """A collection that does not end while leaktop waits: the result says that it is not exact."""
    with harness.Target(interpreter, "collecting.py") as target:
        exact = snapshot(target.pid)
        check_equal(exact["heap"].get("exact"), True, "no collection: exact")
        check_equal(target.ask("block"), "collecting", "the target is in a finalizer")
        document = snapshot(target.pid)
        check_equal(document["heap"].get("exact"), False, "a collection that blocks: inexact")
        found = types_of(document)["list"]["count"]
        check(found >= 10000, "and yet what the roots reach is counted", found)
        result = leaktop("snapshot", "-p", target.pid)
        check("collect" in result.stdout + result.stderr, "the text says why", result.stdout[:2000])
        target.process.stdin.write(b"x")
        target.process.stdin.flush()
        check_equal(target.read_line(), "pong", "the collection goes on")
        harness.check_unharmed(target)


def busy(interpreter):
    """Collections all the time, with moments between them: leaktop finds one."""
    with harness.Target(interpreter, "collecting.py") as target:
        target.ask("busy")
        documents = [snapshot(target.pid) for _ in range(10)]
        exact = sum(document["heap"].get("exact") is True for document in documents)
        check(exact > 0, "moments without a collection are found", exact)
        fewest = min(types_of(document)["list"]["count"] for document in documents)
        check(fewest >= 10000, "and nothing is missing", fewest)
        harness.check_unharmed(target)


def test(interpreter):
    blocked(interpreter)
    busy(interpreter)


harness.main(lambda: harness.each_interpreter(test))

# SPDX-License-Identifier: MIT
"""Threads: Python's are found among the kernel's by their ids, with the names that Python gave them
and the function that each is in."""

import json

import harness
from harness import check, check_equal, check_unharmed, leaktop, snapshot


def test_ids(target, ids):
    rows = {row["tid"]: row for row in snapshot(target.pid)["threads"]}
    check_equal({row["name"]: tid for tid, row in rows.items()}, ids, "names and ids are Python's")
    check(all(row["is_python"] for row in rows.values()), "all are Python threads", rows)
    check_equal(rows[target.pid]["name"], "MainThread", "the first one is the process")
    for name, tid in ids.items():
        if not name.startswith("painter"):
            continue
        # threading is on top of the stack, down to the lock that it waits for.
        row = rows[tid]
        check(str(row["file"]).endswith("threading.py"), f"{name}: where it waits", row)
        check(row["function"] and row["line"] > 0 and row["depth"] >= 5, f"{name}: its frame", row)


def test_batch(target, ids):
    """So it is in each sample."""
    result = leaktop("-p", target.pid, "--batch", "--json", "-n", 2, "-d", 0.1)
    check_equal((result.returncode, result.stderr), (0, ""), "--batch ends well")
    samples = [json.loads(line) for line in result.stdout.splitlines()]
    check_equal(len(samples), 2, "two samples")
    for sample in samples:
        found = {row["name"]: row["tid"] for row in sample["threads"]}
        check_equal(found, ids, "a sample has the same threads")


def test(interpreter):
    with harness.Target(interpreter, "threads.py") as target:
        ids = json.loads(target.ask("ids"))
        test_ids(target, ids)
        test_batch(target, ids)
        check_unharmed(target)


harness.main(lambda: harness.each_interpreter(test))

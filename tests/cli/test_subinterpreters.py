# SPDX-License-Identifier: MIT
"""The heaps of all interpreters of a process are one answer."""

import harness
from harness import check, check_equal, snapshot, types_of


def test(interpreter):
    with harness.Target(interpreter, "subinterpreters.py") as target:
        for number in (2000, 3000):
            target.ask(f"grow {number - (number == 3000) * 2000}")
            document = snapshot(target.pid)
            found = types_of(document).get("__main__.OfTheSecond", {"count": 0})
            check_equal(found["count"], number, f"{number} objects of the second interpreter")
            held = [
                row["path"]
                for row in document["containers"]
                if row["type"] == "list" and row["length"] == number
            ]
            check(held and held[0].endswith("__main__.held"), "their list has its name", held)
        harness.check_unharmed(target)


harness.main(lambda: harness.each_interpreter(test))

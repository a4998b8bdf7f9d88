# SPDX-License-Identifier: MIT
"""leaktop counts a rich heap as the interpreter itself does: equal for what the collector tracks, no
less for what gc.get_referents reaches, and equal changes for everything when the heap grows. Where
the interpreter lists every object (sys.getobjects, of builds with Py_TRACE_REFS), nearly all of
them are found."""

import json
import pathlib

import harness
from harness import check, check_equal, snapshot, types_of

GROWTH = 50
SHARE_MIN = 0.999  # of all objects that there are, type by type


class Moment:
    """The heap at one moment, as the oracle and as leaktop see it."""

    def __init__(self, target, interpreter, name):
        inside = f"{target.inside}/{name}"
        assert target.ask(f"count {inside}") == "counted"
        oracle = json.loads(pathlib.Path(interpreter.root, inside.lstrip("/")).read_text())
        self.tracked, self.closure = oracle["tracked"], oracle["closure"]
        self.every = oracle["every"]
        self.document = snapshot(target.pid)
        self.types = types_of(self.document)

    def count(self, name):
        return self.types.get(name, {"count": 0})["count"]

    def size(self, name):
        return self.types.get(name, {"bytes": 0})["bytes"]

    def found_tracked(self):
        """What leaktop found in the collector's lists, in the oracle's form."""
        return {
            name: [row["tracked_count"], row["tracked_bytes"]]
            for name, row in self.types.items()
            if row["tracked_count"]
        }


def differences(found, expected):
    """The rows of two tables that differ, as text."""
    names = sorted({*found, *expected})
    return "\n".join(
        f"{name}: leaktop {found.get(name)}, interpreter {expected.get(name)}"
        for name in names
        if found.get(name) != expected.get(name)
    )


def check_moment(moment, what):
    expected = moment.tracked
    wrong = differences(moment.found_tracked(), expected)
    check(not wrong, f"{what}: tracked objects equal gc.get_objects() and sys.getsizeof", wrong)
    less = "\n".join(
        f"{name}: leaktop {moment.count(name)}, interpreter {count}"
        for name, (count, _) in moment.closure.items()
        if moment.count(name) < count
    )
    check(not less, f"{what}: nothing that gc.get_referents reaches is missing", less)
    heap = moment.document["heap"]
    check_equal(heap["unreadable"], 0, f"{what}: everything could be read")
    check_equal(
        heap["objects"],
        sum(row["count"] for row in moment.types.values()),
        f"{what}: the total is the sum of the types",
    )
    check_share(moment, what)
    check_equal(
        heap["tracked"], sum(row[0] for row in expected.values()), f"{what}: tracked in total"
    )


def check_share(moment, what):
    """Which share of all objects was found. Of a type that is missing, others must not make up."""
    if not moment.every:
        return
    missing = {name: count - moment.count(name) for name, count in moment.every.items()}
    missing = {name: count for name, count in missing.items() if count > 0}
    total = sum(moment.every.values())
    share = 1 - sum(missing.values()) / total
    what = f"{what}: {share:.3%} of the {total:,} objects of sys.getobjects are found"
    check(share >= SHARE_MIN, what)
    harness.note(f"missing: {missing}")


def check_growth(before, after, made, kinds):
    """Every change equals what the target made: for atoms by its own reckoning, for all else by the
    interpreter's count, which must hold every kind GROWTH times at least."""
    names = {*before.types, *after.types, *before.tracked, *after.tracked, *made}
    expected = {}
    for name in names:
        tracked = after.tracked.get(name, [0, 0])[0] - before.tracked.get(name, [0, 0])[0]
        seen = after.closure.get(name, [0, 0])[0] - before.closure.get(name, [0, 0])[0]
        expected[name] = made.get(name, max(tracked, seen))
    found = {name: after.count(name) - before.count(name) for name in names}
    wrong = differences(found, expected)
    check(not wrong, "every count changed by what the target made", wrong)

    def reckoned(name):  # the bytes, where the interpreter shows all objects of that type
        old, new = before.closure.get(name, [0, 0]), after.closure.get(name, [0, 0])
        return new[1] - old[1] if new[0] - old[0] == expected[name] else None

    wrong = "\n".join(
        f"{name}: leaktop {after.size(name) - before.size(name):+}, interpreter {reckoned(name):+}"
        for name in sorted(names)
        if reckoned(name) not in (None, after.size(name) - before.size(name))
    )
    check(not wrong, "every size changed by what the target made", wrong)
    for kind, name in kinds.items():
        check(found.get(name, 0) >= GROWTH, f"{kind} grew by {GROWTH} or more", found.get(name))


def test(interpreter):
    with harness.Target(interpreter, "oracle.py", flags=("-I", "-S")) as target:
        kinds = json.loads(target.ask("kinds"))
        before = Moment(target, interpreter, "before.json")
        check_moment(before, "at first")
        made = json.loads(target.ask(f"grow {GROWTH}"))
        after = Moment(target, interpreter, "after.json")
        check_moment(after, "grown")
        check_growth(before, after, made, kinds)


def test_allocators(interpreter):
    """Other allocators pad their blocks, fill what is free, or have no pools at all."""
    for what, flags, environment in (
        ("PYTHONMALLOC=malloc", (), {"PYTHONMALLOC": "malloc"}),
        ("PYTHONMALLOC=debug", (), {"PYTHONMALLOC": "debug"}),
        ("-X dev", ("-X", "dev"), {}),
    ):
        with harness.Target(
            interpreter, "oracle.py", flags=("-s", "-S", *flags), env=environment
        ) as target:
            target.ask(f"grow {GROWTH}")
            check_moment(Moment(target, interpreter, "after.json"), what)


def test_all(interpreter):
    test(interpreter)
    test_allocators(interpreter)


harness.main(lambda: harness.each_interpreter(test_all))

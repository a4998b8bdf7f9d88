# SPDX-License-Identifier: MIT
"""The interpreters of a process, together and apart: what each has is what it counts itself, its
containers carry its name, and all of them add up to the process."""

import pathlib

import harness
from harness import check, check_equal, check_in, container_of, leaktop, snapshot, types_of

GROWTH = 3000


def counted(target, interpreter, number):
    """type -> [count, bytes] of what the interpreter of that number tracks, by its own reckoning."""
    inside = f"{target.inside}/count.{number}"
    assert target.ask(f"count {number} {inside}") == "counted"
    lines = pathlib.Path(interpreter.root, inside.lstrip("/")).read_text().splitlines()
    rows = (line.split(" ", 2) for line in lines)
    return {name: [int(count), int(size)] for count, size, name in rows}


def tracked(rows):
    """The same as leaktop has it."""
    return {
        row["type"]: [row["tracked_count"], row["tracked_bytes"]]
        for row in rows
        if row["tracked_count"] and row["type"] != "frame"
    }


def differences(found, expected):
    return "\n".join(
        f"{name}: leaktop {found.get(name)}, interpreter {expected.get(name)}"
        for name in sorted({*found, *expected})
        if found.get(name) != expected.get(name)
    )


def check_sums(document):
    heap, apart = document["heap"], document["interpreters"]
    for member in ("objects", "bytes", "tracked", "untracked"):
        check_equal(sum(one[member] for one in apart), heap[member], f"{member} add up")
    columns = ("count", "bytes", "tracked_count", "tracked_bytes")
    sums = {}
    for one in apart:
        for row in one["types"]:
            old = sums.setdefault(row["type"], [0] * len(columns))
            sums[row["type"]] = [before + row[name] for before, name in zip(old, columns)]
    expected = {row["type"]: [row[name] for name in columns] for row in document["types"]}
    wrong = differences(sums, expected)
    check(not wrong, "every type adds up", wrong)
    for one in apart:
        check_equal(
            one["objects"], sum(row["count"] for row in one["types"]), f"{one['id']}: its types"
        )


def check_tracked(interpreter, document, expected):
    """expected: of each id. CPython 3.8 has one collector, which shows everybody everything."""
    if interpreter.release.startswith("3.8."):
        for number, own in expected.items():
            wrong = differences(tracked(document["types"]), own)
            check(not wrong, f"all is what interpreter {number} tracks", wrong)
        return
    for one in document["interpreters"]:
        wrong = differences(tracked(one["types"]), expected[one["id"]])
        check(not wrong, f"interpreter {one['id']} has what it tracks", wrong)
        generations = one["gc"]["generations"]
        check_equal(
            sum(row["objects"] for row in generations) + one["gc"]["frozen"],
            one["tracked"],
            f"interpreter {one['id']}: its collector's lists",
        )


def check_reached(document):
    heap = document["heap"]
    lost = sum(row["count"] for row in heap["unreached_blocks"] or [])
    check(
        lost <= max(heap["blocks"] or 0, heap["objects"]) / 1000,  # no blocks without pymalloc
        "the allocators of all hold nothing unknown",
        heap["unreached_blocks"],
    )
    check_equal(heap["unreadable"], 0, "everything could be read")


def check_blocks(before, document, grown):
    """Wherever it gets its memory from: of each session at least it, its list and its int."""
    if document["heap"]["blocks"] is None:  # built without pymalloc
        check_equal(document["memory"]["pymalloc_used_bytes"], 0, "there are no blocks to see")
        return
    blocks = document["heap"]["blocks"] - before["heap"]["blocks"]
    check(blocks >= 3 * GROWTH, f"the blocks of interpreter {grown} are seen", blocks)
    used = [one["memory"]["pymalloc_used_bytes"] for one in (before, document)]
    check(used[1] - used[0] >= 3 * GROWTH * 32, "and count as pymalloc's", used)


def path_of(number):
    return f"<interpreter {number}>.__main__.cache" if number else "__main__.cache"


def sessions_of(document, number):
    own = next(one for one in document["interpreters"] if one["id"] == number)
    rows = {row["type"]: row for row in own["types"]}
    return rows.get("__main__.Session", {"count": 0})["count"]


def check_caches(document, lengths):
    for number, length in lengths.items():
        found = container_of(document, path_of(number))
        check_equal(found and found["length"], length, f"length of {path_of(number)}")
        check_equal(sessions_of(document, number), length, f"sessions of interpreter {number}")
    check_equal(
        types_of(document)["__main__.Session"]["count"], sum(lengths.values()), "all sessions"
    )


def check_text(target, grown):
    """The view of them, live and out of a file, and the holder's name in the verdict."""
    for number in range(2):
        file = pathlib.Path(target.directory, "samples.leaktop")
        result = leaktop("record", "-p", target.pid, "-o", file)
        check_equal(result.returncode, 0, f"recorded: {result.stderr}")
        if not number:
            target.ask(f"grow {grown} {GROWTH}")
    for what, arguments in (
        ("live", ("snapshot", "-p", target.pid)),
        ("batch", ("-p", target.pid, "--batch", "-n", "1")),
        ("recorded", (file, "--batch")),
    ):
        lines = leaktop(*arguments).stdout.splitlines()
        check("Interpreters" in lines, f"{what}: the view of them", "\n".join(lines))
        start = lines.index("Interpreters") + 2 if "Interpreters" in lines else len(lines)
        ids = [line.split()[0] for line in lines[start : start + 3]]
        check_equal(len(set(ids)), 3, f"{what}: each of them")
    check_in(path_of(grown), leaktop(file, "--batch").stdout, "recorded: its cache")
    result = leaktop("diff", file)
    check_in(path_of(grown), result.stdout, "the growth is in the cache of that one")


def test(interpreter):
    with harness.Target(interpreter, "subinterpreters.py") as target:
        _, shared, own = target.greeting.split()
        ids = [0, int(shared), int(own)]
        lengths = dict.fromkeys(ids, 1000)
        for grown in (ids[2], ids[1]):
            before = snapshot(target.pid)
            target.ask(f"grow {grown} {GROWTH}")
            lengths[grown] += GROWTH
            expected = {number: counted(target, interpreter, number) for number in ids}
            document = snapshot(target.pid)
            check_equal([one["id"] for one in document["interpreters"]], ids, "the interpreters")
            check_sums(document)
            check_tracked(interpreter, document, expected)
            check_reached(document)
            check_caches(document, lengths)
            changes = [
                new["objects"] - old["objects"]
                for old, new in zip(before["interpreters"], document["interpreters"])
            ]
            check_blocks(before, document, grown)
            check(
                all((change >= 3 * GROWTH) == (number == grown) for change, number in zip(changes, ids)),
                f"interpreter {grown} alone grows",
                changes,
            )
        check_text(target, ids[2])
        harness.check_unharmed(target)


def test_single(interpreter):
    """Where there is one, nothing is told apart."""
    with harness.Target(interpreter, "counter.py") as target:
        document = snapshot(target.pid)
        (only,) = document["interpreters"]
        check_equal(only["objects"], document["heap"]["objects"], "one has all the objects")
        check_equal(only["types"], None, "their types are those of the process")
        text = leaktop("snapshot", "-p", target.pid).stdout
        check("Interpreters" not in text, "no view of a single one", text)
        check("<interpreter" not in text.replace("<interpreter>", ""), "no name of it", text)


def test_all(interpreter):
    test(interpreter)
    test_single(interpreter)


harness.main(lambda: harness.each_interpreter(test_all))

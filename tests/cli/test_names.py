# SPDX-License-Identifier: MIT
"""Containers have the names that Python would use, and are followed from sample to sample."""

import json

import harness
from harness import check, check_equal, snapshot


def by_length(document, lengths):
    """Name -> the container that has the length of that name."""
    rows = {row["length"]: row for row in document["containers"]}
    return {name: rows.get(length, {}) for name, length in lengths.items()}


def is_named(row, name):
    path = row.get("path", "")
    if "." not in name:  # a local variable: where its frame hangs is not ours to say
        return path.endswith(f".{name}")
    if name == "__main__.cached":  # whose dict has no name in Python
        return path.startswith(name)
    return path == name


def check_names(rows, what):
    for name, row in rows.items():
        check(is_named(row, name), f"{what}: {name}", row)


def test(interpreter):
    with harness.Target(interpreter, "names.py") as target:
        lengths = json.loads(target.ask("lengths"))
        shown = by_length(snapshot(target.pid, "--values"), lengths)
        check_names(shown, "with --values")
        document = snapshot(target.pid)
        paths = [row["path"] for row in document["containers"] if row["length"] > 1000]
        check("<interned strings>" in paths, "the dict of interned strings", paths)
        hidden = by_length(document, lengths)
        for name, path in (
            ('__main__.nested["inner"]["deep"]', "__main__.nested[...][...]"),
            ('__main__.nested["other"][2]', "__main__.nested[...][2]"),
        ):
            check_equal(hidden.pop(name).get("path"), path, f"without --values: {path}")
        check_names(hidden, "without --values")
        target.ask("grow")
        grown = by_length(
            snapshot(target.pid, "--values"), {name: size + 1 for name, size in lengths.items()}
        )
        check_names(grown, "one entry more")
        for name, row in grown.items():
            check_equal(row.get("address"), shown[name].get("address"), f"{name} is the same")
            check_equal(row.get("type"), shown[name].get("type"), f"{name} has its type")


harness.main(lambda: harness.each_interpreter(test))

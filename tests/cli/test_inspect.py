#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""leaktop inspect: the object of that name, what it has, and what it retains, as the process counts it."""

import json

import harness
from harness import check, check_equal, check_refusal, leaktop

SECRETS = ("user 1", "name 1", "email 1")


def inspect(target, *arguments):
    """The document of `leaktop inspect --json`. Failing is an exception."""
    result = leaktop("inspect", "-p", target.pid, "--json", *arguments)
    if result.returncode != 0:
        raise RuntimeError(f"leaktop inspect: status {result.returncode}: {result.stderr}")
    return json.loads(result.stdout)


def entries_of(document):
    return {entry["name"]: entry for entry in document["entries"]}


def check_retained(target):
    for path, expected in json.loads(target.ask("retained")).items():
        document = inspect(target, path)
        check_equal(document["retained_bytes"], expected, f"{path} retains")
        check_equal(document["path"], path, f"{path}: its path")


def check_module(target):
    document = inspect(target)
    check_equal((document["path"], document["type"]), ("__main__", "module"), "without a name")
    entries = entries_of(document)
    for name, kind, length in (
        ("cache", "dict", 2000),
        ("nodes", "list", 3),
        ("Node", "type", None),
        ("queue", "collections.deque", 7),
        ("retained", "function", None),
    ):
        entry = entries.get(name, {})
        found = (entry.get("type"), entry.get("length"), entry.get("value"))
        check_equal(found, (kind, length, None), f"__main__ has {name}")
        check(name in document["names"], f"{name} is among the names")
        inner = inspect(target, f"__main__.{name}")
        for key in ("address", "size_bytes", "retained_bytes", "type"):
            check_equal(inner[key], entry.get(key), f"{name} has the same {key}")
        by_address = inspect(target, hex(inner["address"]))
        check_equal(by_address["type"], kind, f"{name} by its address")
    sizes = [entry["retained_bytes"] for entry in document["entries"]]
    check_equal(sizes, sorted(sizes, reverse=True), "what retains most comes first")


def check_entries(target):
    user = "__main__.cache"
    document = inspect(target, user)
    check_equal(
        [(entry["name"], entry["type"], entry["count"], entry["address"])
         for entry in document["entries"]],
        [("[...]", "dict", 2000, None)],
        "keys that are data are not shown",
    )
    for secret in SECRETS:
        check(secret not in json.dumps(document), f"no '{secret}' in the document")
    shown = inspect(target, user, "--values")
    check_equal(len(shown["entries"]), 2000, "with --values each is there")
    first = shown["entries"][0]["name"]
    check(first.startswith('["user 1'), "with its key", first)
    inner = inspect(target, user + first.replace('"', "'"), "--values")
    check_equal(sorted(entries_of(inner)), ['["email"]', '["name"]'], "which leads to it")
    node = inspect(target, "__main__.nodes[0]")
    check_equal(sorted(node["names"]), ["inner", "label"], "attributes of an instance")
    slots = inspect(target, "__main__.slotted")
    check_equal(sorted(slots["names"]), ["first", "second"], "and those in slots")
    plain = inspect(target, "__main__.plain", "--values")
    check_equal(
        {name: entry["value"] for name, entry in entries_of(plain).items()},
        {"[0]": str(1 << 40), "[1]": '"word"', "[2]": "True", "[3]": "None"},
        "plain values",
    )


def check_text(target):
    result = leaktop("inspect", "-p", target.pid, "__main__.nodes")
    lines = result.stdout.splitlines()
    check(lines[0].startswith("__main__.nodes: list of 3, "), "the object in a line", lines[:1])
    check(lines[0].endswith(" retained"), "and what it retains", lines[:1])
    check(any("NAME" in line and "RETAINED" in line for line in lines), "its entries", lines)
    check_equal(result.stderr, "", "nothing else is said")


def check_refusals(target):
    for name, status, words in (
        ("__main__.missing", 1, ("__main__", "no attribute 'missing'")),
        ("__main__.nodes[3]", 1, ("__main__.nodes has no entry 3",)),
        ("__main__.cache['nobody']", 1, ("__main__.cache", "no entry 'nobody'")),
        ("missing.cache", 1, ("no module 'missing'",)),
        ("0x10", 1, ("no object", "0x10")),
        ("<interpreter 77>.__main__", 1, ("interpreter 77",)),
        ("0xzz", 2, ("no address",)),
        ("__main__..x", 2, ("no path",)),
        ("__main__.nodes[", 2, ("no path",)),
        ("__main__.nodes[1", 2, ("no path",)),
        ("__main__.nodes[]", 2, ("no path",)),
        ("__main__.cache['x", 2, ("no path",)),
        ("__main__.", 2, ("no path",)),
        (".x", 2, ("no path",)),
        ("[1]", 2, ("no path",)),
        ("", 2, ("no path",)),
    ):
        check_refusal(leaktop("inspect", "-p", target.pid, name), status, *words)
    check_refusal(leaktop("inspect", "__main__"), 2, "-p")
    check_refusal(leaktop("inspect", "-p", target.pid, "a", "b"), 2, "'b'")
    check_refusal(
        leaktop("inspect", "-p", target.pid, "--max-memory", "1"), 1, "cannot look for '__main__'"
    )


def test(interpreter):
    with harness.Target(interpreter, "inspected.py") as target:
        check_retained(target)
        check_module(target)
        check_entries(target)
        check_text(target)
        check_refusals(target)
        harness.check_unharmed(target)


harness.main(lambda: harness.each_interpreter(test))

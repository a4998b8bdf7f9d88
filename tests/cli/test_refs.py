#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""leaktop refs: who holds an object or the objects of a type, as the process itself says, and by
which ways from a root."""

import collections
import json
import shutil
import subprocess

import harness
from harness import check, check_equal, check_refusal, leaktop


def refs(target, *arguments):
    """The document of `leaktop refs --json`. Failing is an exception."""
    result = leaktop("refs", "-p", target.pid, "--json", *arguments)
    if result.returncode != 0:
        raise RuntimeError(f"leaktop refs: status {result.returncode}: {result.stderr}")
    return json.loads(result.stdout)


def paths_of(document):
    return {entry["path"]: entry["count"] for entry in document["paths"]}


def referrers_of(document):
    counts = collections.Counter()
    for entry in document["referrers"]:
        counts[entry["type"]] += entry["count"]
    return counts


def check_referrers(target):
    """Against the process: each of these refers once."""
    for name, path in (
        ("several", "__main__.holding[0][0]"),
        ("child", "__main__.parent.child"),
        ("node", "__main__.nodes[7]"),
        ("inner", "__main__.nodes[7].inner"),
        ("looping", "__main__.looping"),
    ):
        expected = json.loads(target.ask(f"referrers {name}"))
        check_equal(dict(referrers_of(refs(target, path))), expected, f"what refers to {path}")


def check_ways(target, addresses):
    for name, subject, expected in (
        ("a global", "__main__.cache", {"__main__.cache": 1}),
        ("a list in an attribute", "__main__.users.listed[0]", {"__main__.users.listed[...]": 1}),
        ("two holders", hex(addresses["both"]),
         {"__main__.by_id[...]": 1, "__main__.by_name[...]": 1}),
        ("a closure", hex(addresses["captured"]),
         {"__main__.closure.__closure__[...].cell_contents": 1}),
        ("an attribute of a class", "__main__.Registry.known", {"__main__.Registry.known": 1}),
        ("a key", hex(addresses["key"]), {"__main__.keyed.<key>": 1}),
        ("a value among many", hex(addresses["name"]), {"__main__.cache[...]": 1}),
        ("a child that refers to its parent", "__main__.parent.child", {"__main__.parent.child": 1}),
        ("a parent to which its child refers", "__main__.parent", {"__main__.parent": 1}),
        ("what refers to itself", "__main__.looping", {"__main__.looping": 1}),
        ("several", hex(addresses["several"]),
         {"__main__.holding[...][...]": 5, "__main__.holding[...]{...}": 1,
          "__main__.holding[...].held": 1}),
        ("a type", "__main__.Node", {"__main__.nodes[...]": 1000}),
    ):
        document = refs(target, subject)
        check_equal(paths_of(document), expected, f"{name}: the ways to it")
        check_equal(
            (document["schema"], document["subject"]["path"], document["paths_left_out"]),
            ("leaktop.refs/1", subject, 0), f"{name}: of what")
    paths = paths_of(refs(target, hex(addresses["local"])))
    check_equal(len(paths), 1, "a local has one way")
    path = next(iter(paths))
    check(path.startswith("<frame wait held.py:") and path.endswith(">.local_of_a_thread"),
          "by its frame", path)


def check_types(target, addresses):
    nodes = refs(target, "__main__.Node")
    check_equal((nodes["subject"]["type"], nodes["subject"]["count"]), ("__main__.Node", 1000),
                "all objects of the type are meant")
    inner = refs(target, "__main__.nodes[3]")
    check_equal(inner["subject"]["count"], 1, "a path is one object")
    check_equal(nodes["subject"]["bytes"], 1000 * inner["subject"]["bytes"], "its bytes")
    retained = inner["subject"]["retained_bytes"]
    check(nodes["subject"]["retained_bytes"] >= 1000 * retained - 1000 * 64,
          "and what they retain", nodes["subject"])
    sessions = refs(target, "__main__.Session")
    check_equal(sessions["subject"]["count"], addresses["sessions"], "sessions")
    check_equal(sum(paths_of(sessions).values()), 13, "and every reference to one")
    users = refs(target, "dict")
    check_equal(paths_of(users).get("__main__.cache[...]"), 3000, "dicts that a dict holds")
    check_equal(users["paths"][0]["path"], "__main__.cache[...]", "are first")
    links = refs(target, "__main__.Link")
    check_equal(links["subject"]["count"], 500, "links of a chain")
    check_equal(sum(paths_of(links).values()), 500, "each is held once")
    chain = refs(target, "__main__.chain")["subject"]
    check_equal(links["subject"]["retained_bytes"], chain["retained_bytes"],
                "what is retained by one of them counts once")
    lonely = refs(target, "__main__.Lonely")["subject"]
    check_equal((lonely["type"], lonely["count"]), ("type", 1), "a class without objects is itself")
    itself = refs(target, "sys.modules['__main__'].Node")
    check_equal(itself["subject"]["type"], "type", "a class by another path is itself")
    check(paths_of(itself).get("__main__.nodes[...].__class__") == 1000, "its objects hold it",
          paths_of(itself))
    check_equal(refs(target, "collections.deque")["subject"]["type"], "collections.deque",
                "a type of the library")


def check_values(target, addresses):
    subject = hex(addresses["name"])
    for secret in ("user 7", "name 7"):
        check(secret not in json.dumps(refs(target, subject)), f"no '{secret}' in the document")
    shown = refs(target, subject, "--values")
    check_equal(paths_of(shown), {'__main__.cache["user 7"]': 1}, "keys with --values")
    check_equal(shown["referrers"], [{"type": "dict", "via": "[...]", "count": 1}],
                "which referrers do without")


def check_text(target):
    result = leaktop("refs", "-p", target.pid, "__main__.Node")
    lines = result.stdout.splitlines()
    check(lines[0].startswith("__main__.Node: 1,000 objects, "), "the subject in a line", lines)
    check(lines[0].endswith(" retained"), "and what it retains", lines[:1])
    check("Held by" in lines and "Referrers" in lines, "two tables", lines)
    check(any(line.split() == ["__main__.nodes[...]", "1,000"] for line in lines), "a way", lines)
    check(any(line.split() == ["list", "[...]", "1,000"] for line in lines), "a referrer", lines)
    check_equal(result.stderr, "", "nothing else is said")
    single = leaktop("refs", "-p", target.pid, "__main__.cache").stdout.splitlines()
    check(single[0].startswith("__main__.cache: dict, "), "a single object", single[:1])
    few = leaktop("refs", "-p", target.pid, "__main__.Session", "-r", "1").stdout
    check("more rows)" in few, "rows that are left out are counted", few)


def check_picture(target):
    """What it draws is looked at as graphviz reads it, where that is installed."""
    result = leaktop("refs", "-p", target.pid, "--dot", "__main__.Session")
    for part in (
        "6 objects",
        '[shape=box, label="__main__"]',
        '-> subject [label="[...]\\n(5)"]',
        '[label=".cell_contents"]',
    ):
        check(part in result.stdout, f"the picture has {part}", result.stdout)
    check_equal(result.stderr, "", "nothing else is said")
    one = leaktop("refs", "-p", target.pid, "--dot", "-r", "1", "__main__.Session").stdout
    check_equal(one.count("-> subject"), 1, "no more paths than rows")
    address = hex(json.loads(target.ask("addresses"))["name"])
    values = leaktop("refs", "-p", target.pid, "--dot", "--values", address).stdout
    check('[label="[\\"user 7\\"]"]' in values, "quotes are quoted", values)
    if not shutil.which("dot"):
        harness.skip("a picture", "no graphviz")
        return
    for text in (result.stdout, one, values):
        drawn = subprocess.run(["dot", "-Tsvg"], input=text, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, check=False)
        check_equal((drawn.returncode, drawn.stderr), (0, ""), "graphviz draws it")
        check("__main__" in drawn.stdout, "with its names", drawn.stdout[:400])


def check_refusals(target):
    for name, status, words in (
        ("__main__.missing", 1, ("no attribute 'missing'", "no object of a type '__main__.missing'")),
        ("Missing", 1, ("no module 'Missing'", "no object of a type 'Missing'")),
        ("__main__.nodes[1000]", 1, ("__main__.nodes has no entry 1000",)),
        ("0x10", 1, ("no object", "0x10")),
        ("0xzz", 2, ("no address",)),
        ("__main__..x", 2, ("no path",)),
        ("__main__.nodes[", 2, ("no path",)),
        ("", 2, ("no path",)),
    ):
        check_refusal(leaktop("refs", "-p", target.pid, name), status, *words)
    check_refusal(leaktop("refs", "-p", target.pid), 2, "name an object or a type")
    check_refusal(leaktop("refs", "dict"), 2, "-p")
    check_refusal(leaktop("refs", "-p", target.pid, "--dot", "--json", "dict"), 2, "--dot")
    check_refusal(leaktop("refs", "-p", target.pid, "a", "b"), 2, "'b'")
    check_refusal(
        leaktop("refs", "-p", target.pid, "--max-memory", "1", "dict"), 1, "cannot look for 'dict'"
    )


def test(interpreter):
    with harness.Target(interpreter, "held.py") as target:
        addresses = json.loads(target.ask("addresses"))
        check_referrers(target)
        check_ways(target, addresses)
        check_types(target, addresses)
        check_values(target, addresses)
        check_text(target)
        check_picture(target)
        check_refusals(target)
        harness.check_unharmed(target)


harness.main(lambda: harness.each_interpreter(test))

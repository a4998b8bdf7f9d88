# SPDX-License-Identifier: MIT
"""Objects with known holders. Answers "referrers NAME" with what gc.get_referrers() says of it: type ->
count as JSON; "addresses" with name -> id() of objects that have no name of their own."""

import collections
import gc
import json
import sys
import threading

USERS = 3000


class Session:
    """Held by several things of different types."""


class Node:
    """In a list, a thousand times."""

    def __init__(self, number):
        self.inner = [number]


class Slotted:
    __slots__ = ("held",)

    def __init__(self, held):
        self.held = held


class Family:
    """Parent and child refer to each other."""

    def __init__(self, parent=None):
        self.parent = parent
        self.child = None


class Link:
    def __init__(self, following):
        self.following = following


class Lonely:
    """Has no objects."""


class Weak:
    """Weak references lead to it, which do not hold."""


class Registry:
    known = [Session()]


class Users:
    def __init__(self):
        self.listed = [Session()]


local = [Session()]
local_address = id(local[0])


def wait(started):
    local_of_a_thread = local.pop()
    started.set()
    threading.Event().wait()
    return local_of_a_thread


# Before all else: up to 3.10 a frame's stack may be made of memory that has held the objects below.
started = threading.Event()
threading.Thread(target=wait, args=(started,), name="waiter", daemon=True).start()
started.wait()
cache = {f"user {i}": {"name": f"name {i}"} for i in range(USERS)}
nodes = [Node(i) for i in range(1000)]
users = Users()
both = Session()
by_id, by_name = {1: both}, {"name 1": both}
several = Session()
holding = [
    [several],
    (several,),
    {"several": several},
    {"other": several},
    {several},
    collections.deque([several]),
    Slotted(several),
]
keyed = {tuple(["key", USERS]): None}
parent = Family()
parent.child = Family(parent)
chain = None
for _ in range(500):
    chain = Link(chain)
looping = [1]
looping.append(looping)


def make_closure():
    captured = Session()

    def closure():
        return captured

    return closure


closure = make_closure()
addresses = {
    "both": id(both),
    "several": id(several),
    "captured": id(closure()),
    "local": local_address,
    "key": id(next(iter(keyed))),
    "name": id(cache["user 7"]),
    "sessions": sum(type(found) is Session for found in gc.get_objects()),
}


def referrers(name):
    subject = {
        "several": lambda: holding[0][0],
        "child": lambda: parent.child,
        "node": lambda: nodes[7],
        "inner": lambda: nodes[7].inner,
        "looping": lambda: looping,
        "Node": lambda: Node,
    }[name]
    counts = collections.Counter()
    for kind in [type(referrer) for referrer in gc.get_referrers(subject())]:
        name = kind.__qualname__
        counts[name if kind.__module__ == "builtins" else f"{kind.__module__}.{name}"] += 1
    return counts


del both, several
gc.collect()
print("READY", flush=True)
for line in sys.stdin:
    words = line.split()
    if words and words[0] == "referrers":
        print(json.dumps(referrers(words[1])), flush=True)
    elif words == ["addresses"]:
        print(json.dumps(addresses), flush=True)
    else:
        print("pong", flush=True)

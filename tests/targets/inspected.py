# SPDX-License-Identifier: MIT
"""Objects of known names. Answers "retained" with path -> what they alone keep alive, in bytes as
sys.getsizeof() has them, as JSON: every object here was made for its holder and for nobody else."""

import collections
import json
import sys

USERS = 2000
_number = 1 << 40


def text(word):
    """A str that nobody else has."""
    global _number
    _number += 1
    return f"{word} {_number}"


def number():
    global _number
    _number += 1
    return _number


def sizes(*objects):
    return sum(map(sys.getsizeof, objects))


class Node:
    """Its attributes have no dict of their own from 3.11 on."""

    def __init__(self):
        self.label = text("label")
        self.inner = [number(), number()]


class Slotted:
    __slots__ = ("first", "second")

    def __init__(self):
        self.first = text("first")
        self.second = [text("second")]


class Pool:
    instances = [Node() for _ in range(3)]


cache = {}
for _ in range(USERS):
    cache[text("user")] = {"name": text("name"), "email": text("email")}
numbers = {100000 + i: [number()] for i in range(3)}
nodes = [Node() for _ in range(3)]
slotted = Slotted()
tags = {text("tag") for _ in range(5)}
queue = collections.deque(text("job") for _ in range(7))
chain = None
for _ in range(1000):
    chain = (text("link"), chain)
# Each of two holds it, so neither alone does.
shared = [text("shared") for _ in range(100)]
holders = {"left": [shared], "right": [shared]}
del shared
plain = [1 << 40, "word", True, None]
loop = [number()]
loop.append(loop)
number()  # the last one is known to _number, too


def node_bytes(node):
    return sizes(node.label, node.inner, *node.inner)


def chain_bytes():
    total, link = 0, chain
    while link:
        total += sizes(link, link[0])
        link = link[1]
    return total


def retained():
    left = holders["left"]
    both = left[0]
    of_users = {
        "[...]": sum(sizes(user, *user.values()) for user in cache.values()),
    }
    return {
        "__main__.cache": sizes(cache, *cache) + of_users["[...]"],
        "__main__.numbers": sizes(numbers, *numbers)
        + sum(sizes(value, *value) for value in numbers.values()),
        "__main__.numbers[100001]": sizes(numbers[100001], *numbers[100001]),
        "__main__.nodes[1].inner": sizes(nodes[1].inner, *nodes[1].inner),
        "__main__.Pool.instances[2].label": sizes(Pool.instances[2].label),
        "__main__.slotted": sizes(
            slotted, slotted.first, slotted.second, slotted.second[0]
        ),
        "__main__.slotted.second": sizes(slotted.second, slotted.second[0]),
        "__main__.tags": sizes(tags, *tags),
        "__main__.queue": sizes(queue, *queue),
        "__main__.queue[3]": sizes(queue[3]),
        "__main__.chain": chain_bytes(),
        "__main__.chain[1]": chain_bytes() - sizes(chain, chain[0]),
        "__main__.holders['left']": sizes(left),
        "__main__.holders": sizes(holders, *holders.values(), both, *both),
        "__main__.loop": sizes(loop, loop[0]),
        "sys.modules['__main__'].loop": sizes(loop, loop[0]),
    }


print("READY", flush=True)
for line in sys.stdin:
    if line.strip() == "retained":
        print(json.dumps(retained()), flush=True)
    else:
        print("pong", flush=True)

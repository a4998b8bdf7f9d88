# SPDX-License-Identifier: MIT
"""Containers in all the places that have a name, each of another length so that it can be told
from the others. Answers "lengths" with name -> length as JSON, "grow" after adding one entry to
each."""

import collections
import functools
import itertools
import json
import sys
import threading

lengths = {}
_sizes = itertools.count(7000, 10)
_numbers = itertools.count(1 << 40)


def fresh(number):
    return list(itertools.islice(_numbers, number))


def size_for(name):
    lengths[name] = next(_sizes)
    return lengths[name]


module_list = fresh(size_for("__main__.module_list"))
module_dict = dict.fromkeys(fresh(size_for("__main__.module_dict")))
module_set = set(fresh(size_for("__main__.module_set")))
module_deque = collections.deque(fresh(size_for("__main__.module_deque")))
module_ordered = collections.OrderedDict.fromkeys(fresh(size_for("__main__.module_ordered")))
module_default = collections.defaultdict(
    list, dict.fromkeys(fresh(size_for("__main__.module_default")))
)
module_bytes = bytearray(size_for("__main__.module_bytes"))
# Keys are data: they are shown only when they are asked for.
nested = {
    "inner": {"deep": fresh(size_for('__main__.nested["inner"]["deep"]'))},
    "other": [1, 2, fresh(size_for('__main__.nested["other"][2]'))],
}


class Pool:
    instances = fresh(size_for("__main__.Pool.instances"))

    def __init__(self):
        self.waiters = fresh(size_for("__main__.pool.waiters"))


class Slotted:
    __slots__ = ("held",)

    def __init__(self):
        self.held = fresh(size_for("__main__.slotted.held"))


pool = Pool()
slotted = Slotted()
module = type(sys)("invented")
module.registry = fresh(size_for("invented.registry"))
sys.modules["invented"] = module
del module


def make_closure():
    captured = fresh(size_for("__main__.closure.__closure__[0].cell_contents"))

    def closure():
        return captured

    return closure


closure = make_closure()


def with_default(argument=fresh(size_for("__main__.with_default.__defaults__[0]"))):
    return argument


@functools.lru_cache(maxsize=None)
def cached(number):
    return number


for _number in range(size_for("__main__.cached")):
    cached(_number)


def wait(ready):
    local_of_a_thread = fresh(size_for("local_of_a_thread"))
    ready.set()
    grown.wait()
    local_of_a_thread.append(0)
    more.set()
    threading.Event().wait()


def generate():
    local_of_a_generator = fresh(size_for("local_of_a_generator"))
    yield
    local_of_a_generator.append(0)
    yield


generator = generate()
next(generator)
started, grown, more = threading.Event(), threading.Event(), threading.Event()
threading.Thread(target=wait, args=(started,), name="waiter", daemon=True).start()
started.wait()


def grow():
    for sequence in (
        module_list,
        module_deque,
        module_bytes,
        nested["inner"]["deep"],
        nested["other"][2],
        Pool.instances,
        pool.waiters,
        slotted.held,
        sys.modules["invented"].registry,
        closure(),
        with_default(),
    ):
        sequence.append(0)
    for mapping in (module_dict, module_ordered, module_default):
        mapping[0] = None
    module_set.add(0)
    cached(-1)
    next(generator)
    grown.set()
    more.wait()


print("READY", flush=True)
for line in sys.stdin:
    if line.strip() == "lengths":
        print(json.dumps(lengths), flush=True)
    elif line.strip() == "grow":
        grow()
        print("grown", flush=True)
    else:
        print("pong", flush=True)

# SPDX-License-Identifier: MIT
"""Containers that are filled in as many ways as there are, each by functions that are named for it.

Each line that it is sent is answered: "expected" by {path of a container: [[function, line, how],
...]}, the surest first; "hot" calls each function a thousand times; "trace NAME" has the interpreter
watch the code: "calls" by events of calls (sys.monitoring), "lines" by sys.settrace.
"""

import collections
import json
import sys
import types

OTHER = """\
class Shared(dict):
    def append(self, key):
        self[key] = key


attribute = {}
shared = Shared()


def fill_shared(key):
    shared.append(key)
"""

fills_other = sys.modules["fills_other"] = types.ModuleType("fills_other")
exec(compile(OTHER, "lib/fills_other.py", "exec"), fills_other.__dict__)

stored, chosen, items, merged, long_list, either, only_read = {}, {}, [], {}, [], {}, {}
computed, nested, keyed, passed, bound = {}, {}, {}, [], []
shared = fills_other.shared
recent = collections.deque()
members = set()
counter = 0


def number():
    global counter
    counter += 1
    return counter


def fill_stored(key):
    stored[key] = {  # line of stored
        "name": key,
        "other": [key, key],
    }
    return stored[key]


def fill_chosen(key):
    return chosen.setdefault(key, []).append(key)  # line of chosen


def fill_items(key):
    if key in only_read:
        return
    items.append(key)  # line of items


def fill_merged(key):
    merged.update({key: key}, x=key)  # line of merged


def fill_long_list(key):
    global long_list
    long_list += [key, key]  # line of long_list


def fill_either(key):
    global either
    either[key if key else 0] = key
    either.update({key: 1} if key else {})


def read_only(key):
    found = only_read.get(key), len(only_read), [only_read], str(only_read)
    other = {}
    other[len(only_read)] = key
    for each in only_read:
        other[each] = only_read[each]
    return found, other[key in only_read], stored.get(key), items[:1]


def fill_computed(key):
    computed[f"{key:>10}-{key}", (key, len(computed)), number()] = key  # line of computed


def fill_nested(key):
    def inner(value):
        nested[value] = key  # line of nested

    inner(key)


def fill_recent(key):
    recent.appendleft(key)  # line of recent


def fill_members(key):
    members.add((key, 1))  # line of members


def fill_bound(key):
    list(map(bound.append, [key]))  # line of bound


def fill_other_module(key):
    fills_other.attribute[key] = key  # line of attribute


def fill_shared(key):
    shared[key] = key  # line of shared


class Base:
    def __init__(self):
        self.history = []
        self.seen = {}
        self.grown = []

    def remember(self, key):
        self.history.append(key)  # line of history

    def forget(self, key):
        return self.history[-1:], self.seen.get(key)


class Pool(Base):
    instances = {}
    registry = {}
    __slots__ = ("slotted",)

    def __init__(self):
        super().__init__()
        self.slotted = []

    def see(self, key, value=None):
        self.seen[key] = value  # line of seen

    def grow(self, key):
        self.grown += [key]  # line of grown

    def slot(self, key):
        self.slotted.append(key)  # line of slotted

    @classmethod
    def register(cls, key):
        cls.registry[key] = cls  # line of registry


def fill_instances(key):
    Pool.instances[key] = key  # line of instances


pool = Pool()


def fill_history(key):
    pool.history.append(key)  # line of history from outside


FILLS = [
    fill_stored, fill_chosen, fill_items, fill_merged, fill_long_list, fill_either, read_only,
    fill_computed, fill_nested, fill_recent, fill_members, fill_bound, fill_other_module,
    fill_shared, fills_other.fill_shared, pool.remember, pool.see, pool.grow, pool.slot,
    Pool.register, fill_instances, fill_history,
]  # fmt: skip


def line_of(name):
    with open(__file__) as source:
        for i, line in enumerate(source, 1):
            if line.endswith(f"# line of {name}\n"):
                return i
    raise KeyError(name)


def expected():
    main = {
        "stored": [("fill_stored", "store")],
        "chosen": [("fill_chosen", "setdefault")],
        "items": [("fill_items", "append")],
        "merged": [("fill_merged", "update")],
        "long_list": [("fill_long_list", "+=")],
        "computed": [("fill_computed", "store")],
        "nested": [("inner", "store")],
        "recent": [("fill_recent", "appendleft")],
        "members": [("fill_members", "add")],
        "bound": [("fill_bound", "append")],
        "pool.seen": [("see", "store")],
        "pool.grown": [("grow", "+=")],
        "pool.slotted": [("slot", "append")],
        "Pool.registry": [("register", "store")],
        "Pool.instances": [("fill_instances", "store")],
        "only_read": [],
    }
    found = {
        f"__main__.{name}": [
            ["fills.py", function, line_of(name.rpartition(".")[2]), how] for function, how in fillers
        ]
        for name, fillers in main.items()
    }
    found["fills_other.attribute"] = [
        ["fills.py", "fill_other_module", line_of("attribute"), "store"]
    ]
    found["fills_other.shared"] = [
        ["fills.py", "fill_shared", line_of("shared"), "store"],
        ["fills_other.py", "fill_shared", OTHER.count("\n"), "append"],
    ]
    found["__main__.pool.history"] = [
        ["fills.py", "fill_history", line_of("history from outside"), "append"],
        ["fills.py", "remember", line_of("history"), "append"],
    ]
    return found


def trace(what):
    if what == "lines":
        sys.settrace(lambda *_: lambda *_: None)
    elif hasattr(sys, "monitoring"):
        events = sys.monitoring.events
        sys.monitoring.use_tool_id(3, "fills")
        sys.monitoring.register_callback(3, events.CALL, lambda *_: None)
        sys.monitoring.set_events(3, events.CALL | events.PY_START | events.PY_RETURN)


def main():
    print("READY", flush=True)
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        answer = "pong"
        if command == "trace":
            trace(argument)
        elif command == "hot":
            for i in range(1000):
                for fill in FILLS:
                    fill(i)
        elif command == "expected":
            answer = json.dumps(expected())
        print(answer, flush=True)


main()

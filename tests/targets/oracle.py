# SPDX-License-Identifier: MIT
"""A rich heap and its own count of it. CPython 3.8 and later, standard library only.

Commands, one a line:
    grow N       adds N items of every kind; answers how many atoms that makes, as JSON
    count FILE   counts the heap in a forked child, into FILE as JSON; answers "counted"
    kinds        answers type -> what one item of that kind is called, as JSON

From one answer to the next command the process waits in read(2) and its heap stands still: the
collector is off, and the child (a copy of this heap) does the counting. What the child counts is
what an observer of this process must find:

    tracked   type -> [count, bytes] over gc.get_objects(), the permanent generation included
    closure   the same over all that gc.get_referents reaches from there: a lower bound, since
              tp_traverse passes over keys of str-keyed dicts and the insides of code objects
    every     type -> count over sys.getobjects(0), which lists every object there is, atoms too, and
              which only builds with Py_TRACE_REFS have; else empty
"""

import gc
import os
import sys

# Callbacks that modules register here would change the child's heap before it is counted.
os.register_at_fork = lambda **_: None

# pylint: disable=wrong-import-position
import array
import asyncio
import collections
import contextvars
import functools
import json
import types
import weakref

# --- One function a kind --------------------------------------------------------------------------
# Each returns item number i of its kind.

def name_of(kind):
    name = "%s.%s" % (kind.__module__, kind.__qualname__)
    return name[len("builtins.") :] if name.startswith("builtins.") else name


SHARED = ["shared"]  # a tracked object that others may point to
BIG = 1 << 40  # above the small ints; +i stays within two digits


class Plain:
    def method(self):
        return self

    @classmethod
    def class_method(cls):
        return cls


class Slotted:
    __slots__ = ("first", "second")


class ListChild(list):
    pass


class DictChild(dict):
    pass


class TupleChild(tuple):
    pass


class StrChild(str):
    pass


class IntChild(int):
    pass


class Failure(Exception):
    pass


def plain(i):
    item = Plain()
    item.reference = SHARED
    item.number = BIG + i
    return item


def plain_with_dict(_):
    item = Plain()
    item.reference = SHARED
    item.__dict__  # makes it  pylint: disable=pointless-statement
    return item


def slotted(i):
    item = Slotted()
    item.first = SHARED
    item.second = BIG + i
    return item


def list_child(i):
    item = ListChild((SHARED, BIG + i))
    item.reference = SHARED
    return item


def str_child(i):
    return StrChild("child %d" % (BIG + i))


def closure(i):
    captured = BIG + i

    def function():
        return captured

    return function


def code(i):
    return compile("value + %d" % (BIG + i), "generated.py", "eval")


def module(i):
    return types.ModuleType("module_%d" % (BIG + i))


def generate(value):
    local = [value]
    yield local
    yield None


def generator(_):
    item = generate(SHARED)
    next(item)
    return item


async def wait_for_ever(value):
    local = [value]
    await Forever()
    return local


def coroutine(_):
    item = wait_for_ever(SHARED)
    item.send(None)
    return item


async def generate_later(value):
    local = [value]
    yield local


def async_generator(_):
    item = generate_later(SHARED)
    try:
        item.asend(None).send(None)
    except StopIteration:
        pass
    return item


def exception(i):
    try:
        raise Failure(BIG + i)
    except Failure as failure:
        return failure


def exceptions():
    """The frame that a traceback keeps alive keeps its callers' frames, too. That of a suspended
    generator has no caller, so an exception made here owns one frame and no more."""
    i = yield
    while True:
        i = yield exception(i)


def lru(i):
    @functools.lru_cache(maxsize=8)
    def function(value):
        return [value]

    function(BIG + i)
    return function


def ordered(i):
    return collections.OrderedDict(((BIG + i, SHARED),))


def default_dict(i):
    item = collections.defaultdict(list)
    item[BIG + i] = SHARED
    return item


def context(i):
    item = contextvars.Context()
    item.run(variable.set, BIG + i)
    return item


class Loop:
    """As much of an event loop as a Future or a Task asks for. It never runs anything."""

    def get_debug(self):
        return False

    def call_soon(self, *_, **__):
        return None


class Forever:
    def __await__(self):
        yield


def future(_):
    return asyncio.Future(loop=LOOP)


def task(_):
    return asyncio.Task(wait_for_ever(SHARED), loop=LOOP, name="task")


def new_class(_):
    return type("Generated", (), GENERATED_BODY)


LOOP = Loop()
EXCEPTIONS = exceptions()
next(EXCEPTIONS)
SHARED_PLAIN = Plain()
GENERATED_BODY = {"__slots__": (), "__module__": "generated", "__doc__": None}
BYTES = b"0123456789"
DICTIONARY = {"key": SHARED}
SET = {1, 2, 3}
variable = contextvars.ContextVar("variable")

# Kind: how to make item i, its type, and the atoms that one item owns besides itself. Atoms are objects
# of the types below, which gc.get_objects() does not show, or not always.
ATOMS = (
    "str bytes int float complex bytearray range code tuple dict array.array "
    "functools._lru_list_elem"
).split()
# Attributes are in a dict of their own up to 3.10, those of subclasses of list up to 3.13.
PLAIN = {"int": 1, "dict": 1} if sys.version_info < (3, 11) else {"int": 1}
LIST_CHILD = {"int": 1, "dict": 1} if sys.version_info < (3, 14) else {"int": 1}
# staticmethod and classmethod copy the attributes of what they wrap since 3.10.
WRAPPED = {"dict": 1} if sys.version_info >= (3, 10) else {}
# The wrapper's dict, its cache, and the dicts of two functions, of which one is made late since 3.14.
LRU = {"functools._lru_list_elem": 1, "tuple": 1, "int": 1, "dict": 4}
if sys.version_info >= (3, 14):
    LRU["dict"] = 3
if sys.version_info < (3, 9):  # no cache_parameters(), which has a closure
    del LRU["tuple"]
# Line table, constants and names. Up to 3.10 the instructions are an object, too, and up to 3.9 the
# line table of a single line is the empty one that all share.
CODE = {"bytes": 2 if sys.version_info[:2] == (3, 10) else 1, "tuple": 2, "int": 1}
# Since 3.15 its buffer is an object.
BYTEARRAY = {"bytes": 1} if sys.version_info >= (3, 15) else {}
KINDS = {
    "str": (lambda i: "text %d" % (BIG + i), "str", {}),
    "wide str": (lambda i: "\u0416\u0443\u043a %d" % (BIG + i), "str", {}),
    "bytes": (lambda i: b"bytes %d" % (BIG + i), "bytes", {}),
    "int": (lambda i: BIG + i, "int", {}),
    "float": (lambda i: 0.5 + i, "float", {}),
    "complex": (lambda i: complex(i, 1), "complex", {}),
    "bytearray": (lambda i: bytearray(b"bytes %d" % i), "bytearray", BYTEARRAY),
    "tuple of atoms": (lambda i: (BIG + i, None), "tuple", {"int": 1}),
    "tuple": (lambda i: (SHARED, i > 0), "tuple", {}),
    "dict of atoms": (lambda i: {"name": "value %d" % i}, "dict", {"str": 1}),
    "dict": (lambda i: {BIG + i: SHARED}, "dict", {"int": 1}),
    "large dict": (lambda i: dict.fromkeys(range(BIG, BIG + 99), SHARED), "dict", {"int": 99}),
    "list": (lambda i: [SHARED, BIG + i], "list", {"int": 1}),
    "set": (lambda i: {BIG + i, BIG - 1 - i}, "set", {"int": 2}),
    "large set": (lambda i: set(range(BIG, BIG + 99)), "set", {"int": 99}),
    "frozenset": (lambda i: frozenset((BIG + i,)), "frozenset", {"int": 1}),
    "instance": (plain, "__main__.Plain", PLAIN),
    "instance with dict": (plain_with_dict, "__main__.Plain", {"dict": 1}),
    "slots": (slotted, "__main__.Slotted", {"int": 1}),
    "list subclass": (list_child, "__main__.ListChild", LIST_CHILD),
    "dict subclass": (lambda i: DictChild(key=SHARED), "__main__.DictChild", {}),
    "tuple subclass": (lambda i: TupleChild((SHARED, BIG + i)), "__main__.TupleChild", {"int": 1}),
    "str subclass": (str_child, "__main__.StrChild", {}),
    "int subclass": (lambda i: IntChild(BIG + i), "__main__.IntChild", {}),
    "function": (closure, "function", {"tuple": 1, "int": 1}),
    "method": (lambda i: Plain().method, "method", {}),
    "builtin method": (lambda i: [].append, "builtin_function_or_method", {}),
    "module": (module, "module", {"dict": 1, "str": 1}),
    "generator": (generator, "generator", {}),
    "coroutine": (coroutine, "coroutine", {}),
    "async generator": (async_generator, "async_generator", {}),
    "weakref": (lambda i: weakref.ref(SHARED_PLAIN, closure), name_of(weakref.ref), {}),
    "deque": (lambda i: collections.deque([BIG + i] * 100), "collections.deque", {"int": 1}),
    "OrderedDict": (ordered, "collections.OrderedDict", {"int": 1}),
    "defaultdict": (default_dict, "collections.defaultdict", {"int": 1}),
    "partial": (
        lambda i: functools.partial(closure, SHARED),
        "functools.partial",
        {"tuple": 1, "dict": 1},
    ),
    "property": (lambda i: property(closure), "property", {}),
    "staticmethod": (lambda i: staticmethod(closure), "staticmethod", WRAPPED),
    "classmethod": (lambda i: classmethod(closure), "classmethod", WRAPPED),
    "mappingproxy": (lambda i: types.MappingProxyType(DICTIONARY), "mappingproxy", {}),
    "dict keys": (lambda i: DICTIONARY.keys(), "dict_keys", {}),
    "dict values": (lambda i: DICTIONARY.values(), "dict_values", {}),
    "dict items": (lambda i: DICTIONARY.items(), "dict_items", {}),
    "list iterator": (lambda i: iter(SHARED), "list_iterator", {}),
    "tuple iterator": (lambda i: iter((SHARED,)), "tuple_iterator", {"tuple": 1}),
    "dict iterator": (lambda i: iter(DICTIONARY), "dict_keyiterator", {}),
    "set iterator": (lambda i: iter(SET), "set_iterator", {}),
    "enumerate": (lambda i: enumerate(SHARED), "enumerate", {"tuple": 1}),
    "reversed": (lambda i: reversed(SHARED), "list_reverseiterator", {}),
    "zip": (lambda i: zip(SHARED, SHARED), "zip", {"tuple": 2}),
    "map": (lambda i: map(closure, SHARED), "map", {"tuple": 1}),
    "filter": (lambda i: filter(closure, SHARED), "filter", {}),
    "slice": (lambda i: slice(BIG + i, None), "slice", {"int": 1}),
    "range": (lambda i: range(BIG + i), "range", {"int": 2}),
    "memoryview": (lambda i: memoryview(BYTES), "memoryview", {}),
    "array": (lambda i: array.array("d", (1.0,) * 20), "array.array", {}),
    "exception": (EXCEPTIONS.send, "__main__.Failure", {"tuple": 1, "int": 1}),
    "SimpleNamespace": (
        lambda i: types.SimpleNamespace(reference=SHARED),
        "types.SimpleNamespace",
        {"dict": 1},
    ),
    "super": (lambda i: super(Plain, SHARED_PLAIN), "super", {}),
    "context": (context, name_of(contextvars.Context), {"int": 1}),
    "context variable": (lambda i: contextvars.ContextVar("fresh"), name_of(contextvars.ContextVar), {}),
    "lru_cache": (lru, "functools._lru_cache_wrapper", LRU),
    "Future": (future, "_asyncio.Future", {}),
    "Task": (task, "_asyncio.Task", {}),
    "type": (new_class, "type", {"tuple": 2, "dict": 1, "int": 1}),
    "code": (code, "code", CODE),
}

# --- Growing and counting ---------------------------------------------------------------------------

heap = [None] * 1000  # one slot a growth, so that its own size never changes
growths = 0


def grow(number):
    """Adds the items. Returns how many objects of the ATOMS that makes, by type."""
    global growths
    items = [[make(i) for i in range(number)] for make, _, _ in KINDS.values()]
    heap[growths] = items
    growths += 1
    made = dict.fromkeys(ATOMS, 0)
    for _, name, atoms in KINDS.values():
        if name in made:
            made[name] += number
        for atom, count in atoms.items():
            made[atom] += number * count
    return made


def add(table, item):
    row = table.setdefault(name_of(type(item)), [0, 0])
    row[0] += 1
    row[1] += sys.getsizeof(item)


def count_here():
    """Counts the heap as it stood when this was called. What the counting itself makes is younger
    than the list of objects, and the frames of running functions are in no list."""
    gc.unfreeze()
    objects = gc.get_objects()
    every = sys.getobjects(0) if hasattr(sys, "getobjects") else []
    tracked = {}
    for item in objects:
        add(tracked, item)
    closure_table = {}
    met = {id(objects)}
    queue = objects
    while queue:
        reached = []
        for item in queue:
            if id(item) not in met:
                met.add(id(item))
                add(closure_table, item)
                reached.append(item)
        queue = gc.get_referents(*reached)
    # Last, since asking a static type for its name may make more objects; and a function of its own,
    # or an expression with one, would make a cell.
    every_table = {}
    for item in every:
        if item is not objects:
            name = name_of(type(item))
            every_table[name] = every_table.get(name, 0) + 1
    return {"tracked": tracked, "closure": closure_table, "every": every_table}


def count_in_child(path):
    """Forks; the child counts. Nothing that outlives the call is made in this process."""
    gc.collect()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            text = json.dumps(count_here())
            with open(path, "w") as file:
                file.write(text)
            status = 0
        finally:
            os._exit(status)
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError("the counting child failed")


def serve():
    while True:
        line = os.read(0, 4096)
        if not line:
            os._exit(0)
        command, _, argument = line.decode().strip().partition(" ")
        if command == "grow":
            answer = json.dumps(grow(int(argument)))
        elif command == "count":
            count_in_child(argument)
            answer = "counted"
        elif command == "kinds":
            answer = json.dumps({name: kind for name, (_, kind, _) in KINDS.items()})
        else:
            answer = "pong"
        line = command = argument = None
        os.write(1, answer.encode() + b"\n")
        answer = None


def main():
    gc.disable()
    # Once for nothing: caches of the interpreter and of modules fill up.
    grow(2)
    count_in_child("/dev/null")
    os.write(1, b"READY\n")
    serve()


main()

# SPDX-License-Identifier: MIT
"""Writes down what an interpreter says of all its objects: size, length, referents.

The figures lie in an array in this process's memory, for a test to read from outside. It prints
"figures ADDRESS" and "words COUNT", then READY, and waits for its standard input to end. For each
object there are these words: address, sys.getsizeof() or -1, len() or -1, 1 if the collector tracks
it, number of referents, and their addresses as gc.get_referents() gives them.
"""

import array
import ast
import asyncio
import bisect
import collections
import concurrent.futures
import contextlib
import contextvars
import copy
import csv
import dataclasses
import datetime
import decimal
import email.message
import enum
import fractions
import functools
import gc
import hashlib
import io
import itertools
import json
import logging
import mmap
import operator
import os
import queue
import random
import re
import select
import socket
import string
import struct
import sys
import tempfile
import threading
import time
import types
import typing
import unittest.mock
import weakref
import xml.etree.ElementTree
import zlib

# Modules that not every build or distribution has.
for name in ("ctypes", "sqlite3", "ssl", "zoneinfo", "pickle", "uuid", "bz2", "lzma", "graphlib"):
    try:
        __import__(name)
    except ImportError:
        pass


def functions():
    captured = [1]

    def outer(a, b=[2], *args, c={"k": 3}, **kwargs) -> int:
        """A docstring."""
        return captured, a

    outer.attribute = object()
    method = Plain().method
    return [outer, method, lambda: outer, outer.__code__, "x".join, [].append, len,
            functools.partial(outer, [1], c=[2]), functools.partialmethod(outer),
            classmethod(outer), staticmethod(outer), property(outer, outer, outer, "doc"),
            types.MethodType(outer, []), str.join, int.__add__, (1).__add__, [].__len__,
            type.__dict__["__mro__"], dict.__dict__["fromkeys"], slice([], [], []),
            super(Derived, Derived()), types.MappingProxyType({"a": []}),
            types.SimpleNamespace(a=[], b=()), operator.itemgetter([1], 2),
            operator.attrgetter("a.b", "c"), operator.methodcaller("name", [], key=()),
            functools.cmp_to_key(lambda a, b: 0)([])]


class Plain:
    def method(self):
        return self


class Derived(Plain):
    pass


class Slots:
    __slots__ = ("first", "second", "__weakref__")


class MoreSlots(Slots):
    __slots__ = ("third", "unset", "__dict__")


class Meta(type):
    def __init__(cls, name, bases, namespace):
        super().__init__(name, bases, namespace)
        cls.registry = [name]


class WithMeta(metaclass=Meta):
    pass


class DictSubclass(dict):
    __slots__ = ("extra", "__dict__")


class ListSubclass(list):
    pass


class TupleSubclass(tuple):
    pass


class IntSubclass(int):
    pass


class StrSubclass(str):
    pass


class BytesSubclass(bytes):
    pass


class FloatSubclass(float):
    pass


class SetSubclass(set):
    pass


class DequeSubclass(collections.deque):
    pass


class OrderedSubclass(collections.OrderedDict):
    pass


class ErrorSubclass(OSError):
    __slots__ = ("more",)


class PlainError(Exception):
    pass


class Color(enum.Enum):
    RED = 1
    GREEN = "two"


@dataclasses.dataclass
class Data:
    a: list
    b: typing.Optional[int] = None


Point = collections.namedtuple("Point", "x y")
T = typing.TypeVar("T", bound=Plain)


class Generic(typing.Generic[T]):
    pass


def instances():
    plain = [Plain() for _ in range(40)]
    for number, each in enumerate(plain):
        each.name = [number]
        each.other = "x"
    plain[1].__dict__["late"] = []          # its dict was asked for
    for number in range(40):
        setattr(plain[2], f"many{number}", [])
    del plain[3].name
    plain[4].__dict__ = {"replaced": []}
    plain[5].__dict__[7] = "not a str"
    slots = Slots()
    slots.first, slots.second = [], {}
    more = MoreSlots()
    more.first, more.third, more.free = [1], [2], [3]
    made = [DictSubclass(a=[]), ListSubclass([[]]), TupleSubclass(([], 2)), IntSubclass(7),
            IntSubclass(-(1 << 100)), StrSubclass("text"), StrSubclass("w\u263ade"),
            BytesSubclass(b"bytes"),
            FloatSubclass(1.5), SetSubclass([1]), DequeSubclass([[]]),
            OrderedSubclass(a=[]), WithMeta(), Data([]), Point([], {}), Generic[int], Generic()]
    for each in made[:14]:
        each.attribute = [object()]
    made[0].extra = [1]
    return plain + [slots, more, *made, *Color, *copy.copy(plain[:3])]


def containers():
    big = {number: [] for number in range(300)}
    general = {"a": [], 1: (), None: {}}
    emptied = dict.fromkeys(range(1000))
    emptied.clear()
    deleted = {str(number): [] for number in range(50)}
    for number in range(0, 50, 2):
        del deleted[str(number)]
    shrunk = set(range(2000))
    for number in range(1990):
        shrunk.discard(number)
    default = collections.defaultdict(list, {"a": [1], "b": [2]})
    ordered = collections.OrderedDict((str(number), []) for number in range(40))
    ordered.move_to_end("3")
    del ordered["7"]
    rotated = collections.deque(([number] for number in range(200)), maxlen=500)
    rotated.rotate(70)
    for _ in range(30):
        rotated.popleft()
    lists = [[], [None] * 3, list(range(100)), [[]] * 1000]
    lists[2].pop()
    return [big, general, emptied, deleted, {}, {"k": "v"}, shrunk, {1, (2, 3), "x"}, set(),
            frozenset([1, (2,)]), frozenset(), default, ordered, collections.OrderedDict(), rotated,
            collections.deque(), collections.deque([1]), lists, (), (1,), ([], ()),
            collections.Counter("abracadabra"), collections.ChainMap({}, {}),
            big.keys(), big.values(), big.items(), ordered.keys(), ordered.items()]


def texts():
    encoded = "caf\u00e9" * 3
    encoded.encode()
    grown = bytearray(b"x" * 100)
    grown.extend(b"y" * 1000)
    sliced = bytearray(b"abcdef")
    del sliced[:2]
    return ["", "a", "ascii text", "caf\u00e9", encoded, "\u263a" * 5, "\U0001d11e", b"", b"abc",
            grown, sliced, bytearray(), 0, 1, -1, 1 << 29, 1 << 30, -(1 << 300), True, 1.5, 2j,
            memoryview(grown), memoryview(b"abc")[1:], array.array("d", [1.0, 2.0]),
            array.array("b"), array.array("Q", range(100)), range(5), range(1 << 70, 1 << 80),
            os.stat("/"), time.localtime(), os.statvfs("/"), sys.flags, sys.version_info,
            datetime.datetime.now(), datetime.datetime.now(datetime.timezone.utc),
            datetime.time(1, tzinfo=datetime.timezone(datetime.timedelta(hours=1), "name")),
            datetime.time(1), datetime.date.today(), datetime.timedelta(1), decimal.Decimal("1.5"),
            decimal.Decimal("1" * 200), decimal.Context(), fractions.Fraction(1, 3),
            random.Random(1), uuid_or_none()]


def uuid_or_none():
    return sys.modules["uuid"].uuid4() if "uuid" in sys.modules else None


def iterators():
    values = [[], (), {}, "x"]
    tees = itertools.tee(iter(values), 2)
    next(tees[0])
    groups = itertools.groupby([[1], [1], [2]], key=lambda value: value[0])
    group = next(groups)
    begun = [iter(values), iter(tuple(values)), iter("ascii"), iter("w\u263a"), iter(b"bytes"),
             iter(bytearray(b"b")), iter({1: []}), iter({1: []}.values()), iter({1: []}.items()),
             reversed({1: []}), iter({1, 2}), iter(range(5)), iter(range(1 << 70)),
             reversed(values), reversed((1, 2)), iter(lambda: 1, []), enumerate(values),
             zip(values, values), map(len, values), filter(None, values),
             iter(collections.deque(values)), iter(collections.OrderedDict(a=1)),
             iter(memoryview(b"abc")), iter(array.array("b", b"abc")),
             itertools.chain(values, values), itertools.count([]) if False else itertools.count(1),
             itertools.count(1 << 80), itertools.cycle(values), itertools.repeat([], 3),
             itertools.accumulate(values), itertools.compress(values, values),
             itertools.dropwhile(len, values), itertools.takewhile(len, values),
             itertools.filterfalse(len, values), itertools.islice(values, 1, 3),
             itertools.starmap(len, values), itertools.zip_longest(values, values, fillvalue=[]),
             itertools.product(values, values), itertools.permutations(values, 2),
             itertools.combinations(values, 2),
             itertools.combinations_with_replacement(values, 2), re.finditer("a", "banana")]
    for each in begun:
        try:
            next(each)
        except (StopIteration, TypeError):
            pass
    return begun + [tees, groups, group, enumerate([], 1 << 70)]


def generator(values):
    local = [values]
    try:
        for value in values:
            yield value, local
    finally:
        local = None


def delegating(values):
    inner = generator(values)
    yield from inner


async def coroutine(value):
    local = [value]
    await asyncio.sleep(0)
    return local


async def async_generator(value):
    local = [value]
    yield local


def generators():
    fresh, suspended, done, raising = (generator([[], {}]) for _ in range(4))
    next(suspended)
    list(done)
    next(raising)
    try:
        raising.throw(PlainError("thrown"))
    except PlainError:
        pass
    outer = delegating([[1]])
    next(outer)
    handling = handler()
    next(handling)
    agen = async_generator([])
    step = agen.__anext__()
    coro = coroutine([1])
    waiting = coroutine([2])
    waiting.send(None)
    wrapper = coroutine([3]).__await__()
    return [fresh, suspended, done, raising, outer, handling, agen, step, coro, waiting, wrapper,
            suspended.gi_frame, fresh.gi_frame, (number for number in [[], []])]


def handler():
    try:
        raise PlainError("handled", [])
    except PlainError:
        yield sys.exc_info()[1]


def errors():
    def raising(depth):
        local = [depth]
        if depth:
            raising(depth - 1)
        raise ErrorSubclass(2, "message", "file")

    made = [SyntaxError("m", ("f", 1, 2, "t")), StopIteration([1]), SystemExit([2]),
            UnicodeDecodeError("utf-8", b"x", 0, 1, "r"), KeyError([]), ImportError("m", name="n"),
            AttributeError("a"), OSError(2, "no", "file"), BlockingIOError(11, "b", 3)]
    try:
        try:
            raising(3)
        except OSError as first:
            first.more = [1]
            made.append(first)
            raise PlainError([]) from first
    except PlainError as second:
        second.attribute = []
        made.append(second)
        made.append(second.__traceback__.tb_frame)
    if hasattr(second := made[-2], "add_note"):
        second.add_note("a note")
    if sys.version_info >= (3, 11):
        made.append(eval("ExceptionGroup")("group", [PlainError(1), PlainError(2)]))
    return made


@functools.lru_cache(maxsize=8)
def bounded(value):
    return [value]


@functools.lru_cache(maxsize=None)
def unbounded(value, key=None):
    return [value]


def caches():
    for number in range(20):
        bounded((number, "x"))
        unbounded((number, "x"), key=number)
    return [bounded, unbounded]


def contexts():
    variables = [contextvars.ContextVar(f"variable{number}", default=[]) for number in range(64)]
    made = [contextvars.Context()]
    for count in (1, 5, 64):
        context = contextvars.copy_context()
        tokens = [context.run(each.set, [count]) for each in variables[:count]]
        made += [context, tokens]
    return [variables, made]


def tasks():
    loop = asyncio.new_event_loop()

    async def waiter(future):
        local = [future]
        await future
        return local

    async def main():
        futures = [loop.create_future() for _ in range(6)]
        kept = [loop.create_task(waiter(each)) for each in futures]
        await asyncio.sleep(0)
        futures[0].set_result([1])
        futures[1].set_exception(PlainError("in a future"))
        futures[2].cancel("message") if sys.version_info >= (3, 9) else futures[2].cancel()
        futures[3].add_done_callback(print)
        futures[3].add_done_callback(len)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        kept[1].exception()
        return futures + kept

    return [loop, loop.run_until_complete(main()), asyncio.Queue(), asyncio.Event()]


def files():
    unshared = io.BytesIO()
    unshared.write(b"x" * 1000)
    text = io.StringIO("text" * 100)
    text.attribute = []
    handles = [open("/dev/null", "rb"), open("/dev/null", "w"), open("/dev/null", "rb", 0),
               open("/dev/zero", "r+b", 100), open(sys.executable, encoding="latin-1")]
    handles[4].readline()
    return handles + [unshared, io.BytesIO(b"shared"), text,
                      io.IncrementalNewlineDecoder(None, True),
                      socket.socket(), select.epoll(), mmap.mmap(-1, 4096), os.scandir("/"),
                      list(os.scandir("/"))[:2], csv.reader(["a,b"]), csv.writer(text),
                      zlib.compressobj(), zlib.decompressobj(), hashlib.sha256(b"x"),
                      hashlib.md5(), struct.Struct("<ihq"), struct.iter_unpack("b", b"abc"),
                      re.compile("(a)(?P<name>b)"), re.match("(.)(.)", "ab"),
                      re.sub("(a)", r"<\\1 and \\g<0> more>", "banana"),
                      json.JSONDecoder(), json.JSONEncoder(),
                      json.scanner.make_scanner(json.JSONDecoder())]


class Local(threading.local):
    pass


def threads():
    local = Local()
    local.value = [1]
    filled = queue.SimpleQueue()
    for number in range(20):
        filled.put([number])
        if number % 3:
            filled.get()
    return [local, threading.local(), threading.Lock(), threading.RLock(), threading.Condition(),
            threading.Thread(), filled, queue.SimpleQueue(), queue.Queue(),
            concurrent.futures.Future(), logging.getLogger("some.name"), logging.LogRecord(
                "n", 1, "p", 2, "m", (), None)]


def references():
    kept = [Plain() for _ in range(6)]
    weak_values = weakref.WeakValueDictionary(a=kept[0], b=kept[1])
    return [kept, weakref.ref(kept[0]), weakref.ref(kept[0], [].append),
            weakref.proxy(kept[1]), weakref.proxy(kept[2], print), weak_values,
            weakref.WeakSet(kept), weakref.WeakKeyDictionary({kept[3]: [1]}),
            weakref.finalize(kept[4], print), weakref.WeakMethod(kept[5].method)]


def typings():
    made = [typing.List[int], typing.Callable[[int], str], typing.Union[int, str], T,
            typing.Generic, typing.Any, typing.NewType("N", int)]
    if sys.version_info >= (3, 9):
        made += [list[int], dict[str, list[T]]]
    if sys.version_info >= (3, 10):
        made += [eval("int | str"), typing.ParamSpec("P"), typing.ParamSpec("Q").args]
    if sys.version_info >= (3, 12):
        space = {}
        exec("type Alias[X] = list[X]\ndef generic[Y](a: Y) -> Y: return a", space)
        made += [space["Alias"], space["generic"], space["Alias"][int]]
    if sys.version_info >= (3, 14):
        made.append(eval("t'hello {made!r}'", {"made": made}))
    return made


def trees():
    root = xml.etree.ElementTree.fromstring("<a x='1'>t<b/><c>u<d/></c>v</a>" + "\n")
    message = email.message.EmailMessage()
    message["subject"] = "x"
    mock = unittest.mock.Mock()
    mock.method([1])
    made = [root, root.iter(), ast.parse("a = [1, 2]"), message, mock, string.Template("$a")]
    if "ctypes" in sys.modules:
        ctypes = sys.modules["ctypes"]
        structure = type("Struct", (ctypes.Structure,), {"_fields_": [("a", ctypes.py_object)]})
        made += [structure(), ctypes.c_int(5), (ctypes.c_int * 3)(), ctypes.CFUNCTYPE(None)(len)]
    if "sqlite3" in sys.modules:
        made.append(sys.modules["sqlite3"].connect(":memory:"))
    return made


def foreign():
    """What modules of others make, where they are installed: those of numpy, Cython, mypyc."""
    made = []
    for maker in (arrays, documents, headers, wrappers, coroutines, tables, checkers):
        try:
            made.append(maker())
        except ImportError as error:
            os.write(1, b"without %s\n" % error.name.encode())
    return made


def arrays():
    import numpy

    objects = numpy.array([object() for _ in range(50)], dtype=object)
    record = numpy.zeros(30, dtype=[("a", "i4"), ("b", object), ("c", "M8[s]")])
    record["b"] = [[i] for i in range(30)]
    owner = numpy.arange(1000.0)
    mapped = numpy.memmap(tempfile.TemporaryFile(), shape=(10,))
    either = numpy.where(owner > 5, objects[0], objects[1])
    generator = numpy.random.default_rng(1)
    made = [owner, owner[10:], owner.reshape(10, 100), numpy.zeros((3, 4, 5), order="F"),
            numpy.array(7), numpy.zeros((0, 9)), numpy.array(["abc", "defg"]),
            numpy.zeros(5, dtype="M8[s]"), objects, objects[::-1], record, record["b"], record[3],
            numpy.frombuffer(b"12345678", dtype="u1"), numpy.matrix([[1, 2]]), mapped, either,
            owner.flat, objects.flat, numpy.nditer([owner, owner]), numpy.broadcast(owner, owner),
            numpy.float64(1), numpy.int32(1), numpy.str_("text"), numpy.bytes_(b"b"), numpy.bool_(1),
            numpy.datetime64("2024-01-01"), numpy.timedelta64(1, "s"), numpy.longdouble(1),
            numpy.complex128(1), numpy.void(b"abc"), numpy.dtype(("i4", (2, 3))),
            numpy.dtype([("x", "f4"), ("y", "O"), ("z", [("inner", "S3")])]), numpy.dtype("U10"),
            numpy.dtype(">i8"), numpy.dtype("M8[ns]"), numpy.dtype("f8", metadata={"unit": []}),
            numpy.frompyfunc(lambda a, b: [a, b], 2, 1), numpy.vectorize(len), generator,
            generator.bit_generator, numpy.random.RandomState(2), numpy.ma.array([1, 2], mask=[0, 1]),
            numpy.rec.array([(1, 2.0)], dtype=[("a", int), ("b", float)]), numpy.finfo(float),
            numpy.add.reduce, numpy.poly1d([1, 2]), numpy.iinfo(int), numpy.char.array(["a"]),
            numpy.lib.stride_tricks.as_strided(owner, (5, 5)), numpy.ma.masked]
    numpy.sort(owner), owner.astype("i4"), owner.astype("S8"), numpy.unique(made[6])
    if hasattr(numpy, "dtypes") and hasattr(numpy.dtypes, "StringDType"):
        made.append(numpy.array(["a text", "a text that is longer than the others"],
                                dtype=numpy.dtypes.StringDType()))
        made.append(numpy.array(["a", None], dtype=numpy.dtypes.StringDType(na_object=None)))
    return made


def documents():
    import lxml.etree

    tree = lxml.etree.fromstring("<a x='1'><b>text</b><!-- comment --><c/>tail</a>")
    return [tree, list(tree), tree.attrib, tree.getroottree(), tree.iter(), tree.xpath("//b"),
            lxml.etree.XPath("//b"), lxml.etree.XMLParser(), lxml.etree.QName("{a}b")]


def headers():
    import multidict

    made = [multidict.MultiDict(), multidict.CIMultiDict(A="b", c=[]), multidict.istr("Key"),
            multidict.MultiDict((f"key {i}", [i]) for i in range(100)), multidict.MultiDict(a=1)]
    shrunk = multidict.MultiDict((f"key {i}", [i]) for i in range(20))
    for i in range(15):
        del shrunk[f"key {i}"]
    emptied = multidict.CIMultiDict(a=[1], b=[2])
    emptied.clear()
    return [made, shrunk, emptied, multidict.MultiDictProxy(shrunk), made[1].keys(), made[1].items(),
            multidict.getversion(shrunk)]


def wrappers():
    import wrapt

    @wrapt.decorator
    def wrapper(wrapped, instance, args, kwargs):
        return wrapped(*args, **kwargs)

    wrapped = wrapper(Plain.method)
    wrapped.attribute = []
    return [wrapped, wrapped.__get__(Plain(), Plain), wrapt.ObjectProxy([]),
            wrapt.CallableObjectProxy(len), wrapt.PartialCallableObjectProxy(len, [1])]


def coroutines():
    import greenlet

    def inner(depth, text):
        kept = [text * depth, (text, depth)]
        if depth:
            return sorted([1], key=lambda _: inner(depth - 1, text))
        greenlet.getcurrent().parent.switch(kept)
        return kept

    made = [greenlet.greenlet(inner) for _ in range(5)]
    for number, each in enumerate(made[1:4]):
        each.switch(number, f"text {number}")
        each.attribute = [each]
    made[3].switch()
    return made


def tables():
    import pandas

    table = pandas.DataFrame({"number": range(100), "text": [f"t{i}" for i in range(100)],
                              "at": pandas.date_range("2024-01-01", periods=100)})
    table["sort"] = pandas.Categorical(["a", "b"] * 50)
    groups = table.groupby("sort", observed=True)
    return [table, groups.number.sum(), table.set_index("text").loc["t5"], table.merge(table),
            pandas.Timestamp("2024-01-01"), pandas.Timedelta(1), pandas.Interval(1, 2),
            pandas.Period("2024-01"), pandas.NaT, pandas.NA, pandas.offsets.MonthEnd(),
            table["at"].dt.day, table.iloc[3], table.T]


def checkers():
    import mypy.build
    import mypy.modulefinder
    import mypy.options

    options = mypy.options.Options()
    options.incremental, options.cache_dir = False, "/dev/null"
    options.use_builtins_fixtures = True
    with contextlib.redirect_stdout(io.StringIO()):
        return mypy.build.build([mypy.modulefinder.BuildSource(None, "m", "import abc\nx: int = 1\n")],
                                options)


def sized(value):
    kinds = (list, tuple, dict, set, frozenset, str, bytes, bytearray, collections.deque,
             array.array)
    return len(value) if issubclass(type(value), kinds) and type(value).__len__ in lengths else -1


lengths = {kind.__len__ for kind in (list, tuple, dict, set, frozenset, str, bytes, bytearray,
                                     collections.deque, array.array, collections.OrderedDict)}


def size_of(value):
    try:
        return sys.getsizeof(value)
    except Exception:  # a class whose __sizeof__ cannot be called
        return -1


def reachable(excluded):
    """All objects the collector has, and what they refer to. Rounds, not recursion; and no
    comprehensions, whose cells would make this function's own variables reachable."""
    found = {}
    excluded.update((id(found), id(excluded)))
    front = gc.get_objects()
    while front:
        fresh = []
        excluded.update((id(front), id(fresh)))
        for each in front:
            if id(each) not in found and id(each) not in excluded:
                found[id(each)] = each
                fresh.append(each)
        front = gc.get_referents(*fresh)
    return list(found.values())


def exclude_frames(excluded):
    """Those that run: what they hold changes under the measurement."""
    frame = sys._getframe()
    while frame:
        excluded.add(id(frame))
        frame = frame.f_back


def write_down():
    figures = array.array("q")
    excluded = {id(figures)}
    exclude_frames(excluded)
    # Up to 3.12 it reports the freed iterators that it keeps; the references that get_referents()
    # takes to them would free them a second time, into a list without an end.
    excluded.add(id(sys.modules.get("_asyncio")))
    values = reachable(excluded)
    sizes = array.array("q", map(size_of, values))  # all of them first: some change other objects
    excluded.add(id(sizes))
    for value, size in zip(values, sizes):
        referents = gc.get_referents(value)
        figures.extend((id(value), size, sized(value), gc.is_tracked(value), len(referents)))
        figures.extend(map(id, referents))
        del referents
    return figures, values  # kept: what refers to an object can be part of its size


def main():
    makers = (functions, instances, containers, texts, iterators, generators, errors, caches,
              contexts, tasks, files, threads, references, typings, trees, foreign)
    made = [maker() for maker in makers]
    gc.collect()
    gc.disable()
    write_down()  # the first time it changes things: types that were never used get ready
    figures, values = write_down()
    address, words = figures.buffer_info()
    # Written without print(), which would change the objects behind sys.stdout.
    os.write(1, b"figures %d\nwords %d\nobjects %d\nREADY\n" % (address, words, len(values)))
    while os.read(0, 1):
        pass
    os._exit(0)


main()

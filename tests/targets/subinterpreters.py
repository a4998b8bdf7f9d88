# SPDX-License-Identifier: MIT
"""Three interpreters of one process, each with a __main__.cache of 1000 sessions. CPython 3.8 and
later, standard library only. Prints READY and the ids of the second and third: one that shares its
allocator and GIL with the main one where there is a choice, and one that does not. Each waits in a
thread of its own.

Commands, one a line:
    grow ID N         adds N sessions to the cache of an interpreter; answers "grown"
    count ID FILE     writes what gc.get_objects() shows inside of that interpreter into FILE, as
                      lines of "count bytes type"; answers "counted"
    ping 0            answers "pong"

The collectors are off, and an interpreter counts itself right where it waits for commands: from one
answer to the next command the heaps are as they were counted, but for frames, which are not.
"""

import os
import sys
import threading

PROGRAM = """
import gc
import os
import sys

gc.disable()
gc.unfreeze()
cache = {}


class Session:
    def __init__(self, number):
        self.number = 1000000 + number
        self.items = [self.number]


def grow(number):
    for _ in range(number):
        cache[len(cache)] = Session(len(cache))


def name_of(kind):
    name = "%s.%s" % (kind.__module__, kind.__qualname__)
    return name[len("builtins.") :] if name.startswith("builtins.") else name


def count(path):
    objects = gc.get_objects()
    totals = {}
    for item in objects:
        if type(item).__name__ != "frame":
            name = name_of(type(item))
            number, size = totals.get(name, (0, 0))
            totals[name] = number + 1, size + sys.getsizeof(item)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for name, (number, size) in totals.items():
        os.write(descriptor, ("%d %d %s\\n" % (number, size, name)).encode())
    os.close(descriptor)


def read_line(descriptor):
    line = b""
    while not line.endswith(b"\\n"):
        byte = os.read(descriptor, 1)
        if not byte:
            sys.exit()
        line += byte
    return line.decode()


def obey(words):
    if words[0] == "grow":
        grow(int(words[2]))
        return b"grown\\n"
    if words[0] == "count":
        count(words[2])
        return b"counted\\n"
    return b"pong\\n"


grow(1000)
count("/dev/null")
"""

SERVE = """
while True:
    words = read_line(%d).split()
    os.write(%d, obey(words))
"""

exec(PROGRAM)  # pylint: disable=exec-used


class Other:
    """An interpreter, and the pipes on which it is told what to do and answers."""

    def __init__(self, handle, number, run):
        self.handle = handle  # holds it: it ends with this object
        self.number = number
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        source = PROGRAM + SERVE % (commands, answers)
        threading.Thread(target=run, args=(source,), daemon=True).start()

    def ask(self, line):
        os.write(self.commands, line)
        return read_line(self.answers).encode()


def create(module, **options):
    handle = module.create(**options)
    return Other(handle, int(handle), lambda source: module.run_string(handle, source))


def create_public(module):
    handle = module.create()
    return Other(handle, handle.id, handle.exec)


def create_pair():
    if sys.version_info < (3, 13):
        import _xxsubinterpreters as module

        if sys.version_info < (3, 12):  # all share
            return create(module), create(module)
        return create(module, isolated=False), create(module, isolated=True)
    import _interpreters as module

    shared = create(module, config="legacy")
    if sys.version_info < (3, 14):
        return shared, create(module, config="isolated")
    from concurrent import interpreters as module

    return shared, create_public(module)


others = {other.number: other for other in create_pair()}
for other in others.values():
    assert other.ask(b"ping\n") == b"pong\n"
os.write(1, ("READY %d %d\n" % tuple(others)).encode())
while True:
    words = read_line(0).split()
    if len(words) > 1 and words[1] != "0":
        os.write(1, others[int(words[1])].ask((" ".join(words) + "\n").encode()))
    else:
        os.write(1, obey(words))

# SPDX-License-Identifier: MIT
"""Interpreters inside of other programs: uwsgi, a program that copies libpython's variables, and one
that has two libpythons of which one runs."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import urllib.request

import harness
from harness import check, check_equal, container_of, snapshot, types_of

LIBRARY = "libpython3.11.so.1.0"

# Refers to variables of libpython without a table of offsets, so that the linker puts copies of them
# into the program: those are the live ones.
COPIES = """
extern char PyDict_Type[], PyType_Type[], PyUnicode_Type[], PyLong_Type[];
int Py_BytesMain(int argc, char **argv);
int main(int argc, char **argv)
{
	if (!PyDict_Type[0] && !PyType_Type[0] && !PyUnicode_Type[0] && !PyLong_Type[0])
		return 1;
	return Py_BytesMain(argc, argv);
}
"""

# Loads the libraries named by IDLE and RUN, in the order of FIRST, and starts the second's interpreter.
TWO = """
#include <dlfcn.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
	int (*start)(int, char **);
	void *run = 0;
	if (!getenv("LATE") && !dlopen(getenv("IDLE"), RTLD_NOW | RTLD_LOCAL))
		return 1;
	run = dlopen(getenv("RUN"), RTLD_NOW | RTLD_GLOBAL);
	if (getenv("LATE") && !dlopen(getenv("IDLE"), RTLD_NOW | RTLD_LOCAL))
		return 2;
	start = run ? (int (*)(int, char **))dlsym(run, "Py_BytesMain") : 0;
	return start ? start(argc, argv) : 3;
}
"""


def build(directory, name, source, *options):
    file = pathlib.Path(directory, f"{name}.c")
    file.write_text(source)
    program = pathlib.Path(directory, name)
    subprocess.run(["gcc", "-w", "-o", program, file, *options], check=True)
    return program


def missing(what):
    if os.environ.get("LEAKTOP_REQUIRE_INTERPRETERS"):
        check(False, f"{what} is installed")
    else:
        harness.skip(f"interpreters by {what}", "it is not installed")


def find_library():
    for line in subprocess.run(["ldconfig", "-p"], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines():
        if line.split()[:1] == [LIBRARY]:
            return line.split()[-1]
    return None


def check_program(program, what, **environment):
    interpreter = harness.Interpreter("embedded", "/", str(program))
    with harness.Target(interpreter, "counter.py", env=environment) as target:
        document = snapshot(target.pid)
        check(types_of(document)["dict"]["count"] > 20000, f"{what}: the heap is found")
        check(container_of(document, "__main__.garbage"), f"{what}: its containers, too")
        check_equal(document["heap"]["unreadable"], 0, f"{what}: everything could be read")
        harness.check_unharmed(target)


def in_programs():
    library = find_library()
    if not library:
        missing(LIBRARY)
        return
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory:
        check_program(build(directory, "copies", COPIES, "-fno-pic", "-no-pie", library), "copied variables")
        two = build(directory, "two", TWO, "-ldl")
        idle = pathlib.Path(directory, "libpython-idle.so")
        shutil.copy(library, idle)
        check_program(two, "behind an idle one", IDLE=str(idle), RUN=library)
        check_program(two, "before an idle one", IDLE=str(idle), RUN=library, LATE="1")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


APPLICATION = """
cache = {}
def application(environment, start):
    for number in range(1000):
        cache[len(cache)] = {"number": number}
    start("200 OK", [])
    return [b"%d" % len(cache)]
"""


class Server:
    """uwsgi with some applications, asked over HTTP."""

    def __init__(self, program, *arguments):
        self.port = free_port()
        self.process = harness.spawn(
            [program, "--plugin", "python3", "--http-socket", f"127.0.0.1:{self.port}", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, path):
        """What the application there answers: a number; 0 until uwsgi listens."""
        try:
            return int(urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10).read())
        except OSError:
            if self.process.poll() is not None:
                raise RuntimeError("uwsgi ended") from None
            return 0

    def caches(self):
        """The document, and path -> length of each application's cache."""
        document = snapshot(self.process.pid)
        rows = [row for row in document["containers"] if row["type"] == "dict"]
        return document, {
            row["path"]: row["length"] for row in rows if row["path"].endswith(".cache")
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def one_application(program, directory):
    application = pathlib.Path(directory, "service.py")
    application.write_text(APPLICATION)
    with Server(program, "--wsgi-file", application) as server:
        harness.wait_until(lambda: server.ask("/"), "uwsgi answers")
        count = server.ask("/")
        _, caches = server.caches()
        check_equal(list(caches.values())[:1], [count], "in uwsgi: the dict of the application")
        check_equal(server.ask("/"), count + 1000, "uwsgi runs on")


def many_applications(program, directory):
    """uwsgi gives each an interpreter of its own, the first one the main one."""
    names = ("first", "second", "third")
    arguments = ["--manage-script-name"]
    for name in names:
        application = pathlib.Path(directory, f"{name}.py")
        application.write_text(APPLICATION)
        arguments += ["--mount", f"/{name}={application}"]
    with Server(program, *arguments) as server:
        harness.wait_until(lambda: server.ask("/first"), "uwsgi answers")
        counts = {}
        for number, name in enumerate(names):
            for _ in range(2 * number + 1):
                counts[name] = server.ask(f"/{name}")
        document, caches = server.caches()
        apart = {one["id"]: one for one in document["interpreters"]}
        check_equal(len(apart), len(names), "as many interpreters as applications")
        for member in ("objects", "bytes", "tracked"):
            total = sum(one[member] for one in document["interpreters"])
            check_equal(total, document["heap"][member], f"many applications: {member} add up")
        for name, count in counts.items():
            paths = [path for path, length in caches.items() if length == count]
            check(len(paths) == 1 and name in paths[0], f"{name}: its dict has its name", caches)
            found = re.match(r"<interpreter (\d+)>\.", paths[0] if paths else "")
            own = apart[int(found.group(1)) if found else 0]
            check_equal(bool(found), name != names[0], f"{name}: the path names its interpreter")
            dicts = sum(row["count"] for row in own["types"] if row["type"] == "dict")
            check(count <= dicts < count + 1500, f"{name}: its dicts are its interpreter's", dicts)
        check_equal(server.ask("/first"), counts["first"] + 1000, "uwsgi runs on")


def in_uwsgi():
    program = shutil.which("uwsgi")
    if not program:
        missing("uwsgi")
        return
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory:
        one_application(program, directory)
        many_applications(program, directory)


def test():
    in_programs()
    in_uwsgi()


harness.main(test)

# SPDX-License-Identifier: MIT
"""Interpreters in unusual places: another name, deleted, in a library, in containers."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

import harness
from harness import check, check_equal, check_in, snapshot, types_of


def check_found(target, pid, what):
    document = snapshot(pid)
    found = types_of(document).get("dict", {"count": 0})["count"]
    check(found > 20000, f"{what}: the heap is found", found)
    check(harness.container_of(document, "__main__.garbage"), f"{what}: its containers, too")
    harness.check_unharmed(target)


def deleted_and_renamed():
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory:
        program = pathlib.Path(directory, "service")
        shutil.copy("/usr/bin/python3", program)
        interpreter = harness.Interpreter("renamed", "/", str(program))
        with harness.Target(interpreter, "counter.py") as target:
            check_found(target, target.pid, "a program that is not called python")
            program.unlink()
            check_found(target, target.pid, "a program that was deleted")
            program.write_bytes(b"another file of that name")
            check_found(target, target.pid, "a program that was replaced")


def in_library():
    """gdb embeds libpython: there the interpreter is a shared object, loaded late."""
    gdb = shutil.which("gdb")
    linked = gdb and subprocess.run(["ldd", gdb], stdout=subprocess.PIPE, text=True).stdout
    if not linked or "libpython3." not in linked:
        harness.skip("an interpreter in libpython", "no gdb that embeds one")
        return
    script = harness.TESTS / "targets" / "counter.py"
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory:
        # gdb takes the extension for Python. It blocks signals in threads of its own.
        wrapper = pathlib.Path(directory, "start.py")
        wrapper.write_text(f"exec(compile(open({str(script)!r}).read(), 'counter.py', 'exec'))\n")
        process = harness.spawn(
            [gdb, "-q", "-nx", "-batch", "-x", wrapper],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        while process.stdout.readline().strip() != b"READY":
            if process.poll() is not None:
                check(False, "gdb runs the target")
                return
        document = snapshot(process.pid)
        check(types_of(document)["dict"]["count"] > 20000, "an interpreter in libpython")
        check(harness.container_of(document, "__main__.garbage"), "its containers, too")
        process.kill()


def in_container(interpreter):
    """Another mount and pid namespace, where the process has another number and another /proc."""
    if os.getuid() != 0:
        harness.skip("other namespaces", "making them needs root")
        return
    wrapper = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    with harness.Target(interpreter, "counter.py", wrapper=wrapper) as target:
        children = pathlib.Path(f"/proc/{target.pid}/task/{target.pid}/children").read_text()
        pid = int(children.split()[0])
        document = snapshot(pid)
        check_equal(document["target"]["pid"], pid, "in a container: its number is ours")
        check(types_of(document)["dict"]["count"] > 20000, "in a container: the heap is found")
        check(target.ask("ping"), "the target runs on")


# Runs a copy of its own program that has no name in any directory.
FROM_MEMORY = """
import os, sys
file = os.memfd_create("service", 0)
with open(sys.executable, "rb") as program:
    os.sendfile(file, program.fileno(), 0, 1 << 30)
os.execve(file, ["kworker/0:1", *sys.argv[1:]], dict(os.environ))
"""


def in_memory(interpreter):
    """Executed from a memfd: without a telling name, and in the list all the same."""
    with tempfile.TemporaryDirectory(prefix="leaktop-test-", dir=pathlib.Path(interpreter.root, "tmp")) as directory:
        start = pathlib.Path(directory, "start.py")
        start.write_text(FROM_MEMORY)
        inside = "/" + str(start.relative_to(interpreter.root))
        with harness.Target(interpreter, "counter.py", flags=(inside,), env={"PYTHONHOME": "/usr"}) as target:
            check_equal(os.readlink(f"/proc/{target.pid}/exe"), "/memfd:service (deleted)", "it runs from memory")
            check_found(target, target.pid, "a program in a memfd")
            listing = harness.leaktop("--batch", "-n", "1", "--json").stdout
            check_in(f'"pid":{target.pid},', "".join(listing.split()), "a program in a memfd is in the list")


@contextlib.contextmanager
def shared_memory(interpreter):
    """A directory in /dev/shm, and what runs programs there that need libraries of interpreter's root."""
    with tempfile.TemporaryDirectory(prefix="leaktop-test-", dir="/dev/shm") as directory:
        root, wrapper = pathlib.Path(interpreter.root), ()
        if interpreter.root != "/":
            loaders = [file for file in root.glob("lib/*-linux-gnu/ld-*.so*") if file.is_file()]
            folders = [*root.glob("lib/*-linux-gnu"), *root.glob("usr/lib/*-linux-gnu")]
            wrapper = (loaders[0], "--library-path", ":".join(map(str, folders)))
        yield pathlib.Path(directory), root, wrapper


def program_in_shared_memory(interpreter):
    with shared_memory(interpreter) as (directory, root, wrapper):
        shutil.copy(root / interpreter.program.lstrip("/"), directory / "service")
        copied = harness.Interpreter("copied", "/", str(directory / "service"))
        home = {"PYTHONHOME": str(root / "usr")}
        with harness.Target(copied, "counter.py", wrapper=wrapper, env=home) as target:
            check_found(target, target.pid, "a program in /dev/shm")


DECIMALS = """
import sys, _decimal
planted = [_decimal.Decimal(i) for i in range(30000)]
print("READY", _decimal.__file__, flush=True)
for line in sys.stdin:
    print(len(planted), flush=True)
"""


def module_in_shared_memory(interpreter):
    with shared_memory(interpreter) as (directory, root, wrapper):
        version = ".".join(interpreter.release.split(".")[:2])
        for module in root.glob(f"usr/lib/python{version}/lib-dynload/_decimal.*.so"):
            shutil.copy(module, directory)
        script = directory / "decimals.py"
        script.write_text(DECIMALS)
        program = harness.Interpreter("other", "/", str(root / interpreter.program.lstrip("/")))
        environment = {"PYTHONHOME": str(root / "usr"), "PYTHONPATH": str(directory)}
        with harness.Target(program, str(script), wrapper=wrapper, env=environment) as target:
            check_in(str(directory), target.greeting, "the module in /dev/shm is loaded")
            document = snapshot(target.pid)
            check_equal(types_of(document).get("decimal.Decimal", {}).get("count"), 30000,
                        "a module in /dev/shm: its objects are found")
            planted = harness.container_of(document, "__main__.planted")
            check_equal(planted and planted["length"], 30000, "the list of them has its name")
            harness.check_unharmed(target)


def test():
    deleted_and_renamed()
    in_library()
    harness.each_interpreter(in_container)
    harness.each_interpreter(in_memory)
    harness.each_interpreter(program_in_shared_memory)
    harness.each_interpreter(module_in_shared_memory)


harness.main(test)

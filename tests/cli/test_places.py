# SPDX-License-Identifier: MIT
"""Interpreters in unusual places: another name, deleted, in a library, in containers."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import harness
from harness import check, check_equal, snapshot, types_of


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


def test():
    deleted_and_renamed()
    in_library()
    harness.each_interpreter(in_container)


harness.main(test)

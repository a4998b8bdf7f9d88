# SPDX-License-Identifier: MIT
"""Processes that leaktop cannot look at: each refusal has its status and says what to do."""

import ctypes
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import tempfile

import harness
from harness import check, check_equal, check_in, check_refusal, leaktop, spawn

PTRACE_SEIZE, PTRACE_DETACH, PTRACE_INTERRUPT = 0x4206, 17, 0x4207
NOBODY = 65534


def dead_pid():
    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


def test_usage():
    for arguments in (
        ["snapshot"],
        ["snapshot", "-p", "0"],
        ["snapshot", "-p", "-5"],
        ["snapshot", "-p", "12x"],
        ["snapshot", "-p", "99999999999999999999"],
        ["snapshot", "--no-such-option"],
        ["no-such-command"],
    ):
        result = leaktop(*arguments)
        check_equal(result.returncode, 2, f"usage error: {' '.join(arguments)}")
        check(result.stderr.startswith("leaktop: "), "it says why", result.stderr)


def test_gone():
    pid = dead_pid()
    check_refusal(leaktop("snapshot", "-p", pid), 5, pid)
    zombie = os.fork()
    if zombie == 0:
        os._exit(0)
    harness.wait_until(lambda: harness.process_state(zombie) == "Z", "a zombie")
    check_refusal(leaktop("snapshot", "-p", zombie), 5, zombie, "zombie")
    os.waitpid(zombie, 0)


def test_not_python():
    sleeper = spawn(["sleep", "600"])
    harness.wait_until(
        lambda: os.readlink(f"/proc/{sleeper.pid}/exe").endswith("sleep"), "exec of sleep"
    )
    check_refusal(leaktop("snapshot", "-p", sleeper.pid), 4, sleeper.pid, "Python")
    check_refusal(leaktop("-p", sleeper.pid, "--batch", "-n", "1"), 4, sleeper.pid, "Python")
    check(sleeper.poll() is None, "sleep sleeps on")


def test_pypy():
    if not shutil.which("pypy3"):
        harness.skip("PyPy is refused", "pypy3 is not installed")
        return
    pypy = harness.Interpreter("pypy", "/", shutil.which("pypy3"))
    with harness.Target(pypy, "counter.py") as target:
        check_refusal(leaktop("snapshot", "-p", target.pid), 4, target.pid, "PyPy")
        harness.check_unharmed(target)


def symbol_offset(path, name):
    """Where the value of a symbol is in an ELF file, by readelf."""
    symbols = subprocess.run(
        ["readelf", "--dyn-syms", "--wide", path], stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    address = next(
        int(row[1], 16) for row in map(str.split, symbols.splitlines()) if row[-1:] == [name]
    )
    segments = subprocess.run(
        ["readelf", "--segments", "--wide", path], stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    for row in map(str.split, segments.splitlines()):
        if row[:1] == ["LOAD"]:
            offset, start, _, size = (int(word, 16) for word in row[1:5])
            if start <= address < start + size:
                return address - start + offset
    raise LookupError(name)


def test_unsupported_version():
    """Two interpreters that claim another version: the number that leaktop goes by is replaced."""
    for label, version in (("3.7", 0x030706F0), ("3.99", 0x036303F0)):
        with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory:
            program = pathlib.Path(directory, "python")
            image = bytearray(pathlib.Path("/usr/bin/python3").read_bytes())
            offset = symbol_offset("/usr/bin/python3", "Py_Version")
            image[offset : offset + 8] = version.to_bytes(8, "little")
            program.write_bytes(image)
            program.chmod(0o755)
            with harness.Target(
                harness.Interpreter(label, "/", str(program)), "counter.py"
            ) as target:
                result = leaktop("snapshot", "-p", target.pid)
                check_refusal(result, 4, target.pid, label, "3.11", "3.13")
                harness.check_unharmed(target)


def as_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def test_no_permission():
    if os.getuid() != 0:
        check_refusal(leaktop("snapshot", "-p", 1), 3, "root")
        return
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory:
        # Where that user may execute it.
        os.chmod(directory, 0o755)
        program = shutil.copy(harness.LEAKTOP, directory)
        os.chmod(program, stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
        with harness.Target(harness.system_interpreter(), "counter.py") as target:
            for arguments in (
                ["snapshot", "-p", str(target.pid)],
                ["-p", str(target.pid), "--batch", "-n", "1"],
            ):
                result = subprocess.run(
                    [program, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    encoding="utf-8",
                    preexec_fn=as_nobody,
                    timeout=harness.DEADLINE_SECONDS,
                )
                check_refusal(result, 3, target.pid, "root")
            harness.check_unharmed(target)
        with harness.Target(
            harness.system_interpreter(), "counter.py", preexec_fn=as_nobody
        ) as target:
            result = subprocess.run(
                [program, "snapshot", "-p", str(target.pid)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                preexec_fn=as_nobody,
                timeout=harness.DEADLINE_SECONDS,
            )
            scope = pathlib.Path("/proc/sys/kernel/yama/ptrace_scope")
            if scope.exists() and scope.read_text().strip() != "0":
                check_refusal(result, 3, target.pid, "ptrace_scope")
            else:
                check_equal(result.returncode, 0, "a user looks at a process of their own")
            harness.check_unharmed(target)


def test_traced():
    """This test itself is the other tracer."""
    libc = ctypes.CDLL(None, use_errno=True)
    with harness.Target(harness.system_interpreter(), "counter.py") as target:
        if libc.ptrace(PTRACE_SEIZE, target.pid, None, None) != 0:
            raise OSError(ctypes.get_errno(), "ptrace")
        result = leaktop("snapshot", "-p", target.pid)
        check_refusal(result, 1, target.pid, os.getpid(), "traces it already")
        check(target.ask("ping"), "a target that is traced runs on")
        check_equal(harness.tracer_of(target.pid), os.getpid(), "the other tracer keeps it")
        libc.ptrace(PTRACE_INTERRUPT, target.pid, None, None)
        os.waitpid(target.pid, 0x40000000)  # __WALL
        result = leaktop("snapshot", "-p", target.pid)
        check_refusal(result, 1, target.pid, os.getpid(), "traces it already")
        check_equal(harness.process_state(target.pid), "t", "it stays stopped by its tracer")
        libc.ptrace(PTRACE_DETACH, target.pid, None, None)
        harness.check_unharmed(target)
        check_equal(leaktop("snapshot", "-p", target.pid).returncode, 0, "free again, it is shown")


def test():
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    check_in("leaktop", leaktop("--version").stdout, "--version names the program")
    test_usage()
    test_gone()
    test_not_python()
    test_pypy()
    test_unsupported_version()
    test_no_permission()
    test_traced()


harness.main(test)

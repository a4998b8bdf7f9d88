# SPDX-License-Identifier: MIT
"""What the end-to-end tests share: TAP, interpreters, targets that are always killed, and leaktop."""

import atexit
import collections
import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import typing

TESTS = pathlib.Path(__file__).resolve().parent.parent
LEAKTOP = os.environ.get("LEAKTOP", str(TESTS.parent / "build" / "leaktop"))
# How long anything may take before it counts as hung. Nothing is ever expected to take as long.
DEADLINE_SECONDS = float(os.environ.get("LEAKTOP_TEST_DEADLINE", "120"))


# --- TAP ----------------------------------------------------------------------------------------

_count = 0
_failures = 0
_label = ""


def _report(good, what, directive=""):
    global _count, _failures
    _count += 1
    _failures += not good
    prefix = f"[{_label}] " if _label else ""
    what = (prefix + what).replace("#", "")
    print(f"{'ok' if good else 'not ok'} {_count} - {what}{directive}", flush=True)


def note(text):
    for line in str(text).splitlines()[:60]:
        print("# " + line.encode("ascii", "backslashreplace").decode()[:400], flush=True)


def check(good, what, detail=None):
    """One fact. detail is shown where it does not hold."""
    _report(bool(good), what)
    if not good and detail is not None:
        note(detail)
    return bool(good)


def check_equal(actual, expected, what):
    return check(actual == expected, what, f"got      {actual!r}\nexpected {expected!r}")


def check_in(part, whole, what):
    return check(part in whole, what, f"no {part!r} in\n{whole}")


def check_not_in(part, whole, what):
    return check(part not in whole, what, f"{part!r} in\n{whole}")


def skip(what, reason):
    _report(True, what, f" # SKIP {reason}")


def done():
    print(f"1..{_count}")
    sys.exit(_failures != 0)


def main(test):
    """Runs test(), then ends the program. An exception is a failed check, never a silent end."""
    try:
        test()
    except Exception as error:  # pylint: disable=broad-except
        import traceback

        _report(False, f"{type(error).__name__} in the test itself")
        note(traceback.format_exc())
    done()


# --- Interpreters -------------------------------------------------------------------------------


class Interpreter(typing.NamedTuple):
    version: str  # "3.11.2", with letters "3.11.2d" (tests/interpreters says which)
    root: str  # "/" or the directory to chroot to
    program: str
    label: str = ""  # the version; "3.11.2/2" of the second one

    @property
    def release(self):
        return self.version.rstrip("dtr")

    @property
    def _letters(self):
        return self.version[len(self.release) :]

    @property
    def is_debug(self):
        return "d" in self._letters

    @property
    def is_free_threaded(self):
        return "t" in self._letters

    @property
    def traces_refs(self):
        """Built with Py_TRACE_REFS: no table has the layout."""
        return "r" in self._letters

    def command(self, *arguments):
        prefix = [] if self.root == "/" else ["chroot", self.root]
        return [*prefix, self.program, *arguments]


def _list_interpreters():
    listing = subprocess.run(
        [str(TESTS / "interpreters"), "list"], stdout=subprocess.PIPE, check=True, text=True
    )
    seen = collections.Counter()
    for line in listing.stdout.splitlines():
        version, root, program, state = line.split("\t")
        seen[version] += 1
        label = version if seen[version] == 1 else f"{version}/{seen[version]}"
        yield Interpreter(version, root, program, label), state


def system_interpreter():
    return Interpreter("system", "/", "/usr/bin/python3")


@contextlib.contextmanager
def _labelled(label):
    global _label
    _label = label
    try:
        yield
    finally:
        _label = ""


def _call(test, interpreter):
    try:
        test(interpreter)
    except Exception:  # pylint: disable=broad-except
        import traceback

        check(False, "the test itself", traceback.format_exc())


def each_free_threaded(test):
    """Calls test(interpreter) for each that leaktop refuses, as each_interpreter()."""
    for interpreter, state in _list_interpreters():
        if state == "present" and interpreter.is_free_threaded:
            with _labelled(interpreter.label):
                _call(test, interpreter)


def each_interpreter(test):
    """Calls test(interpreter) for each; its checks carry the version."""
    for interpreter, state in _list_interpreters():
        with _labelled(interpreter.label):
            if state == "present" and interpreter.is_free_threaded:
                skip("all checks", "a free-threaded build is refused: test_free_threaded.py")
            elif state == "present":
                _call(test, interpreter)
            elif state == "needs-root":
                skip("all checks", "a chrooted interpreter needs root")
            elif os.environ.get("LEAKTOP_REQUIRE_INTERPRETERS"):
                check(False, f"no {interpreter.program} below {interpreter.root}")
            else:
                skip("all checks", "missing: run tests/interpreters provision")


# --- Processes ----------------------------------------------------------------------------------

_children = []


@atexit.register
def _kill_all():
    for child in _children:
        _kill(child)


for _number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(_number, lambda number, frame: sys.exit(128 + number))


def _kill(child):
    if child.poll() is None:
        child.kill()
        child.wait()


def spawn(command, **options):
    """subprocess.Popen whose process never outlives the test."""
    words = [word if isinstance(word, bytes) else str(word) for word in command]
    child = subprocess.Popen(words, **options)
    _children.append(child)
    return child


def _state_in(stat):
    # The name before it is whatever the process likes, and no text for sure.
    return stat.read_bytes().rpartition(b")")[2].split()[0].decode()


def process_state(pid):
    """The letter of /proc/PID/stat: R, S, T (stopped), t (traced), Z."""
    return _state_in(pathlib.Path(f"/proc/{pid}/stat"))


def thread_states(pid):
    states = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            states[int(task.name)] = _state_in(task / "stat")
    return states


def tracer_of(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_bytes().splitlines():
        if line.startswith(b"TracerPid:"):
            return int(line.split()[1])
    raise LookupError("no TracerPid")


def wait_until(condition, what):
    """Waits for what another process does by itself; polls, since there is nothing to wait on."""
    end = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain: {what}")
        time.sleep(0.002)


class Target:
    """A program of tests/targets under an interpreter. It prints READY, then answers each line that
    it is sent by one line. Its pid is that of the interpreter itself."""

    def __init__(self, interpreter, script, *arguments, flags=(), wrapper=(), env=None, **options):
        source = pathlib.Path(script) if os.path.isabs(script) else TESTS / "targets" / script
        # A directory in the interpreter's own root, so that a chrooted one sees the script too.
        base = pathlib.Path(interpreter.root, "tmp")
        base.mkdir(exist_ok=True)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="leaktop-test-", dir=base))
        atexit.register(shutil.rmtree, self.directory, ignore_errors=True)
        self.directory.chmod(0o755)
        self.script = self.directory / source.name
        shutil.copy(source, self.script)
        # Where the directory is for the target itself.
        self.inside = "/" + str(self.directory.relative_to(interpreter.root))
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
        environment.update(PYTHONWARNINGS="ignore", **(env or {}))
        self.process = spawn(
            [*wrapper, *interpreter.command(*flags, f"{self.inside}/{source.name}", *arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            **options,
        )
        self._received = b""
        self.pid = self.process.pid
        self.greeting = self.read_line()
        if not self.greeting.startswith("READY"):
            raise RuntimeError(f"{source.name} said {self.greeting!r} instead of READY")

    def read_line(self):
        """The next line; the target ends, or takes too long: an exception."""
        descriptor = self.process.stdout.fileno()
        end = time.monotonic() + DEADLINE_SECONDS
        while b"\n" not in self._received:
            ready, _, _ = select.select([descriptor], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise TimeoutError("the target does not answer")
            block = os.read(descriptor, 1 << 16)
            if not block:
                raise EOFError("the target ended")
            self._received += block
        line, _, self._received = self._received.partition(b"\n")
        return line.decode("utf-8", "replace")

    def send(self, command):
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, command):
        self.send(command)
        return self.read_line()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        _kill(self.process)
        self.process.stdin.close()
        self.process.stdout.close()
        shutil.rmtree(self.directory, ignore_errors=True)


# --- leaktop ------------------------------------------------------------------------------------


def leaktop(*arguments, **options):
    """Runs leaktop to its end. stdout and stderr are text, with what is not UTF-8 escaped."""
    command = [LEAKTOP, *map(str, arguments)]
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("timeout", DEADLINE_SECONDS)
    if "stdout" not in options:
        options["stdout"] = subprocess.PIPE
    if "stderr" not in options:
        options["stderr"] = subprocess.PIPE
    return subprocess.run(command, check=False, encoding="utf-8", errors="surrogateescape", **options)


def snapshot(pid, *arguments):
    """The document of `leaktop snapshot --json`. Failing is an exception."""
    result = leaktop("snapshot", "-p", pid, "--json", *arguments)
    if result.returncode != 0:
        raise RuntimeError(f"leaktop snapshot: status {result.returncode}: {result.stderr}")
    return json.loads(result.stdout)


def types_of(document):
    """The rows of "types" by name."""
    return {row["type"]: row for row in document["types"]}


def container_of(document, path):
    """The container of that path, or None."""
    return next((row for row in document["containers"] if row["path"] == path), None)


def check_refusal(result, status, *words):
    """leaktop refused: with this status and one sentence on stderr that has all the words."""
    what = " ".join(map(str, result.args[1:]))
    check_equal(result.returncode, status, f"exit status of leaktop {what}")
    for word in words:
        check_in(str(word), result.stderr, f"the message has '{word}'")
    lines = result.stderr.splitlines(keepends=True)
    # Of a build that no table is for, which is another matter.
    said = [line for line in lines if not line.startswith("leaktop: warning: no table")]
    check_equal((len(said), result.stderr[-1:]), (1, "\n"), "the message is one line")
    check_equal(result.stdout or "", "", "nothing on stdout")


def check_unharmed(target, command="ping"):
    """The target runs on: it answers, no thread is stopped, nobody traces it."""
    try:
        answer = target.ask(command)
    except (EOFError, TimeoutError, BrokenPipeError) as error:
        return check(False, "the target runs on", error)
    stopped = {tid: state for tid, state in thread_states(target.pid).items() if state in "tT"}
    return check(
        answer and not stopped and tracer_of(target.pid) == 0,
        "the target runs on",
        f"stopped threads {stopped}, traced by {tracer_of(target.pid)}",
    )

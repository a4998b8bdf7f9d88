# SPDX-License-Identifier: MIT
"""Programs of others that tests run: Prometheus, its node exporter, a browser. Servers listen on
127.0.0.1 alone, on ports of their own, and never outlive the test."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

import harness

# Where tests/ci unpacks servers that must not be started as services of the machine.
CACHE = pathlib.Path(os.environ.get("LEAKTOP_CACHE", harness.TESTS.parent / ".cache"), "tools", "usr")
PATH = os.pathsep.join(
    [os.environ.get("PATH", ""), "/usr/sbin", "/sbin", str(CACHE / "bin"), str(CACHE / "sbin")]
)


def find(name):
    return shutil.which(name, path=PATH)


def have(*names):
    """Whether all programs are there. If not it is a failure where they are required, else a skip."""
    missing = [name for name in names if not find(name)]
    if not missing:
        return True
    what = "not installed: " + ", ".join(missing)
    if os.environ.get("LEAKTOP_REQUIRE_TOOLS"):
        harness.check(False, what)
    else:
        harness.skip("what needs " + ", ".join(names), what)
    return False


def run(name, *arguments, **options):
    """Runs a program to its end; its two outputs are one text."""
    options.setdefault("timeout", harness.DEADLINE_SECONDS)
    return subprocess.run(
        [find(name), *map(str, arguments)],
        check=False,
        stdin=subprocess.DEVNULL if "input" not in options else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url, data=None, timeout=30, method=None):
    """The body of an answer; data is sent as JSON."""
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(
        url, data=body, headers={"Content-Type": "application/json"}, method=method
    )
    # No proxy stands between us and 127.0.0.1.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=timeout) as answer:
        return answer.read().decode()


def _answers(url):
    with contextlib.suppress(OSError, urllib.error.URLError):
        get(url, timeout=2)
        return True
    return False


@contextlib.contextmanager
def server(name, log, arguments, ready="/"):
    """Starts a server and yields its address. arguments(port) are those of its command. Somebody else
    may take the port between the look and the start: then it ends, and is tried again."""
    for _ in range(3):
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        with open(log, "ab") as output:
            process = harness.spawn(
                [find(name), *arguments(port)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        end = time.monotonic() + harness.DEADLINE_SECONDS
        while process.poll() is None and not _answers(address + ready):
            if time.monotonic() > end:
                break
            time.sleep(0.05)
        if process.poll() is None:
            break
    try:
        if process.poll() is not None:
            raise RuntimeError(f"{name} does not start: {pathlib.Path(log).read_text()[-2000:]}")
        yield address
    finally:
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
        if process.poll() is None:
            process.kill()
            process.wait()

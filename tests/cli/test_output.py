# SPDX-License-Identifier: MIT
"""Output that cannot be written, and what the outputs have in common."""

import json
import re
import subprocess

import harness
from harness import check, check_equal, check_in, check_refusal, leaktop, snapshot

OUTPUTS = (["snapshot"], ["snapshot", "--json"], ["--batch", "-n", 2, "-d", 0.1])
WHOLE = {
    "schema": str,
    "taken_at": str,
    "target": ("pid", "exe", "cmdline", "python", "build", "layout"),
    "pause": ("mode", "stopped_ms", "threads", "copied_bytes"),
    "memory": (
        "rss_bytes",
        "peak_rss_bytes",
        "page_table_bytes",
        "pss_bytes",
        "uss_bytes",
        "swap_bytes",
        "python_objects_bytes",
    ),
    "gc": ("enabled", "generations", "garbage", "frozen"),
    "heap": ("objects", "bytes", "tracked", "untracked", "opaque", "unreadable"),
    "types": ("type", "count", "bytes"),
    "containers": ("path", "type", "address", "length", "bytes"),
}


def full_disk(target):
    for arguments in OUTPUTS:
        with open("/dev/full", "w") as full:
            result = leaktop(*arguments, "-p", target.pid, stdout=full)
        check_refusal(result, 1, "No space left on device")
        harness.check_unharmed(target)


def closed_pipe(target):
    """The reader is gone: leaktop ends, with a status or by the signal, and soon."""
    for arguments in (*OUTPUTS, ["--batch", "-n", 100000, "-d", 0.1]):
        process = harness.spawn(
            [harness.LEAKTOP, *arguments, "-p", target.pid],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        process.stdout.close()
        process.wait(timeout=harness.DEADLINE_SECONDS)
        what = " ".join(map(str, arguments))
        check(process.returncode in (1, -13), f"{what} into a closed pipe", process.returncode)
        harness.check_unharmed(target)


def check_document(document, target, interpreter, what):
    check_equal(document["schema"], "leaktop.snapshot/1", f"{what}: schema")
    date = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    check(re.fullmatch(date, document["taken_at"]), f"{what}: taken_at", document["taken_at"])
    for name, fields in WHOLE.items():
        if fields is str:
            check(isinstance(document.get(name), str), f"{what}: {name}")
            continue
        part = document.get(name)
        rows = part if isinstance(part, list) else [part]
        bad = [row for row in rows if not isinstance(row, dict) or not set(fields) <= set(row)]
        check(rows and not bad, f"{what}: {name} has {', '.join(fields)}", bad[:3])
    check_equal(document["target"]["pid"], target.pid, f"{what}: pid")
    # No table is for debug builds and those with Py_TRACE_REFS; some debug builds are laid out as the
    # others.
    sources = ("dwarf", "structure") if interpreter.traces_refs else ("table",)
    sources += ("dwarf", "structure") if interpreter.is_debug else ()
    check_in(document["target"]["layout"], sources, f"{what}: layout")
    build = document["target"]["build"]
    check_equal("trace-refs" in build, interpreter.traces_refs, f"{what}: build")
    check_equal(document["target"]["python"], interpreter.release, f"{what}: version")
    check(document["pause"]["stopped_ms"] > 0, f"{what}: it says how long it stopped the target")
    check_equal(document["pause"]["threads"], 3, f"{what}: threads")
    heap = document["heap"]
    check_equal(heap["objects"], heap["tracked"] + heap["untracked"], f"{what}: heap adds up")
    check_equal(heap["unreadable"], 0, f"{what}: nothing was unreadable")
    check(heap["bytes"] < document["memory"]["rss_bytes"], f"{what}: bytes below RSS", heap)


def documents(target, interpreter):
    check_document(snapshot(target.pid), target, interpreter, "snapshot")
    result = leaktop("-p", target.pid, "--batch", "--json", "-n", 3, "-d", 0.1)
    lines = result.stdout.splitlines()
    check_equal(len(lines), 3, "--batch --json prints one document a line")
    for line in lines:
        check_document(json.loads(line), target, interpreter, "batch")


def texts(target, interpreter):
    for arguments in (["snapshot"], ["--batch", "-n", 1]):
        result = leaktop(*arguments, "-p", target.pid)
        check_equal(result.returncode, 0, f"{arguments[0]} as text")
        check_in(f"python {interpreter.release}", result.stdout, "the headline has the version")
        check_in("RSS", result.stdout, "and the RSS")
        for title in ("TYPE", "COUNT", "BYTES"):
            check_in(title, result.stdout, f"a column {title}")
        check_in("__main__.garbage", result.stdout, "the largest container has its name")


def growth(target):
    """Two samples, and a known growth between them."""
    process = harness.spawn(
        [harness.LEAKTOP, "-p", target.pid, "--batch", "--json", "-n", 100, "-d", 0.2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    process.stdout.readline()
    length = int(target.ask("keep 5000"))
    found = None
    for line in process.stdout:
        found = harness.container_of(json.loads(line), "__main__.kept")
        if found and found["length"] == length:
            break
    process.kill()
    process.wait()
    process.stdout.close()
    check_equal((found or {}).get("length"), length, "a dict that grows between samples")


def small_memory(target):
    """Where a copy does not fit, leaktop says so and what it does instead."""
    result = leaktop("snapshot", "-p", target.pid, "--max-memory", "1M")
    check_in("--max-memory", result.stdout + result.stderr, "a copy that does not fit: it says so")
    check_in("RSS", result.stdout, "and shows what needs no copy")
    check_equal(result.returncode, 0, "which is a result")
    harness.check_unharmed(target)


def test(interpreter):
    with harness.Target(interpreter, "counter.py") as target:
        documents(target, interpreter)
        texts(target, interpreter)
        growth(target)
        small_memory(target)
        full_disk(target)
        closed_pipe(target)


harness.main(lambda: harness.each_interpreter(test))

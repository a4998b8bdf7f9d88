# SPDX-License-Identifier: MIT
"""leaktop record and snapshot --output: what goes into the file, by the schema of leaktop-file(5), and
what is never done: stop a process with --rss-only, sample leaktop, print without need."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile

import harness
from harness import LEAKTOP, Target, check, check_equal, check_in, check_refusal, check_unharmed, leaktop

DIRECTORY = tempfile.TemporaryDirectory(prefix="leaktop-test-")


def path_of(name):
    return pathlib.Path(DIRECTORY.name, name)


def query(file, text, *values):
    with contextlib.closing(sqlite3.connect(file)) as database:
        return database.execute(text, values).fetchall()


def record(*arguments, status=0, what="leaktop record is silent"):
    result = leaktop("record", *arguments)
    check_equal((result.returncode, result.stdout, result.stderr), (status, "", ""), what)


def target(script="sessions.py", **options):
    return Target(harness.system_interpreter(), script, **options)


def test_one(process):
    """One sample after the other; the file says what snapshot --json says."""
    file = path_of("one")
    for _ in range(3):
        process.ask("50")
        record("-p", process.pid, "-o", file)
    check_equal(file.stat().st_mode & 0o7777, 0o600, "the file is its owner's alone")
    check_equal(query(file, "PRAGMA application_id"), [(0x6C6B7470,)], "application_id")
    check_equal(query(file, "PRAGMA user_version"), [(1,)], "user_version")
    check_equal(query(file, "PRAGMA integrity_check"), [("ok",)], "SQLite finds the file whole")
    check_equal(query(file, "SELECT count(*), count(DISTINCT target) FROM samples"), [(3, 1)], "samples")
    document = harness.snapshot(process.pid)
    last = query(file, "SELECT max(id) FROM samples")[0][0]
    stored = {row[0]: row[1:] for row in query(
        file, "SELECT type, count, bytes FROM sample_types WHERE sample = ?", last)}
    expected = {name: (row["count"], row["bytes"]) for name, row in harness.types_of(document).items()}
    different = {name for name in expected.keys() | stored.keys() if expected.get(name) != stored.get(name)}
    check(len(different) <= 3, "all types, as in the document of a snapshot", different)
    check_equal(stored["__main__.Session"][0], 150, "types are exact")
    lengths = query(file, "SELECT sample, length FROM sample_containers WHERE path = ? ORDER BY sample",
                    "__main__.cache")
    check_equal([length for _, length in lengths], [50, 100, 150], "a container over time")
    row = query(file, "SELECT pid, python, command_line FROM targets")[0]
    check_equal(row[:2], (process.pid, document["target"]["python"]), "the process")
    check_equal(row[2], document["target"]["cmdline"], "its command line")
    check(query(file, "SELECT count(*) FROM threads")[0][0] >= 3, "threads")
    check_equal(query(file, "SELECT count(*) FROM collectors")[0][0], 3, "collectors")
    check(not list(path_of(".").glob("one-*")), "no log stays behind")
    check_unharmed(process, "0")


def test_snapshot(process):
    file = path_of("snap")
    result = leaktop("snapshot", "-p", process.pid, "-o", file)
    check_equal((result.returncode, result.stdout, result.stderr), (0, "", ""), "snapshot -o is silent")
    check_equal(file.stat().st_mode & 0o7777, 0o600, "the file is its owner's alone")
    check_equal(query(file, "SELECT count(*) FROM samples"), [(1,)], "one sample")
    check_equal(query(file, "PRAGMA journal_mode"), [("delete",)], "which is one file for good")
    result = leaktop("snapshot", "-p", process.pid, "-o", file)
    check_equal(result.returncode, 0, "the next one replaces it")
    record("-p", process.pid, "-o", file, what="a recording goes on with it")
    check_equal(query(file, "SELECT count(*) FROM samples"), [(2,)], "two samples")
    check_refusal(leaktop("snapshot", "-p", process.pid, "-o", file), 2, file, "holds 2 samples")
    check_refusal(leaktop("snapshot", "-p", 2**22 + 1, "-o", path_of("nobody")), 5, 2**22 + 1)
    check(not path_of("nobody").exists(), "what failed leaves no file")
    check(not [entry for entry in os.listdir(DIRECTORY.name) if entry.startswith(".")], "nor a part of one")


def test_secrets(process):
    """Data keys are in no file, unless they are asked for."""
    file, open_file = path_of("closed"), path_of("open")
    record("-p", process.pid, "-o", file)
    record("-p", process.pid, "-o", open_file, "--values")
    secret = "secret-key-4711"
    content = query(file, "SELECT group_concat(text, char(10)) FROM names")[0][0]
    check(secret not in content, "no key without --values")
    check("leaked" in content, "but the names of variables")
    content = query(open_file, "SELECT group_concat(text, char(10)) FROM names")[0][0]
    check(secret in content, "keys with --values")


def test_rss_only(process):
    file = path_of("rss")
    if shutil.which("strace"):
        trace = path_of("trace")
        result = subprocess.run(
            ["strace", "-f", "-o", trace, "-e", "trace=ptrace,process_vm_readv", LEAKTOP, "record", "-p",
             str(process.pid), "--rss-only", "-o", file], check=False,
            # Under strace the sanitizer's search for leaks cannot run.
            env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
        check_equal(result.returncode, 0, "record --rss-only")
        check("ptrace(" not in trace.read_text(), "it does not attach")
    else:
        harness.skip("what --rss-only calls", "strace is missing")
        record("-p", process.pid, "--rss-only", "-o", file)
    check_equal(query(file, "SELECT base, missing, stopped_ms FROM samples"), [(None, None, None)],
                "a sample without a heap")
    rss = query(file, "SELECT rss_bytes, pss_bytes FROM samples")[0]
    check(rss[0] > 1 << 20 and rss[1], "RSS and PSS", rss)
    for _ in range(5):
        record("-p", process.pid, "--heap-every", 3, "-o", path_of("every"))
    heaps = [base is not None for (base,) in query(path_of("every"), "SELECT base FROM samples ORDER BY id")]
    check_equal(heaps, [True, False, False, True, False], "--heap-every 3")
    text = leaktop(path_of("every"), "-r", 0)
    check_equal(text.returncode, 0, "a file with both shows its last sample with a heap")
    check_in("__main__.Session", text.stdout, "and its types")
    text = leaktop("diff", file)
    check_refusal(text, 2, "one sample")


def test_limits(process):
    """A sample that would exceed a limit is recorded as skipped, with why."""
    file = path_of("limits")
    record("-p", process.pid, "-o", file, "--max-memory", 4096)
    record("-p", process.pid, "-o", file, "--max-pause", 0.001)
    rows = query(file, "SELECT base, text, rss_bytes FROM samples JOIN names ON names.id = missing"
                 " ORDER BY samples.id")
    check_equal(len(rows), 2, "two samples that were skipped")
    check(all(row[0] is None and row[2] for row in rows), "they have RSS and no heap", rows)
    check("memory" in rows[0][1], "--max-memory is the reason", rows[0][1])
    check("pause" in rows[1][1] or "stop" in rows[1][1], "--max-pause is the reason", rows[1][1])
    document = json.loads(leaktop(file, "--json").stdout)
    check(document["heap"] is None and document["heap_missing"], "the reason is shown")


def test_match():
    """A family: by regular expression, each process under its own identity; with children."""
    file = path_of("family")
    with target(wrapper=["env", "FAMILY=1"]) as first, target() as second:
        pattern = f"{re.escape(first.inside)}|{re.escape(second.inside)}"
        record("--match", pattern, "-o", file)
        pids = {pid for (pid,) in query(file, "SELECT pid FROM targets")}
        check_equal(pids, {first.pid, second.pid}, "both, and nothing else")
        second.send("exit")
        second.process.wait()
        record("--match", pattern, "-o", file, what="one that is gone is fine")
        check_equal(query(file, "SELECT count(*) FROM samples"), [(3,)], "three samples")
    result = leaktop("record", "--match", "no such process at all", "-o", path_of("nothing"))
    check_refusal(result, 1, "no Python process matches", "no such process at all")
    check(not path_of("nothing").exists(), "a typing error leaves no file")
    check_refusal(leaktop("record", "--match", "(", "-o", path_of("nothing")), 2, "no regular expression")
    check_refusal(leaktop("record", "--match", re.escape(LEAKTOP), "-o", path_of("nothing")), 1, "no Python")
    check_refusal(leaktop("record", "-o", path_of("nothing")), 2, "-p PID")
    check_refusal(leaktop("record", "-p", 1), 2, "-o FILE")
    result = subprocess.run(
        ["sh", "-c", 'exec "$0" record -p $$ -o "$1"', LEAKTOP, path_of("nothing")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, encoding="utf-8")
    check_refusal(result, 2, "leaktop itself")


def test_children():
    file = path_of("children")
    with target("workers.py") as parent:
        workers = {int(pid) for pid in parent.greeting.split()[1:]}
        record("-p", parent.pid, "--children", "--rss-only", "-o", file)
        pids = {pid for (pid,) in query(file, "SELECT pid FROM targets")}
        check_equal(pids, workers | {parent.pid}, "the parent and its workers, past a shell")


def test_errors():
    """What is wrong is said once; other processes are recorded all the same."""
    file = path_of("errors")
    with target() as process:
        result = leaktop("record", "-p", process.pid, "-p", 2**22 + 1, "-o", file)
        check_refusal(result, 5, 2**22 + 1)
        check_equal(query(file, "SELECT count(*) FROM samples"), [(1,)], "the other one is recorded")
    sleeper = harness.spawn(["sleep", "600"])
    harness.wait_until(lambda: os.readlink(f"/proc/{sleeper.pid}/exe").endswith("sleep"), "exec of sleep")
    check_refusal(leaktop("record", "-p", sleeper.pid, "-o", path_of("sleep")), 4, sleeper.pid)


def test_service(process):
    """--interval: until it is told to stop, and then the file is whole."""
    file = path_of("service")
    record("-p", process.pid, "-o", file, "--interval", 0.1, "--count", 3)
    check_equal(query(file, "SELECT count(*) FROM samples"), [(3,)], "--count")
    child = harness.spawn([LEAKTOP, "record", "--match", re.escape(process.inside), "-o", file,
                           "--interval", "0.1", "--rss-only"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    harness.wait_until(lambda: query(file, "SELECT count(*) FROM samples")[0][0] >= 8, "samples")
    child.send_signal(signal.SIGTERM)
    output, _ = child.communicate(timeout=harness.DEADLINE_SECONDS)
    check_equal((child.returncode, output), (0, b""), "SIGTERM ends it in order")
    check_equal(query(file, "PRAGMA integrity_check"), [("ok",)], "the file is whole")
    check(not list(path_of(".").glob("service-*")), "no log stays behind")
    check_refusal(leaktop("record", "-p", process.pid, "-o", file, "--count", 3), 2, "--interval")


def test_keep(process):
    file = path_of("keep")
    for _ in range(3):
        record("-p", process.pid, "-o", file, "--rss-only")
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE samples SET seconds = seconds - 86400 * 40 WHERE id < 3")
        # The clock was wrong then; the age of a sample of this boot does not go by it.
        database.execute("UPDATE samples SET time_ms = 0 WHERE id = 3")
        database.commit()
    record("-p", process.pid, "-o", file, "--rss-only", "--keep", "30d")
    check_equal([row[0] for row in query(file, "SELECT id FROM samples")], [3, 4], "--keep 30d")
    check_refusal(leaktop("record", "-p", 1, "-o", file, "--keep", "30x"), 2, "30x")


def test_clock(process):
    """A clock that was set back: samples stay in the order of time that passed."""
    file = path_of("clock")
    for _ in range(3):
        process.ask("10")
        record("-p", process.pid, "-o", file)
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE samples SET time_ms = time_ms - 3600000 WHERE id = 3")
        database.commit()
    document = json.loads(leaktop("diff", file, "--json").stdout)
    check(0 < document["seconds"] < 3600, "the time between is that which passed", document["seconds"])
    check(document["objects_delta"] > 0, "growth goes the right way")


def test():
    with target() as process:
        process.ask("100")
        test_snapshot(process)
        test_rss_only(process)
        test_limits(process)
        test_service(process)
        test_keep(process)
        test_clock(process)
    with target() as process:
        test_one(process)
    with target("secrets.py") as process:
        test_secrets(process)
    test_match()
    test_children()
    test_errors()


harness.main(test)

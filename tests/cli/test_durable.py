# SPDX-License-Identifier: MIT
"""Files that many write at once, that are killed while they write, and that find the disk full: every
sample that was there before is there afterwards."""

import contextlib
import os
import pathlib
import random
import resource
import signal
import sqlite3
import subprocess
import tempfile
import time

import harness
from harness import LEAKTOP, Target, check, check_equal, check_in, leaktop

KILLS = 200
WRITERS = 50


def query(file, text):
    with contextlib.closing(sqlite3.connect(file)) as database:
        return database.execute(text).fetchall()


def check_whole(file, what):
    check_equal(query(file, "PRAGMA integrity_check"), [("ok",)], f"{what}: SQLite finds the file whole")
    orphans = query(file, "SELECT count(*) FROM types WHERE sample NOT IN (SELECT id FROM samples)"
                          " UNION ALL SELECT count(*) FROM containers WHERE sample NOT IN (SELECT id FROM samples)"
                          " UNION ALL SELECT count(*) FROM samples WHERE base NOT IN (SELECT id FROM samples)")
    check_equal(set(orphans), {(0,)}, f"{what}: nothing is there in part")


def test_parallel(directory, target):
    """Fifty cron jobs at the same moment, into a file that is not there yet."""
    file = pathlib.Path(directory, "parallel")
    children = [
        harness.spawn([LEAKTOP, "record", "-p", target.pid, "-o", file, *(["--rss-only"] if i % 2 else [])],
                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for i in range(WRITERS)
    ]
    results = [(child.communicate(timeout=harness.DEADLINE_SECONDS)[0], child.returncode) for child in children]
    check_equal([result for result in results if result != (b"", 0)], [], "no writer meets trouble")
    check_equal(query(file, "SELECT count(*) FROM samples"), [(WRITERS,)], f"{WRITERS} writers lose nothing")
    check_equal(query(file, "SELECT count(*) FROM targets"), [(1,)], "of one process")
    check_whole(file, "many writers")


def samples_of(file):
    return query(file, "SELECT id, target, seconds, base, rss_bytes FROM samples ORDER BY id")


def test_kills(directory, target):
    """SIGKILL at any moment: as the file is made, as it is written, as it is closed."""
    file = pathlib.Path(directory, "killed")
    random.seed(4711)
    began = time.monotonic()
    result = leaktop("record", "-p", target.pid, "-o", pathlib.Path(directory, "other"))
    check_equal(result.returncode, 0, "a recording")
    lasts = time.monotonic() - began
    lost, unreadable, killed, before = [], [], 0, []
    for i in range(KILLS):
        target.ask("3")
        child = harness.spawn([LEAKTOP, "record", "-p", target.pid, "-o", file, "--keep", "30d"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.random() * lasts * 1.2)
        child.kill()
        child.wait()
        killed += child.returncode == -signal.SIGKILL
        if not file.exists() or not file.stat().st_size:
            continue
        try:
            after = samples_of(file)
        except sqlite3.Error as error:
            # Killed before the tables were there: as empty as a file that is not there yet.
            if before or "no such table" not in str(error):
                unreadable.append((i, str(error)))
            continue
        if after[: len(before)] != before:
            lost.append((i, before, after))
        before = after
    check_equal(lost, [], f"{KILLS} kills: no earlier sample is lost")
    check_equal(unreadable, [], "the file is always readable")
    check(killed >= KILLS // 4, "they did hit", f"{killed} of {KILLS}")
    check(len(before) >= KILLS // 20, "and many a sample was recorded before", len(before))
    print(f"# {killed} of {KILLS} killed, {len(before)} samples")
    check_whole(file, "kills")
    result = leaktop("record", "-p", target.pid, "-o", file)
    check_equal((result.returncode, result.stderr), (0, ""), "recording goes on")
    check_equal(leaktop("diff", file).returncode, 0, "and the file can be read")
    harness.check_unharmed(target, "0")


def test_snapshot_kills(directory, target):
    """A snapshot that is killed leaves the file that was there, whole."""
    file = pathlib.Path(directory, "snapshot")
    check_equal(leaktop("snapshot", "-p", target.pid, "-o", file).returncode, 0, "a snapshot")
    bad = []
    for i in range(20):
        child = harness.spawn([LEAKTOP, "snapshot", "-p", target.pid, "-o", file],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.random() * 0.1)
        child.kill()
        child.wait()
        if query(file, "SELECT count(*) FROM samples") != [(1,)]:
            bad.append(i)
    check_equal(bad, [], "killed snapshots leave the last whole one")


def limited(size):
    def limit():
        # What is beyond the limit fails with EFBIG, as a full disk does with ENOSPC.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


def test_no_space(directory, target):
    """A limit on the size of files, growing slowly, so that it is met at every place."""
    file = pathlib.Path(directory, "limited")
    before, refused, silent, harmed = [], 0, [], []
    for size in range(0, 600000, 20000):
        target.ask("20")
        result = leaktop("record", "-p", target.pid, "-o", file, preexec_fn=limited(size))
        refused += result.returncode != 0
        if result.returncode and result.stderr.count("\n") != 1:
            silent.append((size, result.stderr))
        if not file.exists() or not file.stat().st_size:
            continue
        try:
            after = samples_of(file)
        except sqlite3.Error as error:
            harmed += [(size, str(error))] if before else []
            continue
        if after[: len(before)] != before or (not result.returncode and len(after) != len(before) + 1):
            harmed.append((size, before, after))
        before = after
    check(refused >= 3, "the limit was met", refused)
    check_equal(silent, [], "each failure is one sentence")
    check_equal(harmed, [], "earlier samples stay")
    result = leaktop("record", "-p", target.pid, "-o", file)
    check_equal((result.returncode, result.stderr), (0, ""), "with space again recording goes on")
    check_whole(file, "no space")


def test_full_disk(directory, target):
    """A file system of its own that is really full."""
    mount = pathlib.Path(directory, "mount")
    mount.mkdir()
    script = (
        'mount -t tmpfs -o size=400k none "$1" && cd "$1" && n=0;'
        ' while "$0" record -p "$2" -o file 2>message; do n=$((n + 1)); [ $n -lt 500 ] || exit 9;'
        ' dd if=/dev/zero bs=4k count=8 of=fill.$n 2>/dev/null; done; cat message >&2; rm -f fill.*;'
        ' "$0" record -p "$2" -o file || exit 8; cat file; echo $n >&2'
    )
    result = subprocess.run(["unshare", "-m", "sh", "-c", script, LEAKTOP, mount, str(target.pid)],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=300)
    if b"unshare" in result.stderr or b"mount:" in result.stderr:
        harness.skip("a disk that is full", "mounting needs root")
        return
    check_equal(result.returncode, 0, "recording goes on when there is space again")
    lines = result.stderr.decode().splitlines()
    check_in("no space", lines[0], "the sentence names the reason")
    copy = pathlib.Path(directory, "copy")
    copy.write_bytes(result.stdout)
    check_equal(query(copy, "SELECT count(*) FROM samples")[0][0], int(lines[-1]) + 1, "every sample is there")
    check_whole(copy, "full disk")


def test():
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory, \
         Target(harness.system_interpreter(), "sessions.py") as target:
        test_parallel(directory, target)
        test_kills(directory, target)
        test_snapshot_kills(directory, target)
        test_no_space(directory, target)
        if os.getuid() == 0:
            test_full_disk(directory, target)
        else:
            harness.skip("a disk that is full", "mounting needs root")


harness.main(test)

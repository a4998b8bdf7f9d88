# SPDX-License-Identifier: MIT
"""leaktop diff, check and FILE: what they say of recorded samples, and how they refuse what is no file
of ours, no pair to compare, or nothing to look at."""

import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import unicodedata

import harness
from harness import LEAKTOP, Target, check, check_equal, check_in, check_refusal, leaktop

DIRECTORY = tempfile.TemporaryDirectory(prefix="leaktop-test-")


def path_of(name):
    return pathlib.Path(DIRECTORY.name, name)


def record(file, *targets):
    for target in targets:
        result = leaktop("record", "-p", target.pid, "-o", file)
        if result.returncode or result.stderr:
            raise RuntimeError(f"leaktop record: {result.stderr}")


def sessions():
    return Target(harness.system_interpreter(), "sessions.py")


def json_of(*arguments, status=0):
    result = leaktop(*arguments, "--json")
    check_equal((result.returncode, result.stderr), (status, ""), f"leaktop {arguments[0]} --json")
    return json.loads(result.stdout)


def row_of(rows, key, value):
    return next((row for row in rows if row[key] == value), {})


def test_diff(file, target):
    for _ in range(3):
        target.ask("1000")
        record(file, target)
    document = json_of("diff", file)
    check_equal(document["schema"], "leaktop.diff/1", "schema")
    row = row_of(document["types"], "type", "__main__.Session")
    check_equal([row[key] for key in ("count_before", "count_after", "count_delta")], [1000, 3000, 2000],
                "types: from the first to the last sample")
    check(abs(row["count_per_minute"] - 2000 * 60 / document["seconds"]) < 1, "the pace", row)
    row = row_of(document["containers"], "path", "__main__.cache")
    check_equal([row[key] for key in ("length_before", "length_after", "length_delta")], [1000, 3000, 2000],
                "containers")
    deltas = [row["bytes_delta"] for row in document["types"]]
    check_equal(deltas, sorted(deltas, reverse=True), "the largest growth first")
    row = row_of(document["memory"], "memory", "Python objects")
    check_equal(row["bytes_delta"], document["bytes_delta"], "kinds of memory")
    middle = json_of("diff", file, "--from", 2, "--to", 3)
    check_equal(row_of(middle["types"], "type", "__main__.Session")["count_delta"], 1000, "--from and --to")
    back = json_of("diff", file, "--from", 3, "--to", 1)
    check_equal(row_of(back["types"], "type", "__main__.Session")["count_delta"], -2000, "backwards")
    text = leaktop("diff", file, env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout
    check(max(map(len, text.splitlines())) <= 80, "text fits 80 columns", text)
    check_in("__main__.cache", text, "text names the container")
    check_in("types that did not change are left out", text, "and says what it left out")
    text = leaktop("diff", file, "-r", 1).stdout
    check_in("more row", text, "also what --rows left out")
    check_refusal(leaktop("diff", file, "--from", 9), 1, "no sample 9", "3 in all")
    check_refusal(leaktop("diff", file, "--from", 2, "--to", 2), 2, "one sample")
    check_refusal(leaktop("diff"), 2, "name a file")


def test_two_files(file, target):
    """Snapshots of one process, and of different ones."""
    first, second, other = path_of("first"), path_of("second"), path_of("other")
    leaktop("snapshot", "-p", target.pid, "-o", first)
    target.ask("500")
    leaktop("snapshot", "-p", target.pid, "-o", second)
    document = json_of("diff", first, second)
    check_equal(row_of(document["types"], "type", "__main__.Session")["count_delta"], 500, "two files")
    check_equal(row_of(document["containers"], "path", "__main__.cache")["length_delta"], 500, "containers too")
    with sessions() as stranger:
        stranger.ask("4000")
        leaktop("snapshot", "-p", stranger.pid, "-o", other)
        check_refusal(leaktop("diff", first, other), 2, "different processes", "--force", target.pid)
        document = json_of("diff", first, other, "--force")
        check_equal(document["containers"], [], "--force compares no containers")
        check(document["types"], "but types")
        text = leaktop("diff", first, other, "--force").stdout
        check_in("Containers of different processes are not compared", text, "and says so")
        record(file, stranger)
        check_refusal(leaktop("diff", file), 2, "2 processes", "-p PID")
        check_refusal(leaktop("diff", file, "-p", 1), 1, "no process 1")
        check_equal(row_of(json_of("diff", file, "-p", target.pid)["types"], "type", "__main__.Session")
                    ["count_delta"], 2000, "-p chooses")
        listing = json_of(file)
        check_equal([row["pid"] for row in listing["rows"]], [target.pid, stranger.pid], "the file lists both")


def test_pid_reuse(file, target):
    """The same pid, started at another time: another process."""
    copy = path_of("reused")
    shutil.copy(file, copy)
    with contextlib.closing(sqlite3.connect(copy)) as database:
        database.execute("UPDATE targets SET start_time = start_time - 1 WHERE pid = ?", (target.pid,))
        database.commit()
    record(copy, target)
    rows = [row for row in json_of(copy)["rows"] if row["pid"] == target.pid]
    check_equal([row["samples"] for row in rows], [3, 1], "a pid that is used again is another target")
    check_refusal(leaktop("diff", copy, "-p", target.pid), 2, "one sample")


def make_leak(file, rates):
    """Makes the samples of a file look as if they were a minute apart, and growing as told."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        ids = [row[0] for row in database.execute("SELECT id FROM samples ORDER BY id")]
        rss = 100 << 20
        for number, (identifier, rate) in enumerate(zip(ids, rates)):
            rss += rate
            database.execute("UPDATE samples SET seconds = ?, rss_bytes = ? WHERE id = ?",
                             (1000 + 60 * number, rss, identifier))
        database.commit()


def test_check():
    file = path_of("leak")
    with sessions() as target:
        record(file, target)
        result = leaktop("check", file)
        check_equal(result.returncode, 0, "one sample: exit status 0")
        check_in("too early", result.stdout, "too early to say")
        check_equal(json_of("check", file)["verdict"], "too early", "in JSON too")
        for _ in range(14):
            target.ask("2000")
            record(file, target)
    make_leak(file, [1 << 20] * 15)
    document = json_of("check", file, status=10)
    check_equal((document["schema"], document["verdict"]), ("leaktop.check/1", "leak"), "a leak: exit status 10")
    low, high = document["interval"]
    check(low <= document["bytes_per_minute"] <= high and low > 0, "the pace with its interval", document)
    check(abs(document["bytes_per_minute"] - (1 << 20)) < 1 << 17, "the pace", document["bytes_per_minute"])
    causes = document["causes"]
    check(causes and set(causes[0]) == {"class", "path", "type", "share", "filled_by"}, "causes", causes)
    paths = {cause["path"] for cause in causes if cause["class"] == "container"}
    check_equal(paths, {"__main__.cache", "__main__.sessions"}, "the containers that grow, from nothing")
    shares = [cause["share"] for cause in causes]
    check(shares == sorted(shares, reverse=True) and sum(shares) <= 1.01, "most to blame first", shares)
    check(document["advice"], "advice")
    result = leaktop("check", file)
    check_equal(result.returncode, 10, "text: exit status 10")
    check(max(map(len, result.stdout.splitlines())) <= 80, "one paragraph of 80 columns", result.stdout)
    check_equal(result.stdout.count("\n\n"), 0, "one paragraph")
    make_leak(file, [0] * 15)
    quiet = leaktop("check", file)
    check_equal(quiet.returncode, 10, "steady RSS, growing objects: they fill free memory")
    check_in("Python objects, RSS flat", " ".join(quiet.stdout.split()), "and it says so")
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE samples SET base = NULL")
        database.commit()
    result = leaktop("check", file)
    check_equal(result.returncode, 0, "steady RSS alone: exit status 0")
    check_in("no leak", result.stdout, "no leak")


def test_check_live():
    with sessions() as target:
        target.ask("10")
        document = json_of("check", "-p", target.pid, "--for", "1s", "-d", "0.2")
        check(document["verdict"] in ("too early", "no leak"), "a quiet process for a second", document)
        check(document["samples"] >= 5, "it was looked at more than once", document["samples"])
        harness.check_unharmed(target, "0")
    check_refusal(leaktop("check"), 2, "name a file")
    check_refusal(leaktop("check", path_of("leak"), "--for", "1s"), 2, "--for")
    check_refusal(leaktop("check", "-p", 1, "--for", "1y"), 2, "1y")


def test_show(file, target):
    document = json_of(file, "-p", target.pid)
    check_equal(document["schema"], "leaktop.snapshot/1", "leaktop FILE --json")
    check_equal(document["target"]["pid"], target.pid, "the process")
    check_equal(row_of(document["types"], "type", "__main__.Session")["count"], 3000, "the last sample")
    check(len(document["gc"]["generations"]) >= 2 and document["threads"], "collector and threads")
    text = leaktop(file, "-p", target.pid, "--batch").stdout
    for part in ("Memory by type", "Containers", "Collector", "Threads", "__main__.cache"):
        check_in(part, text, f"leaktop FILE --batch shows {part}")


def test_hostile():
    file = path_of("hostile")
    with Target(harness.system_interpreter(), "hostile.py", b"--\xff\xfe", "\x1b[31m") as target:
        record(file, target)
        record(file, target)
    for arguments in ((file,), (file, "--json"), ("diff", file), ("diff", file, "--json"), ("check", file),
                      ("check", file, "--json")):
        result = subprocess.run([LEAKTOP, *map(str, arguments)], stdout=subprocess.PIPE,
                                env={"LC_ALL": "C.UTF-8"}, check=False)
        text = result.stdout.decode()
        bad = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c != "\n"}
        check(text and not bad, f"{arguments[0]} {arguments[-1]}: nothing that a terminal obeys", bad)
    # And a file that somebody wrote to be read here.
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE names SET text = text || char(27) || '[2J' || char(0) || 'x' || char(8238)")
        database.execute("UPDATE targets SET command_line = CAST(x'1b5b326aff00' AS TEXT), python = char(27)")
        database.commit()
    for arguments in ((file,), ("diff", file), ("check", file)):
        result = subprocess.run([LEAKTOP, *map(str, arguments)], stdout=subprocess.PIPE,
                                env={"LC_ALL": "C.UTF-8"}, check=False)
        check(b"\x1b" not in result.stdout and b"\0" not in result.stdout and result.stdout,
              f"a hostile file: {arguments[0]}")


def test_bad_files(file):
    cut, foreign, newer, empty = path_of("cut"), path_of("foreign"), path_of("newer"), path_of("empty")
    content = file.read_bytes()
    cut.write_bytes(content[: len(content) // 2])
    foreign.write_bytes(b"\x7fELF" * 1000)
    newer.write_bytes(content[:60] + b"\0\0\0\x09" + content[64:])
    empty.write_bytes(b"")
    fifo, directory = path_of("fifo"), path_of("directory")
    os.mkfifo(fifo)
    directory.mkdir()
    bad = ((cut, 1, "cut short"), (foreign, 2, "no leaktop file"), (newer, 2, "newer leaktop"),
           (empty, 1, "is empty"), (fifo, 2, "a FIFO"), (directory, 2, "a directory"),
           (path_of("none"), 1, "No such file"))
    for name, status, words in bad:
        for arguments in ((name,), ("diff", name), ("check", name)):
            check_refusal(leaktop(*arguments), status, name, words)
    check_refusal(leaktop("no-such-file-here"), 2, "no command, no file", "no-such-file-here")
    with sessions() as target:
        link = path_of("link")
        link.symlink_to(path_of("target-of-link"))
        for command in (["record"], ["snapshot"]):
            for name, status, words in ((link, 2, "a symbolic link"), (fifo, 2, "a FIFO"),
                                        (directory, 2, "a directory"), (foreign, 2, "no leaktop file"),
                                        (path_of("no/such/file"), 1, "No such file")):
                check_refusal(leaktop(*command, "-p", target.pid, "-o", name), status, name, words)
        check(not path_of("target-of-link").exists(), "nothing is written through the link")
    check_equal(foreign.read_bytes(), b"\x7fELF" * 1000, "what is not ours stays as it was")


def as_nobody(*arguments):
    return subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", LEAKTOP,
                           *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, encoding="utf-8")


def test_read_only(file):
    """A directory that is not writable: nothing can be recorded there, and what is there can be read."""
    if os.getuid() != 0:
        harness.skip("a directory of somebody else", "becoming another user needs root")
        return
    directory = path_of("readonly")
    directory.mkdir()
    os.chmod(DIRECTORY.name, 0o755)
    copy = directory / "file"
    shutil.copy(file, copy)
    copy.chmod(0o444)
    directory.chmod(0o555)
    if as_nobody("--version").returncode:
        harness.skip("a directory of somebody else", "this build is not to be run by another user")
        return
    result = as_nobody("diff", copy, "--from", 1, "--to", 2, "-p", json_of(file)["rows"][0]["pid"])
    check_equal((result.returncode, result.stderr), (0, ""), "a file there can be read")
    check_equal(sorted(os.listdir(directory)), ["file"], "and nothing is left beside it")
    child = subprocess.Popen(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                              "/usr/bin/python3", "-c", "input()"], stdin=subprocess.PIPE)
    try:
        harness.wait_until(lambda: "python" in os.readlink(f"/proc/{child.pid}/exe"), "python")
        for name in (copy, directory / "new"):
            check_refusal(as_nobody("record", "-p", child.pid, "--rss-only", "-o", name), 3, name)
    finally:
        child.kill()
        child.wait()


def test():
    file = path_of("file")
    with sessions() as target:
        test_diff(file, target)
        test_show(file, target)
        test_two_files(file, target)
        test_pid_reuse(file, target)
    test_check()
    test_check_live()
    test_hostile()
    test_bad_files(file)
    test_read_only(file)


harness.main(test)

# SPDX-License-Identifier: MIT
"""Recorded files in the formats of other programs, each read by its own reader."""

import csv
import io
import json
import os
import pathlib
import re
import stat
import subprocess
import tempfile

import harness
import tools
from harness import check, check_equal, check_in, check_refusal, leaktop

TABLES = ("samples", "types", "containers", "memory", "collector", "threads", "interpreters")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def record(target, file, *arguments):
    result = leaktop("record", "-p", target.pid, "-o", file, *arguments)
    check_equal((result.returncode, result.stderr), (0, ""), "record")


def export(file, form, *arguments):
    result = leaktop("export", file, "--format", form, *arguments)
    check_equal((result.returncode, result.stderr), (0, ""), f"export --format {form}")
    return result.stdout


def rows_of(file, table, *arguments):
    # Bytes, since Python would turn the line ends of RFC 4180 into its own.
    result = subprocess.run(
        [harness.LEAKTOP, "export", file, "--format", "csv", "--table", table, *map(str, arguments)],
        stdout=subprocess.PIPE,
        check=True,
        timeout=harness.DEADLINE_SECONDS,
    )
    lines = result.stdout.split(b"\r\n")
    check(lines[-1] == b"" and b"\n" not in b"".join(lines), f"{table}: lines end in CR LF")
    reader = csv.reader(io.StringIO(result.stdout.decode(), newline=""), strict=True)
    heading, *rows = list(reader)
    check({len(heading)} == {len(row) for row in rows} | {len(heading)}, f"{table}: rows are even")
    return [dict(zip(heading, row)) for row in rows]


def growth(file, target, lengths):
    samples = rows_of(file, "samples")
    check_equal(len(samples), len(lengths), "a line for every sample")
    check_equal({row["pid"] for row in samples}, {str(target.pid)}, "with its pid")
    times = [row["time"] for row in samples]
    check_equal(times, sorted(times), "in order of time")
    check(all(int(row["rss_bytes"]) > 1 << 20 for row in samples), "and the resident memory")

    document = json.loads(export(file, "json"))
    check_equal(document["schema"], "leaktop.export/1", "JSON: schema")
    (exported,) = document["targets"]
    check_equal(exported["pid"], target.pid, "JSON: the process")
    found = [(harness.container_of(item, "__main__.kept") or {}).get("length") for item in exported["samples"]]
    check_equal(found[1:], lengths[1:], "JSON: the container in each sample")
    objects = [str(item["heap"]["objects"]) for item in exported["samples"]]
    check_equal(objects, [row["python_objects"] for row in samples], "CSV and JSON agree")

    kept = [row for row in rows_of(file, "containers") if row["path"] == "__main__.kept"]
    check_equal([row["length"] for row in kept], [str(lengths[-1])], "CSV: the container")
    types = {row["type"]: row for row in rows_of(file, "types")}
    last = harness.types_of(exported["samples"][-1])
    check_equal(int(types["str"]["count"]), last["str"]["count"], "CSV: a type")


def processes(directory):
    """Several in one file: all of them, or the one that is named."""
    file = directory / "several"
    system = harness.system_interpreter()
    with harness.Target(system, "counter.py") as one, harness.Target(system, "counter.py") as two:
        record(one, file, "-p", two.pid)
        record(one, file, "-p", two.pid)
    for table in TABLES:
        pids = {row["pid"] for row in rows_of(file, table)}
        check_equal(pids, {str(one.pid), str(two.pid)}, f"{table} of both processes")
    pids = {row["pid"] for row in rows_of(file, "types", "-p", two.pid)}
    check_equal(pids, {str(two.pid)}, "of one with -p")
    targets = json.loads(export(file, "json"))["targets"]
    check_equal([len(target["samples"]) for target in targets], [2, 2], "JSON has both")
    text = export(file, "openmetrics")
    check_in("\nleaktop_processes 2\n# EOF\n", text, "OpenMetrics has both")
    page = leaktop("report", file).stdout
    check_equal(page.count('<section class="process"'), 2, "a section each in the report")
    check_equal(page.count('href="#process-'), 2, "and a list of them")


def hostile(directory):
    file = directory / "hostile"
    with harness.Target(harness.system_interpreter(), "hostile_exports.py") as target:
        for _ in range(3):
            target.ask("grow")
            record(target, file)
    for table in TABLES:
        cells = [cell for row in rows_of(file, table) for cell in row.values()]
        bad = [cell for cell in cells if cell.startswith(FORMULA) and not NUMBER.fullmatch(cell)]
        check_equal(bad, [], f"{table}: no cell is a formula")
        check(not any(ord(c) < 32 for cell in cells for c in cell), f"{table}: no control in it")
    names = {row["path"] for row in rows_of(file, "containers")}
    check(any(name.startswith("'=") or "=HYPERLINK" in name for name in names), "the names are there", names)
    document = json.loads(export(file, "json"))
    names = {row["type"] for row in document["targets"][0]["samples"][-1]["types"]}
    check(any("</script>" in name for name in names), "JSON has them as they are", names)
    check(not any(ord(c) < 32 for name in names for c in name), "but for controls", names)


def sqlite(directory, target, lengths):
    """The examples of leaktop-file(5) run as they stand there."""
    if not tools.have("sqlite3"):
        return
    file = directory / "growth"
    manual = (harness.TESTS.parent / "man" / "leaktop-file.5").read_text().replace("\\-", "-")
    queries = re.findall(r"^(SELECT .*?;)$", manual, re.MULTILINE | re.DOTALL)
    check(len(queries) >= 3, "leaktop-file(5) has examples", queries)
    answers = []
    for query in queries:
        query = query.replace("\\(aq", "'").replace("__main__.cache", "__main__.kept")
        result = tools.run("sqlite3", "-readonly", "-json", file, query)
        check(result.returncode == 0 and result.stdout.strip(), query.splitlines()[0], result.stdout)
        answers.append(json.loads(result.stdout or "[]"))
    check_equal({row["pid"] for row in answers[0]}, {target.pid}, "the process of the samples")
    check_equal([row["length"] for row in answers[2]][-1], lengths[-1], "how a container grew")
    result = tools.run("sqlite3", "-readonly", file, "PRAGMA integrity_check; PRAGMA application_id;")
    check_equal(result.stdout.split()[0], "ok", "the file is whole")
    check(int(result.stdout.split()[1]) != 0, "and says whose it is")


def outputs(directory):
    file = directory / "growth"
    for form, mode in (("json", 0o640), ("csv", 0o640), ("openmetrics", 0o644)):
        path = directory / f"out.{form}"
        path.write_text("old")
        command = [harness.LEAKTOP, "export", file, "--format", form, "-o", path]
        result = subprocess.run(command, check=False, preexec_fn=lambda: os.umask(0o027))
        check_equal(result.returncode, 0, f"{form} into a file")
        check_equal(stat.S_IMODE(path.stat().st_mode), mode, f"{form}: its mode")
        check_equal(path.read_text(), export(file, form), f"{form}: the same as on standard output")
    (directory / "link").symlink_to(directory / "elsewhere")
    os.mkfifo(directory / "fifo")
    common = ["export", file, "--format", "csv"]
    for name, words in (("link", "symbolic link"), ("fifo", "no regular file"), (".", "no regular file")):
        check_refusal(leaktop(*common, "-o", directory / name), 2, words)
    if os.geteuid() != 0:
        (directory / "closed").mkdir(mode=0o500)
        check_refusal(leaktop(*common, "-o", directory / "closed" / "file"), 3, "Permission denied")
    with open("/dev/full", "w") as full:
        check_refusal(leaktop(*common, stdout=full), 1, "No space left")
    check_refusal(leaktop(*common, "--table", "nothing"), 2, "no table 'nothing'")
    check_refusal(leaktop("export", file), 2, "--format")
    check_refusal(leaktop("export", file, "--format", "xml"), 2, "no format 'xml'")
    check_refusal(leaktop("export", file, "--format", "json", "--table", "types"), 2, "--table")
    check_refusal(leaktop("export", "--format", "json"), 2, "name a file")
    check_refusal(leaktop("export", directory / "nothing", "--format", "json"), 1, "nothing")
    (directory / "text").write_text("hello\n" * 1000)
    check_refusal(leaktop("export", directory / "text", "--format", "json"), 2, "text")
    left = [path.name for path in directory.iterdir() if path.name.startswith(".")]
    check_equal(left, [], "no temporary file is left")


def rss_only(directory):
    """Without a heap there is less, and nothing that is made up."""
    file = directory / "rss"
    with harness.Target(harness.system_interpreter(), "counter.py") as target:
        for _ in range(3):
            record(target, file, "--rss-only")
    rows = rows_of(file, "samples")
    check_equal({row["python_objects"] for row in rows}, {""}, "CSV: objects are not known")
    text = export(file, "openmetrics")
    check_in("leaktop_process_resident_memory_bytes{", text, "OpenMetrics has the resident memory")
    check("leaktop_python_" not in text, "and nothing of Python", text)
    samples = json.loads(export(file, "json"))["targets"][0]["samples"]
    check_equal([sample["heap"] for sample in samples], [None] * 3, "JSON: no heap")
    check_in("</html>", leaktop("report", file).stdout, "a report")


def test():
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as name:
        directory = pathlib.Path(name)
        with harness.Target(harness.system_interpreter(), "counter.py") as target:
            lengths = []
            for _ in range(4):
                lengths.append(int(target.ask("keep 2500")))
                record(target, directory / "growth")
        growth(directory / "growth", target, lengths)
        sqlite(directory, target, lengths)
        outputs(directory)
        processes(directory)
        hostile(directory)
        rss_only(directory)


harness.main(test)

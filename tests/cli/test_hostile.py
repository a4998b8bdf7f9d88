# SPDX-License-Identifier: MIT
"""Names in the target that are terminal escapes, no valid text, or endless."""

import json
import unicodedata

import harness
from harness import check, check_equal, leaktop

# What may change how a terminal shows other text. A newline ends our own lines.
FORBIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def harmful(text):
    return sorted(
        {c for c in text if unicodedata.category(c) in FORBIDDEN and c != "\n"}, key=ord
    )


def check_harmless(output, what):
    """Bytes for a terminal: valid UTF-8, and nothing in it that a terminal would obey."""
    try:
        text = output.decode("utf-8")
    except UnicodeDecodeError as error:
        return check(False, f"{what}: valid UTF-8", error)
    return check(not harmful(text), f"{what}: nothing a terminal obeys", harmful(text))


def strings_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_of(item)


def run(*arguments):
    command = [harness.LEAKTOP, *map(str, arguments)]
    result = harness.subprocess.run(
        command,
        stdin=harness.subprocess.DEVNULL,
        stdout=harness.subprocess.PIPE,
        stderr=harness.subprocess.PIPE,
        timeout=harness.DEADLINE_SECONDS,
        env={"LC_ALL": "C.UTF-8"},
    )
    check_equal(result.returncode, 0, f"leaktop {arguments[0]} succeeds")
    return result


def test(interpreter):
    arguments = (b"--\xff\xfe", "\x1b[31m")
    with harness.Target(interpreter, "hostile.py", *arguments) as target:
        for what in (["snapshot"], ["--batch", "-n", 2, "-d", 0.1], ["doctor"]):
            result = run(*what, "-p", target.pid)
            check_harmless(result.stdout, f"{what[0]}")
            check_harmless(result.stderr, f"{what[0]}, messages")
        result = run("snapshot", "-p", target.pid, "--json")
        check_harmless(result.stdout, "JSON")
        document = json.loads(result.stdout)
        bad = [text[:80] for text in strings_of(document) if harmful(text) or "\n" in text]
        check(not bad, "strings in JSON are escaped as on the screen", bad)
        longest = max(len(text) for text in strings_of(document))
        check(longest < 10000, "an endless name is cut", longest)
        counts = {row["type"]: row["count"] for row in document["types"]}
        hundreds = [name for name, count in counts.items() if count == 100]
        for part in ("Evil", "Lone", "Bidi"):
            check(any(part in name for name in hundreds), f"100 objects of a type with {part}")
        harness.check_unharmed(target)
    result = leaktop(stdin=harness.subprocess.DEVNULL)
    check(not harmful(result.stdout), "the list of processes is harmless", harmful(result.stdout))


harness.main(lambda: harness.each_interpreter(test))

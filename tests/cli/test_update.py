# SPDX-License-Identifier: MIT
"""lib/layout/update and leaktop layout --emit, on files that have nothing but the debug information of a
build: every build of layouts.in is read back as it is listed, and a new release is added to the list."""

import os
import pathlib
import platform
import re
import shutil
import subprocess
import tempfile

import harness
from harness import check, check_equal, check_in, leaktop

LAYOUT = harness.TESTS.parent / "lib" / "layout"
MUTEX_GROWTH = 8 if platform.machine() == "aarch64" else 0
COMPILER = os.environ.get("CC", "cc").split()


def read_places():
    """The struct and the member of each field, by the newest of their names."""
    places = {}
    for line in (LAYOUT / "fields.def").read_text().splitlines():
        found = re.match(r'FIELD\((\w+), "([^"]*)", "([^"]*)"\)', line)
        if found:
            places[found[1]] = (found[2].split("|")[0], found[3].split("|")[0])
    return places


def read_builds():
    """The cells of each build, by its name: {"3.8.20": {"runtime_size": "1464+2m", ...}, ...}."""
    builds = {}
    for line in (LAYOUT / "layouts.in").read_text().splitlines():
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if words[0] in ("build", "candidate"):
            builds[words[1]] = {}
            continue
        changes = dict(word.split("=") for word in words[2:])
        cell = words[1]
        for name, cells in builds.items():
            cell = changes.get(name, cell)
            cells[words[0]] = cell
    return builds


class Source:
    """C with the structs of one build: unions of members, each behind padding of its own."""

    def __init__(self, release):
        minor, micro = (int(number) for number in release.split(".")[1:])
        self.pads = 0
        # What counts is the name of the type, and how many of these lie before a member.
        self.text = "typedef struct { char byte; } pthread_mutex_t;\n"
        if minor >= 11:
            self.text += f"const unsigned long Py_Version = 0x03{minor:02x}{micro:02x}f0;\n"

    def _pad(self, size):
        self.pads += 1
        return f"char pad{self.pads}[{size}]; "

    def _members(self, members, base):
        """members: pairs of a path and an offset; base: where the union begins."""
        text = ""
        inner = {}
        for path, offset in members:
            name, _, rest = path.partition(".")
            if rest:
                inner.setdefault(name, []).append((rest, offset))
            else:
                text += f"struct {{ {self._pad(offset - base)}char {name}[0]; }}; "
        for name, rests in inner.items():
            begin = min(offset for _, offset in rests)
            text += (f"struct {{ {self._pad(begin - base)}"
                     f"union {{ {self._members(rests, begin)}}} {name}; }}; ")
        return text

    def _mutexes(self, members, mutexes):
        """Right behind the last member that has fewer mutexes before it than there are."""
        count = max(mutexes.values())
        if not count:
            return ""
        behind = max((offset for path, offset in members if mutexes[path] < count), default=0)
        return f"struct {{ {self._pad(behind)}pthread_mutex_t locks[{count}]; }}; "

    def add(self, name, members, mutexes, size):
        text = self._mutexes(members, mutexes) if members else ""
        text += self._members([member for member in members if member[0]], 0)
        text += self._pad(size) if size is not None else ""
        self.text += f"union {name} {{ {text}}} one_{name};\n"

    def compile(self, path):
        return subprocess.run(
            [*COMPILER, "-g", "-O0", "-w", "-shared", "-fPIC", "-x", "c", "-", "-o", path],
            input=self.text, text=True, check=False).returncode == 0


def make_file(places, release, cells, path):
    """A file with the debug information of a build."""
    structs = {}
    for field, cell in cells.items():
        found = re.match(r"(\d+)(?:\+(\d+)m)?", cell)
        if found:
            name, member = places[field]
            mutexes = int(found[2] or 0)
            offset = int(found[1]) + mutexes * MUTEX_GROWTH
            structs.setdefault(name, []).append((member, offset, mutexes))
    source = Source(release)
    for name, members in structs.items():
        sizes = [offset for member, offset, _ in members if not member]
        source.add(name, [(member, offset) for member, offset, _ in members],
                   {member: mutexes for member, _, mutexes in members}, sizes[0] if sizes else None)
    return source.compile(path)


def expected_of(cells):
    """What the file of a build says, but for fields that were left out by hand or are not known."""
    return {field: cell.strip("!") for field, cell in cells.items() if cell not in ("-!", "?", "?!")}


def test_round_trip(directory, places, builds):
    for name, cells in builds.items():
        release = name.partition("/")[0]
        path = directory / "python"
        if not check(make_file(places, release, cells, path), f"{name}: compiled"):
            continue
        result = leaktop("layout", "--emit", "--release", release, path)
        lines = [line.split() for line in result.stdout.splitlines()]
        check_equal(lines[:1], [["build", release, "-"]], f"{name}: range and origin are left alone")
        found = dict(lines[1:])
        expected = expected_of(cells)
        check_equal(len(found), len(places), f"{name}: all fields are there")
        check_equal({field: (found.get(field), expected[field]) for field in expected
                     if found.get(field) != expected[field]}, {}, f"{name}: each as it is listed")


def update(directory, *arguments):
    return subprocess.run(["/bin/sh", directory / "update", *arguments], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          env={**os.environ, "LEAKTOP": harness.LEAKTOP})


def changes_of(old, new):
    """The lines that went and those that came."""
    old, new = old.splitlines(), new.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_new_release(directory, places, builds):
    """A release with one moved field is one line more, and one that changes."""
    for name in ("fields.def", "layouts.awk", "layouts.in", "update"):
        shutil.copy(LAYOUT / name, directory / name)
    last = list(builds)[-1]
    minor = last.split(".")[1]
    release = f"3.{minor}.99"
    (directory / "bin").mkdir()
    (directory / "lib" / f"python3.{minor}" / "lib-dynload").mkdir(parents=True)
    layouts = directory / "layouts.in"
    before = layouts.read_text()
    path = directory / "bin" / f"libpython3.{minor}.so.1.0"
    cells = dict(builds[last])
    cells["task_node"] = str(int(cells["task_node"]) + 8)
    if not check(make_file(places, release, cells, path), "a release that is to come: compiled"):
        return

    result = update(directory, path, "--versions", f"{release}-3.{minor}.101", "--origin", "a test")
    check_equal((result.returncode, result.stdout, result.stderr), (0, "", ""), "update adds it")
    row = next(line for line in before.splitlines() if line.startswith("task_node "))
    check_equal(changes_of(before, layouts.read_text()),
                ([row], [f"build {release}         {release}-3.{minor}.101  a test",
                         row + f" {release}={cells['task_node']}"]),
                "it is listed, and the one place that has moved")

    after = layouts.read_text()
    check_equal(update(directory, path).returncode, 0, "update again")
    check_equal(layouts.read_text(), after, "the range and the origin stay")
    check_equal(update(directory, path, "--set", "task_node=7").returncode, 0, "one place by hand")
    check_in(row + f" {release}=7!\n", layouts.read_text(), "it is marked")
    check_equal(update(directory, path).returncode, 0, "update once more")
    check_in(row + f" {release}=7!\n", layouts.read_text(), "it stays")

    after = layouts.read_text()
    for arguments in ([], ["--release", release], [directory / "no such file"]):
        result = update(directory, *arguments)
        check(result.returncode != 0 and result.stderr, f"refused: {arguments}", result.stderr)
    check_equal(layouts.read_text(), after, "what fails leaves the file alone")
    check_equal(sorted(entry.name for entry in directory.glob("layouts.in*")), ["layouts.in"],
                "and nothing behind")


def test():
    if not shutil.which(COMPILER[0]):
        harness.skip("builds from debug information", "no compiler")
        return
    places, builds = read_places(), read_builds()
    check(len(builds) > 20, "the builds are read")
    with tempfile.TemporaryDirectory() as name:
        test_round_trip(pathlib.Path(name), places, builds)
        test_new_release(pathlib.Path(name), places, builds)


harness.main(test)

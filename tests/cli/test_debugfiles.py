# SPDX-License-Identifier: MIT
"""Debug information in separate files: beside the program, in the target's root directory, in ours, on
a server; and files that are not the wanted ones."""

import contextlib
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib

import harness
import tools
from harness import check, check_equal, check_in, check_not_in

PYTHON = pathlib.Path("/usr/bin/python3").resolve()
IDENTITY = b"leaktop's debug file"  # as long as a build-id
RELEASE = "99"  # no table is for it
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("DEBUGINFOD")}

# Brings up the loopback device of a network of its own, and runs a program there.
IN_NETWORK = """
import fcntl, os, socket, struct, sys
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh", b"lo", 1))
os.execvp(sys.argv[1], sys.argv[1:])
"""
PROBE = """
import sys, urllib.request
for url in sys.argv[1:]:
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url).read()
"""
# A root directory with our /usr, but other debug files.
IN_ROOT = """
root=$1 debug=$2 && shift 2 &&
mount --bind /usr "$root/usr" && mount --bind "$debug" "$root/usr/lib/debug" && exec "$@"
"""


# --- Programs and their debug files -----------------------------------------------------------------


def build_id_of(program):
    """Of the note that every program of Debian has near its beginning."""
    at = program.index(b"\4\0\0\0\x14\0\0\0\3\0\0\0GNU\0") + 16
    return program[at : at + 20]


def debug_path(identity):
    return f".build-id/{identity.hex()[:2]}/{identity.hex()[2:]}.debug"


def installed_debug_file():
    return pathlib.Path("/usr/lib/debug", debug_path(build_id_of(PYTHON.read_bytes())))


def make_debug_file(identity=IDENTITY):
    """The debug file of the system's Python, as if it belonged to another build."""
    debug = installed_debug_file().read_bytes()
    return debug.replace(build_id_of(PYTHON.read_bytes()), identity)


def make_program(path, identity=IDENTITY, checksum=None):
    """The system's Python as another build of a later release; where a checksum is given, it says so of
    a file of the name that is returned."""
    program = PYTHON.read_bytes()
    original = build_id_of(program)
    name = (original.hex()[2:] + ".debug").encode()
    at = program.index(name + b"\0")
    end = at + (len(name) + 4 & ~3)
    link = struct.pack(f"<{len(name)}s", b"linked" + name[6:]) if checksum is not None else b""
    program = program[:at] + link.ljust(end - at, b"\0") + struct.pack("<I", checksum or 0) + program[end + 4 :]
    minor = sys.version_info.minor
    version = struct.pack("<I", 3 << 24 | minor << 16 | sys.version_info.micro << 8 | 0xF0)
    later = struct.pack("<I", 3 << 24 | minor << 16 | int(RELEASE) << 8 | 0xF0)
    check(version in program, "the program says its version")
    program = program.replace(version, later)
    if identity != original:
        program = program.replace(original, identity)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(program)
    path.chmod(0o755)
    return link.decode()


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def start(program, root="/", wrapper=()):
    interpreter = harness.Interpreter(f"3.11.{RELEASE}", str(root), program)
    return harness.Target(
        interpreter, "counter.py", flags=("-S",), wrapper=wrapper, env={"PYTHONHOME": "/usr"}
    )


def examine(target, urls="", prefix=(), cache=None):
    """What `leaktop layout --check` says of debug information, and what it traces."""
    environment = {**ENVIRONMENT, "DEBUGINFOD_URLS": urls}
    if cache:
        environment["DEBUGINFOD_CACHE_PATH"] = str(cache)
    result = subprocess.run(
        [*prefix, harness.LEAKTOP, "layout", "--check", "--verbose", "-p", str(target.pid)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        encoding="utf-8",
        timeout=harness.DEADLINE_SECONDS,
        check=False,
    )
    lines = [line for line in result.stdout.splitlines() if line.startswith("dwarf ")]
    return lines[0] if lines else result.stderr, result.stderr


def check_source(target, origin, what, **options):
    line, trace = examine(target, **options)
    check_in(f"({origin})", line, what)
    check(f"is in {origin}" in trace, f"{what}: traced", trace)


def check_rejected(target, reason, what, **options):
    line, trace = examine(target, **options)
    check_in("not at hand", line, f"{what}: not used")
    check_in(reason, line, f"{what}: why")
    said = [text for text in trace.splitlines() if "] debug file '" in text and reason in text]
    check_equal(len(said), trace.count("] layout by debug information:"), f"{what}: said once a search")


# --- The places -------------------------------------------------------------------------------------


def beside_program(directory):
    """.gnu_debuglink, for anybody."""
    debug = make_debug_file()
    program = directory / "beside" / "python"
    name = make_program(program, checksum=zlib.crc32(debug))
    with start(str(program)) as target:
        line, _ = examine(target)
        check_in("no debug information for", line, "none is there")
        check_in("set DEBUGINFOD_URLS", line, "and what can be done")
        for place, what in ((program.parent, "beside the program"), (program.parent / ".debug", "in .debug")):
            file = place / name
            write(file, debug)
            check_source(target, f"'{file}' of process {target.pid}", what)
            write(file, debug[:-1] + b"!")
            check_rejected(target, f"{zlib.crc32(debug):08x}", f"{what}, of another checksum")
            write(file, b"no ELF file")
            check_rejected(target, "it is not an ELF file", f"{what}, no ELF file")
            write(file, make_debug_file(b"another's debug file"))
            check_rejected(target, b"another's debug file".hex(), f"{what}, of another build")
            file.unlink()
            os.mkfifo(file)
            check_in("no debug information for", examine(target)[0], f"{what}, a pipe")
            file.unlink()
        snapshot_by_debug_information(target, program.parent / name, debug)


def snapshot_by_debug_information(target, file, debug):
    document = harness.snapshot(target.pid)
    check_equal(document["target"]["layout"], "structure", "without debug information")
    write(file, debug)
    document = harness.snapshot(target.pid)
    check_equal(document["target"]["layout"], "dwarf", "the layout of a snapshot")
    check(harness.types_of(document)["dict"]["count"] > 20000, "and its objects")
    harness.check_unharmed(target)


def in_program():
    """Debian's debug build has not been stripped."""
    program = f"{PYTHON}d"
    if not tools.have(program):
        return
    with harness.Target(harness.Interpreter("debug", "/", program), "counter.py") as target:
        check_source(target, f"'{program}' itself", "in the program itself")


@contextlib.contextmanager
def container(directory, identity=IDENTITY, checksum=None):
    """A target in another mount namespace and root directory: it, its directory of debug files as we
    see that, and the name of its debug file."""
    root, debug = directory / "root", directory / "debug"
    for path in (root / "usr", debug):
        path.mkdir(parents=True, exist_ok=True)
    for name in ("lib", "lib64", "bin"):
        if pathlib.Path("/", name).is_symlink():
            (root / name).symlink_to(os.readlink(f"/{name}"))
    name = make_program(root / "opt" / "python", identity, checksum)
    wrapper = ["unshare", "--mount", "sh", "-c", IN_ROOT, "sh", root, debug]
    with start("/opt/python", root, wrapper) as target:
        yield target, debug, name


def in_container(directory):
    debug = make_debug_file()
    outside = directory / "outside.debug"
    outside.write_bytes(debug)
    with container(directory / "a", checksum=zlib.crc32(debug)) as (target, files, name):
        whose = f"of process {target.pid}"
        file = files / "opt" / name
        write(file, debug)
        check_source(target, f"'/usr/lib/debug/opt/{name}' {whose}", "below /usr/lib/debug")
        file.unlink()

        inside = debug_path(IDENTITY)
        file = files / inside
        write(file, debug)
        check_source(target, f"'/usr/lib/debug/{inside}' {whose}", "by build-id")
        write(file, make_debug_file(b"another's debug file"))
        check_rejected(target, b"another's debug file".hex(), "by build-id, of another build")
        write(file, debug[:5000])
        check_rejected(target, "is not used", "by build-id, cut short")
        for link in (str(outside), "../" * 20 + str(outside)):
            file.unlink()
            file.symlink_to(link)
            check_in("no debug information for", examine(target)[0], f"a link out of the root, {link[:3]}")
        file.unlink()
        shared_by_files(directory / "dwz", target, files)
    with container(directory / "b", build_id_of(PYTHON.read_bytes())) as (target, files, _):
        check_source(target, f"'{installed_debug_file()}'", "of our own root")


# --- Files that share a part (dwz) ------------------------------------------------------------------


def share(directory):
    """Makes two debug files, and what both have in common, unless they are there."""
    names = ["one.debug", "two.debug"]
    if not directory.exists():
        directory.mkdir()
        for name, identity in zip(names, (IDENTITY, b"of a different build")):
            write(directory / "packed", make_debug_file(identity))
            arguments = ("--decompress-debug-sections", directory / "packed", directory / name)
            check_equal(tools.run("objcopy", *arguments).returncode, 0, "objcopy unpacks a debug file")
        (directory / "packed").unlink()
        arguments = ("-m", "common.debug", "-M", "../../.dwz/common.debug", *names)
        result = tools.run("dwz", *arguments, cwd=directory)
        check_equal(result.returncode, 0, f"dwz shares what is alike {result.stdout}")
    return (directory / "one.debug").read_bytes(), (directory / "common.debug").read_bytes()


def shared_by_files(directory, target, files):
    if not tools.have("dwz", "objcopy"):
        return
    whose = f"of process {target.pid}"
    one, common = share(directory)
    check(len(common) > 1 << 20, "much of it is shared", (len(one), len(common)))
    write(files / debug_path(IDENTITY), one)
    missing = "the file that it shares with others is missing"
    check_rejected(target, missing, "the shared file is missing")
    file = files / ".dwz" / "common.debug"
    write(file, common)
    check_source(target, f"'/usr/lib/debug/{debug_path(IDENTITY)}' {whose}", "with a shared file")
    check_in(f"shares what is in '/usr/lib/debug/.build-id/{IDENTITY.hex()[:2]}/../../.dwz/common.debug'",
             examine(target)[1], "which is traced")
    check_in(": passes the self-check", examine(target)[0], "nothing is missing")
    write(file, make_debug_file())
    check_rejected(target, missing, "the shared file is another one")
    file.unlink()
    (files / debug_path(IDENTITY)).unlink()


# --- Servers ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def debug_server(directory, log, identities):
    """debuginfod listens on all addresses: it gets a network that has no other than 127.0.0.1. Yields its
    address, and what runs a program in that network, when it knows all files."""
    network = ["unshare", "--net", sys.executable, "-c", IN_NETWORK]
    command = [tools.find("debuginfod"), "-v", "-p", "8002", "-d", ":memory:", "-F", str(directory)]
    with open(log, "wb") as output:
        process = harness.spawn(
            [*network, *command], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    prefix = ["nsenter", "--target", str(process.pid), "--net", "--"]
    urls = [f"http://127.0.0.1:8002/buildid/{identity.hex()}/debuginfo" for identity in identities]
    command = [*prefix, sys.executable, "-c", PROBE, *urls]
    try:
        harness.wait_until(
            lambda: process.poll() is not None
            or subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0,
            "debuginfod knows the debug files",
        )
        yield "http://127.0.0.1:8002", prefix
    finally:
        process.kill()
        process.wait()


def on_server(directory):
    if not tools.have("debuginfod"):
        return
    served, log, cache = directory / "dwz", directory / "debuginfod.log", directory / "cache"
    program = directory / "program" / "python"
    make_program(program)
    identities = [IDENTITY]
    if tools.have("dwz", "objcopy"):
        _, common = share(served)
        identities.append(build_id_of(common))
    else:
        write(served / "one.debug", make_debug_file())
    with start(str(program)) as target, debug_server(served, log, identities) as (url, prefix):
        line, trace = examine(target, urls=url, prefix=prefix, cache=cache)
        check_in(f"('{cache}/{IDENTITY.hex()}/debuginfo' by DEBUGINFOD_URLS)", line, "from a server")
        check_in(": passes the self-check", line, "all of it")
        for identity in identities[1:]:
            check_in(f"shares what is in '{cache}/{identity.hex()}/debuginfo'", trace, "the shared file, too")
        asked = log.read_text().count("GET /buildid")
        examine(target, urls=url, prefix=prefix, cache=cache)
        check_equal(log.read_text().count("GET /buildid"), asked, "it is asked for once")
        harness.check_unharmed(target)
    with start(str(program)) as target:
        line, _ = examine(target, prefix=(), cache=directory / "empty", urls="http://127.0.0.1:1")
        check_in("sent no debug information", line, "a server that is not there")


def silent_server(directory):
    """It takes connections and never says a word."""
    program = directory / "silent" / "python"
    make_program(program)
    environment = {**ENVIRONMENT, "DEBUGINFOD_CACHE_PATH": str(directory / "silent-cache")}
    with socket.create_server(("127.0.0.1", 0)) as server:
        environment["DEBUGINFOD_URLS"] = f"http://127.0.0.1:{server.getsockname()[1]}"
        server.settimeout(0)
        with harness.Target(harness.system_interpreter(), "counter.py") as target:
            result = harness.leaktop("snapshot", "--json", "-p", target.pid, env=environment)
            check_equal(result.returncode, 0, "a release that has a table")
            with contextlib.suppress(BlockingIOError):
                server.accept()
                check(False, "no server is asked where a table fits")
            check_not_in("DEBUGINFOD_URLS", result.stderr, "nothing is waited for")
        with start(str(program)) as target:
            begun = time.monotonic()
            result = harness.leaktop("snapshot", "--json", "-p", target.pid, env=environment)
            passed = time.monotonic() - begun
            check_equal(result.returncode, 0, "a silent server does not matter")
            check(8 < passed < 60, "it is waited for, but not for long", passed)
            check_in("asking the servers in DEBUGINFOD_URLS", result.stderr, "a person is told why")
            check_in('"layout": "structure"', result.stdout, "the structure is searched instead")
            harness.check_unharmed(target)


def test():
    if not tools.have("unshare", "nsenter"):
        return
    if not installed_debug_file().exists():
        tools.have(str(installed_debug_file()))
        return
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as name:
        directory = pathlib.Path(name).resolve()
        directory.chmod(0o755)
        in_program()
        beside_program(directory)
        silent_server(directory)
        if os.getuid() == 0:
            in_container(directory)
            on_server(directory)
        else:
            harness.skip("roots and networks of their own", "making them needs root")


harness.main(test)

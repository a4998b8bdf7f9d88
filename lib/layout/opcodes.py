# SPDX-License-Identifier: MIT
"""Says what the opcodes of the interpreter that runs this are, for lib/layout/opcodes.in:

    for python in python3.8 ... python3.15; do $python lib/layout/opcodes.py; done |
        python3 lib/layout/opcodes.py --merge >lib/layout/opcodes.in

One line each: version, name, role, number, caches, effect on the stack. All of them come from the
interpreter's own modules opcode and dis; the numbers of specialised opcodes, up to 3.12, from its
header opcode.h.
"""

import dis
import opcode
import re
import sys
import sysconfig

HEAD = """\
# SPDX-License-Identifier: MIT
# The opcodes of each CPython. lib/layout/opcodes.awk makes C of it; lib/layout/opcodes.py wrote it and
# says how.
#
#	NAME ROLE [VERSION=NUMBER/CACHES/EFFECT]...
#
# states what an opcode is from that minor version on, up to the one that is named next; "-": it is
# gone. CACHES are the code units behind it that are no instructions. EFFECT is what it adds to the
# depth of the stack: "1-n" of its argument, "1+b0" where bit 0 of that is set, "?" where it depends
# on something else. Specialised and instrumented opcodes are stated as the plain one whose work they do.
"""

ROLES = {
    "CACHE": "unknown",  # never an instruction of its own
    "EXTENDED_ARG": "extended_arg",
    "LOAD_GLOBAL": "load_global",
    "LOAD_NAME": "load_name",
    "LOAD_ATTR": "load_attr",
    "LOAD_METHOD": "load_method",
    "LOAD_FAST": "load_local",
    "LOAD_FAST_BORROW": "load_local",
    "LOAD_FAST_CHECK": "load_local",
    "LOAD_FAST_LOAD_FAST": "load_locals",
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW": "load_locals",
    "STORE_SUBSCR": "store_subscr",
    "STORE_GLOBAL": "store_global",
    "STORE_NAME": "store_global",
    "STORE_ATTR": "store_attr",
    "INPLACE_ADD": "inplace",
    "INPLACE_OR": "inplace",
    "BINARY_OP": "binary_op",
    "DUP_TOP": "duplicate",
    "COPY": "duplicate",
    "SWAP": "swap",
    "ROT_TWO": "swap",
}
SHUFFLES = re.compile("ROT_|DUP_|SWAP|COPY$|PUSH_EXC|POP_EXCEPT|END_|SETUP_|WITH_|YIELD|SEND|GET_")


def effect(number, argument):
    try:
        return dis.stack_effect(number, argument if number in has_argument else None)
    except ValueError:
        return None


def effect_of(number):
    effects = [effect(number, n) for n in range(16)]
    base = effects[0]
    if None in effects:
        return "?"
    if len(set(effects)) == 1:
        return str(base)
    for step in (1, -1, 2, -2):
        sign = {1: "+n", -1: "-n", 2: "+2n", -2: "-2n"}[step]
        if effects == [base + step * n for n in range(16)]:
            return f"{base}{sign}"
    for bit in range(3):
        for step, sign in ((1, "+"), (-1, "-")):
            if effects == [base + step * (n >> bit & 1) for n in range(16)]:
                return f"{base}{sign}b{bit}"
    return "?"


def role_of(name):
    if opcode.opmap[name] in jumps:
        return "jump"
    if name in ROLES:
        return ROLES[name]
    if name.startswith(("CALL", "PRECALL")) and "INTRINSIC" not in name:
        return "call"
    return "shuffle" if SHUFFLES.match(name) else "other"


def specialised():
    """Numbers by name, and the plain opcode of each."""
    families = getattr(opcode, "_specializations", {})
    plain = {name: base for base, names in families.items() for name in names}
    if hasattr(opcode, "_specialized_opmap"):
        return dict(opcode._specialized_opmap), plain
    names = getattr(opcode, "_specialized_instructions", [])
    if not names:
        return {}, plain
    with open(sysconfig.get_path("include") + "/opcode.h") as header:
        numbers = dict(re.findall(r"#define (\w+) +(\d+)$", header.read(), re.MULTILINE))
    for name in names:  # of two that run as one the first; the second keeps its place
        plain.setdefault(name, name.partition("__")[0])
    return {name: int(numbers[name]) for name in names}, plain


def caches_of(name):
    caches = getattr(opcode, "_inline_cache_entries", {})  # a list up to 3.12
    return caches.get(name, 0) if hasattr(caches, "get") else caches[opcode.opmap[name]]


has_argument = set(getattr(dis, "hasarg", range(opcode.HAVE_ARGUMENT, 256)))
jumps = set(opcode.hasjrel) | set(opcode.hasjabs)


def describe():
    version = "%d.%d" % sys.version_info[:2]
    numbers, plain = specialised()
    for name, number in opcode.opmap.items():
        if number < 256:
            numbers[name] = number
    for name, number in numbers.items():
        base = plain.get(name, name)
        if base.startswith("INSTRUMENTED_"):
            base = base[len("INSTRUMENTED_") :]
        if base not in opcode.opmap:
            print(version, name, "unknown", number, 0, "?")
            continue
        role = role_of(base)
        known = effect_of(opcode.opmap[base]) if role != "jump" else "?"
        print(version, name, role, number, caches_of(base), known)


def merge():
    rows, versions = {}, []
    for line in sys.stdin:
        version, name, role, number, caches, known = line.split()
        if version not in versions:
            versions.append(version)
        rows.setdefault((name, role), {})[version] = f"{number}/{caches}/{known}"
    versions.sort(key=lambda version: int(version.partition(".")[2]))
    print(HEAD)
    for (name, role), values in sorted(rows.items()):
        cells, last = [], "-"
        for version in versions:
            value = values.get(version, "-")
            if value != last:
                cells.append(f"{version}={value}")
            last = value
        print(name, role, *cells)


merge() if sys.argv[1:] == ["--merge"] else describe()

# SPDX-License-Identifier: MIT
"""Names that are meant to hurt whoever prints them. Answers each line with "pong"."""

import ctypes
import sys
import threading
import types

ESCAPE = "\x1b[2J\x1b]0;owned\x07"
SURROGATE = "\ud83d-lone"
BIDI = "\u202e\u2066\x85\n\r\t"


def holder(name):
    return {i: name for i in range(1000)}


types_made = [
    type("Evil" + ESCAPE, (), {"__module__": "module" + ESCAPE}),
    type("Plain", (), {"__module__": "m\n\rm", "__qualname__": "Lone" + SURROGATE}),
    type("Bidi" + BIDI, (), {"__module__": 5}),
    type("\u0416\u0443\u043a", (), {"__qualname__": "x" * 100000}),
]
instances = [[kind() for _ in range(100)] for kind in types_made]
for _name in ("global" + ESCAPE, "global" + SURROGATE, "global" + BIDI, "", "a.b[0]"):
    globals()[_name] = holder("value")
    _module = types.ModuleType("module-" + _name)
    _module.held = holder("value")
    sys.modules["module-" + _name] = _module


def wait():
    local = holder("value")
    started.set()
    threading.Event().wait()
    return local


started = threading.Event()
threading.Thread(
    target=types.FunctionType(
        wait.__code__.replace(co_name="function" + ESCAPE, co_filename="file" + BIDI), globals()
    ),
    name="thread" + ESCAPE,
    daemon=True,
).start()
started.wait()
ctypes.CDLL(None).prctl(15, b"\x1b[31m\xff\xfe")  # PR_SET_NAME

print("READY", flush=True)
for line in sys.stdin:
    print("pong", flush=True)

# SPDX-License-Identifier: MIT
"""Objects in a second interpreter of the same process. Answers "grow N" after adding N of them there."""

import sys

try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

second = interpreters.create()
interpreters.run_string(
    second,
    """
class OfTheSecond:
    pass

held = []
""",
)
print("READY", flush=True)
for line in sys.stdin:
    command, _, number = line.strip().partition(" ")
    if command == "grow":
        interpreters.run_string(second, f"held.extend(OfTheSecond() for _ in range({number}))")
        print("grown", flush=True)
    else:
        print("pong", flush=True)

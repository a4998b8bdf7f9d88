# SPDX-License-Identifier: MIT
"""Names made for those who read exports: spreadsheets, browsers, Prometheus. Each line is answered by
"grown", after all containers and types of these names grew."""

import sys

NAMES = (
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "</script></style><script>window.owned = 1</script>",
    "<img src=x onerror=window.owned=1>",
    '"\' onmouseover=window.owned=1 x="',
    'quote"} 1\nleaktop_process_leaking{pid="1"} 0\n# EOF',
    "back\\slash\\",
    "nul\0nul",
    "lone\ud83d",
    "two,fields\r\nand lines",
    "other",
)

kinds = [type("Kind", (), {"__qualname__": name, "__module__": name}) for name in NAMES]
kept = []
for name in NAMES:
    globals()[name] = {}

print("READY", flush=True)
for line in sys.stdin:
    for kind in kinds:
        kept.append([kind() for _ in range(500)])
    for name in NAMES:
        container = globals()[name]
        for i in range(500):
            container[len(container)] = name
    print("grown", flush=True)

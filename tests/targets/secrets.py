# SPDX-License-Identifier: MIT
"""Keeps a large list under a key that is nobody's business."""

import sys

leaked = {"secret-key-4711": list(range(5000))}
print("READY", flush=True)
for line in sys.stdin:
    print(len(leaked), flush=True)

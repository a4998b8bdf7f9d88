# SPDX-License-Identifier: MIT
"""A collector at work. Commands: block starts a collection that stays in a finalizer until the next
line comes; busy collects all the time from then on; ping answers."""

import gc
import os
import sys
import threading


class Node:
    """In a circle with itself, so that only the collector can free it."""

    def __init__(self):
        self.me = self
        self.payload = [1, 2, 3]


class Blocking(Node):
    def __del__(self):
        print("collecting", flush=True)
        os.read(0, 1)


kept = {"number %d" % i: [i] for i in range(10000)}


def collect_for_ever():
    while True:
        for _ in range(100):
            Node()
        gc.collect()


def read_line():
    """One byte at a time: the finalizer reads from the same descriptor."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            os._exit(0)
        line += byte
    return line.decode().strip()


gc.disable()
print("READY", flush=True)
while True:
    command = read_line()
    if command == "block":
        for _ in range(100):
            Node()
        Blocking()
        gc.collect()
    elif command == "busy":
        threading.Thread(target=collect_for_ever, daemon=True).start()
    print("pong", flush=True)

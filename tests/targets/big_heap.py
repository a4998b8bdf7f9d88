#!/usr/bin/env python3
"""A large heap for measuring: N instances (default 1,000,000), each with a list and a dict.

All three are tracked by the collector, so that it holds about 3 N objects. Prints READY and waits
for its standard input to close.
"""

import gc
import sys


class Session:
    def __init__(self, number):
        self.name = f"session of user {number}"
        self.items = [number, str(number)]
        self.state = {"items": self.items, "number": number}


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    gc.disable()
    sessions = [Session(number) for number in range(count)]
    print("tracked", len(gc.get_objects()), flush=True)
    print("READY", flush=True)
    sys.stdin.read()
    return len(sessions)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MIT
"""A large heap for measuring: big_heap.py [N [shuffled]]. N instances (default 1,000,000), each with
a list and a dict. All three are tracked by the collector, so that it holds about 3 N objects.

As a rule objects that lead to one another lie side by side; shuffled they are all over the place, as
in a service that has run for long. Prints READY; answers "typestats" with the seconds that
objgraph.typestats() takes in this process, the best of three; ends when its standard input is
closed.
"""

import gc
import random
import sys
import time


class Session:
    def __init__(self, number, name):
        self.name = name
        self.items = [number, str(number)]
        self.state = {"items": self.items, "number": number}


def time_typestats():
    import objgraph

    times = []
    for _ in range(3):
        start = time.perf_counter()
        objgraph.typestats()
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    gc.disable()
    names = [f"session of user {number}" for number in range(count)]
    if "shuffled" in sys.argv:
        random.seed(1)
        random.shuffle(names)
    sessions = [Session(number, name) for number, name in enumerate(names)]
    if "shuffled" in sys.argv:
        random.shuffle(sessions)
    del names
    print("tracked", len(gc.get_objects()), flush=True)
    print("READY", flush=True)
    for line in sys.stdin:
        print(time_typestats() if line.strip() == "typestats" else "pong", flush=True)
    return len(sessions)


if __name__ == "__main__":
    main()

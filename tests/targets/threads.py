# SPDX-License-Identifier: MIT
"""Threads that wait, each in a function of its own, under names that only Python knows.

Commands, one a line: ids answers {name: native id} as JSON; ping answers pong.
"""

import json
import sys
import threading

started = threading.Semaphore(0)
never = threading.Event()


def wait_in_red():
    started.release()
    never.wait()


def wait_in_green():
    started.release()
    never.wait()


def wait_in_blue():
    started.release()
    never.wait()


def main():
    for function in (wait_in_red, wait_in_green, wait_in_blue):
        name = function.__name__.replace("wait_in_", "painter of ")
        threading.Thread(target=function, name=name, daemon=True).start()
        started.acquire()
    print("READY", flush=True)
    for line in sys.stdin:
        if line.strip() == "ids":
            print(json.dumps({t.name: t.native_id for t in threading.enumerate()}), flush=True)
        else:
            print("pong", flush=True)


main()

# SPDX-License-Identifier: MIT
"""Forks and starts threads in a tight loop. Answers each line with the number of rounds so far."""

import os
import sys
import threading

rounds = 0
kept = {"marker": [1, 2, 3]}


def spin():
    for _ in range(100):
        pass


def fork():
    global rounds
    while True:
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        rounds += 1


def start_threads():
    global rounds
    while True:
        threads = [threading.Thread(target=spin) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rounds += 1


for function in (fork, start_threads):
    threading.Thread(target=function, daemon=True).start()
print("READY", flush=True)
for line in sys.stdin:
    print(rounds, flush=True)
os._exit(0)

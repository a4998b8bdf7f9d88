# SPDX-License-Identifier: MIT
"""A service with workers: two that it starts itself, and one behind a shell. READY names their pids."""

import subprocess
import sys

WORKER = "import sys; print(__import__('os').getpid(), flush=True); sys.stdin.read()"


def start(command):
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


# The semicolon keeps the shell from putting the worker in its own place.
workers = [
    start([sys.executable, "-c", WORKER]),
    start([sys.executable, "-c", WORKER]),
    start(["sh", "-c", '"$0" -c "$1"; exit 0', sys.executable, WORKER]),
]
print("READY", *(worker.stdout.readline().strip() for worker in workers), flush=True)
for line in sys.stdin:
    if line.strip() == "exit":
        break
    print(len(workers), flush=True)
for worker in workers:
    worker.stdin.close()
    worker.wait()

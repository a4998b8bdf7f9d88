# SPDX-License-Identifier: MIT
"""Counts in one thread and takes count of signals in another, so that others can see that it runs.

Commands, one a line: ping answers the count; signals answers how often SIGRTMIN was taken;
keep N adds N entries to the dict `kept` and answers its length; exit ends the process, exec puts
another program in its place.
"""

import os
import signal
import sys
import threading

count = 0
signals = 0
kept = {}
garbage = [{"number": i, "text": "text %d" % i} for i in range(20000)]


def work():
    global count
    while True:
        count += 1


def take_signals():
    global signals
    while True:
        signal.sigwait([signal.SIGRTMIN])
        signals += 1


def main():
    # Blocked here and hence in all threads: a real-time signal waits until it is taken.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
    for function in (work, take_signals):
        threading.Thread(target=function, daemon=True).start()
    print("READY", flush=True)
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "signals":
            print(signals, flush=True)
        elif command == "keep":
            for _ in range(int(argument)):
                kept[len(kept)] = "entry %d" % len(kept)
            print(len(kept), flush=True)
        elif command == "exit":
            break
        elif command == "exec":
            os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)"])
        else:
            print(count, flush=True)
    os._exit(0)


main()

# SPDX-License-Identifier: MIT
"""A program of one process: does its work for each line that it is sent, and keeps the results."""

import contextlib
import os
import sys

_kept = []


def serve(work):
    """Prints READY, then BUSY and DONE around work() for each line, until the input is closed."""
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever the work prints is no answer
    os.write(answers, b"READY\n")
    for _ in sys.stdin:
        os.write(answers, b"BUSY\n")
        with contextlib.suppress(SystemExit):
            _kept.append(work())
        os.write(answers, b"DONE\n")

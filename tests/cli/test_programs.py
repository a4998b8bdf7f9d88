# SPDX-License-Identifier: MIT
"""Two of the real programs that tests/coverage/run measures: those that take seconds."""

import os
import pathlib
import sys

RUN = pathlib.Path(__file__).resolve().parent.parent / "coverage" / "run"

os.execv(sys.executable, [sys.executable, str(RUN), "django", "pylint"])

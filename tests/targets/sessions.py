# SPDX-License-Identifier: MIT
"""A quiet service. Each line it is sent is a number N: that many sessions more are kept in the list
`sessions`, as many users in the dict `cache`; it answers with how many there are. `exit` ends it,
`exec` puts another program in its place.
"""

import os
import sys

sessions = []
cache = {}


class Session:
    def __init__(self, number):
        self.number = number
        self.text = "session %d" % number


print("READY", flush=True)
for line in sys.stdin:
    command = line.strip()
    if command == "exit":
        sys.exit(0)
    if command == "exec":
        os.execv(sys.executable, [sys.executable, "-c", "print('OTHER', flush=True); input()"])
    for _ in range(int(command)):
        sessions.append(Session(len(sessions)))
        cache["user %d" % len(cache)] = {"name": "name %d" % len(cache)}
    print(len(sessions), flush=True)

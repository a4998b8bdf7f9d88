# SPDX-License-Identifier: MIT
"""Asks a service on 127.0.0.1 for users that it has not seen yet, one after the other.

usage: load.py PORT FIRST NUMBER [PER_SECOND]
"""

import http.client
import sys
import time


def main():
    port, first, number = map(int, sys.argv[1:4])
    per_second = float(sys.argv[4]) if len(sys.argv) > 4 else None
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    start = time.monotonic()
    for i in range(number):
        connection.request("GET", f"/users/{first + i}")
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            sys.exit(f"status {response.status}")
        if per_second:
            time.sleep(max(0, start + (i + 1) / per_second - time.monotonic()))


try:
    main()
except (ConnectionError, http.client.HTTPException, KeyboardInterrupt):
    sys.exit("the service ended")

# SPDX-License-Identifier: MIT
"""A process whose first thread has ended while another runs its Python: it is read all the same."""

import os
import pathlib
import tempfile

import harness
from harness import check, check_equal, snapshot, types_of

# The main thread ends by itself, with the interpreter's lock released, as a program does that runs
# Python in a thread of its own.
LEAVE = """
import ctypes, sys, threading
planted = [{i: i} for i in range(30000)]
def serve():
    main.join(0.2)
    print("READY", flush=True)
    while True:
        line = sys.stdin.readline()
        if not line:
            break
        print(len(planted), flush=True)
main = threading.current_thread()
threading.Thread(target=serve).start()
ctypes.CDLL(None).pthread_exit(None)
"""


def test(interpreter):
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as directory:
        script = pathlib.Path(directory, "leave.py")
        script.write_text(LEAVE)
        with harness.Target(interpreter, str(script)) as target:
            harness.wait_until(lambda: harness.process_state(target.pid) == "Z", "the first thread ends")
            document = snapshot(target.pid)
            check(types_of(document)["dict"]["count"] > 30000, "the heap is found")
            planted = harness.container_of(document, "__main__.planted")
            check_equal(planted and planted["length"], 30000, "the list has its name")
            check(document["memory"]["rss_bytes"] > 5 << 20, "its memory is known", document["memory"])
            listing = harness.leaktop("--batch", "-n", "1", "--json").stdout
            check(f'"pid":{target.pid},' in "".join(listing.split()), "it is in the list")
            check_equal(harness.leaktop("doctor", "-p", target.pid).returncode, 0, "doctor finds nothing wrong")
            harness.check_unharmed(target)


harness.main(lambda: harness.each_interpreter(test))

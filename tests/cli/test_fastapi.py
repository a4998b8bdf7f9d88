# SPDX-License-Identifier: MIT
"""The leak that leaktop is made for, in a web service, beside what objgraph says of it there."""

import http.client
import json
import re
import subprocess

import harness
from harness import check, check_equal, check_in, leaktop

USERS = 2000


class Service(harness.Target):
    """The service takes requests in place of lines."""

    def __init__(self):
        super().__init__(harness.system_interpreter(), "fastapi_leak.py")
        self.port = int(self.greeting.split()[1])
        self.users = 0

    def request(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def ask(self, command):
        return self.request("/users/0")["name"]

    def load(self, number, *rate):
        first, self.users = self.users, self.users + number
        command = ["/usr/bin/python3", harness.TESTS / "targets/load.py", self.port, first, number]
        return harness.spawn([*command, *rate])


def objgraph_is_blind(service):
    """show_growth() after thousands of leaked users: nothing. Several rounds, since at any moment the
    server may have more of something than ever before; that is no leak, and no dict or str is among
    it. Each request closes its connection: one that is kept has a timer, and asyncio keeps those that
    were cancelled until their time has come."""

    def request(path):
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        connection.request("GET", path, headers={"Connection": "close"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def growth_after_users(number):
        for _ in range(number):
            service.users += 1
            request(f"/users/{service.users}")
        return request("/growth")

    for _ in range(3):
        growth_after_users(100)
    before = cache_of(harness.snapshot(service.pid))["length"]
    answers = [growth_after_users(USERS) for _ in range(4)]
    after = cache_of(harness.snapshot(service.pid))["length"]
    check_equal(after - before, 4 * USERS, "leaktop counts the users")
    check("" in answers, "objgraph.show_growth() prints nothing", answers)
    all_of_them = "\n".join(answers)
    check(not re.search(r"^(dict|str) ", all_of_them, re.MULTILINE), "no dict, no str", all_of_them)


def cache_of(document):
    return harness.container_of(document, "__main__.cache")


def store_line():
    lines = (harness.TESTS / "targets/fastapi_leak.py").read_text().splitlines()
    return 1 + next(i for i, line in enumerate(lines) if "cache[user_id] = {" in line)


def leaktop_sees(service):
    """Three samples under load: what grows, how fast, and who holds it."""
    load = service.load(10**6, 300)
    result = leaktop("-p", service.pid, "--batch", "-n", 3, "-d", 2)
    check_equal(result.returncode, 0, "three samples")
    last = result.stdout[result.stdout.rindex("leaktop  pid") :]
    harness.note(last)
    check(re.search(r"RSS .*\+[\d.]+[KM]/min", last), "RSS grows at so much a minute")
    for name in ("dict", "str"):
        row = re.search(rf"^\s*{name} +[\d,]+ +\+([\d,]+) +\S+ +\+(\S+)", last, re.MULTILINE)
        check(row, f"{name} grows by count and bytes")
    containers = last[last.index("LENGTH") :].splitlines()[1:]
    check_in("__main__.cache", containers[0], "__main__.cache is the first growing container")
    check(re.search(r"dict .*\+[\d,]+", containers[0]), "with its type and entries a minute")
    check_in("__main__.cache", last.splitlines()[2], "the headline names it")
    filled = f"filled in retrieve_user fastapi_leak.py:{store_line()}"
    check_in(filled, last.splitlines()[2], "and the line that fills it")
    load.kill()
    load.wait()


def exact_growth(service):
    """What is added between two snapshots is what is seen."""
    before = harness.snapshot(service.pid)
    check_equal(service.load(USERS).wait(), 0, f"{USERS} users more")
    after = harness.snapshot(service.pid)
    check_equal(
        cache_of(after)["length"] - cache_of(before)["length"], USERS, "the cache grew by them"
    )
    # The job is one of a list that faker keeps.
    for name, each in (("dict", 1), ("str", 4)):
        grown = (
            harness.types_of(after)[name]["count"] - harness.types_of(before)[name]["count"]
        )
        # A connection's own few hundred objects come and go meanwhile.
        expected = each * USERS
        check(abs(grown - expected) < 300, f"{name}: {each} for each user", grown)
    unreadable = after["heap"]["unreadable"]
    check_equal(unreadable, 0, "everything could be read")


def test():
    modules = "import fastapi, uvicorn, faker, objgraph"
    if subprocess.run(["/usr/bin/python3", "-c", modules], stderr=subprocess.PIPE).returncode:
        harness.skip("a FastAPI service", "needs python3-fastapi, -uvicorn, -fake-factory, -objgraph")
        return
    with Service() as service:
        check_equal(service.load(1).wait(), 0, "the service answers")
        leaktop_sees(service)
        service.users = 10**6
        exact_growth(service)
        objgraph_is_blind(service)
        harness.check_unharmed(service)


harness.main(test)

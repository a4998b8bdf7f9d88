# SPDX-License-Identifier: MIT
"""From a leaking process to the answer of a query, through the real node exporter and the real
Prometheus; and what operators install: units, rules, dashboard."""

import contextlib
import http.server
import json
import os
import pathlib
import re
import tempfile
import threading
import urllib.parse

import harness
import tools
from harness import check, check_equal, check_in, leaktop

TOP = harness.TESTS.parent
FLEET = TOP / "cmd" / "fleet"
RULES = FLEET / "leaktop-rules.yml"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


def record(target, file, *arguments):
    result = leaktop("record", "-p", target.pid, "-o", file, *arguments)
    check_equal((result.returncode, result.stdout, result.stderr), (0, "", ""), "record is silent")


def export(file, metrics, *arguments):
    result = leaktop("export", file, "--format", "openmetrics", "-o", metrics, *arguments)
    check_equal((result.returncode, result.stdout, result.stderr), (0, "", ""), "export is silent")


# --- Prometheus ---------------------------------------------------------------------------------


class Metrics(http.server.BaseHTTPRequestHandler):
    """Serves a file as OpenMetrics proper, which the node exporter does not take."""

    def do_GET(self):  # pylint: disable=invalid-name
        body = self.server.file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", OPENMETRICS)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(file):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metrics)
    server.file = file
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def write_configuration(path, exporter, own):
    job = '  - job_name: {}\n    static_configs:\n      - targets: ["{}"]\n'
    path.write_text(
        "global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\n  evaluation_interval: 1s\n"
        f'rule_files: ["{RULES}"]\nscrape_configs:\n'
        + job.format("node", exporter)
        + job.format("openmetrics", own)
    )


class Prometheus:
    def __init__(self, address):
        self.address = address

    def ask(self, path, **parameters):
        answer = tools.get(f"{self.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
        return json.loads(answer)["data"]

    def values(self, query):
        return [float(row["value"][1]) for row in self.ask("query", query=query)["result"]]

    def wait_for(self, query, value):
        """Waits until the query has this value alone."""
        with_detail = []

        def is_there():
            with_detail[:] = self.values(query)
            return with_detail == [value]

        try:
            harness.wait_until(is_there, query)
        except TimeoutError:
            pass
        return check_equal(with_detail, [value], query)


def check_growth(prometheus, target, file, metrics):
    """What the process says of itself, Prometheus says in the end."""
    length = 'leaktop_python_container_length{job="node", container="__main__.kept"}'
    record(target, file)
    first = int(target.ask("keep 5000"))
    # A file has no empty containers: this one counts when it has lived for a while.
    record(target, file)
    record(target, file)
    export(file, metrics)
    prometheus.wait_for(length, first)
    second = int(target.ask("keep 7000"))
    record(target, file)
    export(file, metrics)
    prometheus.wait_for(length, second)
    prometheus.wait_for(f"max_over_time({length}[10m]) - min_over_time({length}[10m])", second - first)
    labels = prometheus.ask("query", query=length)["result"][0]["metric"]
    check_equal(labels.get("process"), "counter.py", "the process has its script's name")
    check_equal(labels.get("pid"), str(target.pid), "and its pid")
    # The dict is of the first sample, and entries are strings: all of them, and no more, are new.
    text = metrics.read_text()
    total = int(re.search(r"^leaktop_python_heap_objects\{.*\} (\d+)$", text, re.MULTILINE)[1])
    types = re.findall(r"^leaktop_python_objects\{.*\} (\d+)$", text, re.MULTILINE)
    check_equal(sum(map(int, types)), total, "types and the others add up to all objects")


def check_loaded(prometheus):
    prometheus.wait_for('up{job="node"}', 1)
    prometheus.wait_for('up{job="openmetrics"}', 1)
    prometheus.wait_for("node_textfile_scrape_error", 0)
    rules = prometheus.ask("rules")["groups"]
    names = [rule["name"] for group in rules for rule in group["rules"]]
    check(len(names) >= 5, "Prometheus loads the rules", names)
    harness.wait_until(
        lambda: all(
            rule["health"] == "ok"
            for group in prometheus.ask("rules")["groups"]
            for rule in group["rules"]
        ),
        "rules are evaluated",
    )


def check_dashboard(prometheus):
    """Grafana is not at hand; what it would ask is answered."""
    dashboard = json.loads((FLEET / "leaktop-dashboard.json").read_text())
    empty = []
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            query = target["expr"].replace("$instance", ".*").replace("$process", ".*")
            check("$" not in query, f"{panel['title']}: only known variables", query)
            if not prometheus.values(query):
                empty.append(panel["title"])
    # Nothing is six hours old here, and one target leaks for too short a time to say.
    allowed = {"Growth of containers in six hours", "Growth", "Fastest growth"}
    check(set(empty) <= allowed, "the panels have something to draw", empty)
    grid = [panel["gridPos"] for panel in dashboard["panels"]]
    cells = [(x, y) for g in grid for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])]
    check_equal(len(cells), len(set(cells)), "panels do not overlap")
    check_equal(len({panel["id"] for panel in dashboard["panels"]}), len(grid), "panels have ids")


def servers(directory):
    if not tools.have("prometheus", "prometheus-node-exporter"):
        return
    textfiles = directory / "textfiles"
    textfiles.mkdir(mode=0o755)
    metrics = textfiles / "leaktop.prom"
    metrics.write_text("# EOF\n")
    own = serve(metrics)
    exporter_arguments = lambda port: [
        f"--web.listen-address=127.0.0.1:{port}",
        "--collector.disable-defaults",
        "--collector.textfile",
        f"--collector.textfile.directory={textfiles}",
    ]
    prometheus_arguments = lambda port: [
        f"--config.file={directory}/prometheus.yml",
        f"--storage.tsdb.path={directory}/data",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    ]
    with tools.server("prometheus-node-exporter", directory / "exporter.log", exporter_arguments) as exporter:
        write_configuration(
            directory / "prometheus.yml", exporter[len("http://") :], f"127.0.0.1:{own.server_port}"
        )
        with tools.server(
            "prometheus", directory / "prometheus.log", prometheus_arguments, "/-/ready"
        ) as address, harness.Target(harness.system_interpreter(), "counter.py") as target:
            prometheus = Prometheus(address)
            check_growth(prometheus, target, directory / "samples", metrics)
            check_loaded(prometheus)
            check_dashboard(prometheus)
            hostile(prometheus, directory, metrics)
    own.shutdown()


def hostile(prometheus, directory, metrics):
    """Whatever the names are, both readers take the file, and no line is made by a name."""
    file = directory / "hostile"
    with harness.Target(harness.system_interpreter(), "hostile_exports.py") as target:
        record(target, file)
        for _ in range(2):
            target.ask("grow")
            record(target, file)
        export(file, metrics, "--rows", 0)
        prometheus.wait_for(f'leaktop_python_gc_enabled{{job="node", pid="{target.pid}"}}', 1)
    prometheus.wait_for("node_textfile_scrape_error", 0)
    prometheus.wait_for('up{job="openmetrics"}', 1)
    names = {
        row["metric"]["container"]
        for row in prometheus.ask("query", query='leaktop_python_container_length{job="node"}')["result"]
    }
    for part in ("HYPERLINK", "</script>", 'quote"} 1', "back\\slash\\"):
        check(any(part in name for name in names), f"a container with {part}", names)
    check_equal(prometheus.values('leaktop_process_leaking{pid="1"}'), [], "no line of a name's own")
    lint(metrics)


# --- Files --------------------------------------------------------------------------------------


def lint(metrics):
    if tools.have("promtool"):
        result = tools.run("promtool", "check", "metrics", input=metrics.read_text())
        check_equal((result.returncode, result.stdout), (0, ""), "promtool check metrics")


def rules():
    if not tools.have("promtool"):
        return
    result = tools.run("promtool", "check", "rules", "--lint=all", "--lint-fatal", RULES)
    check_equal(result.returncode, 0, "promtool check rules")
    result = tools.run("promtool", "test", "rules", harness.TESTS / "fleet" / "rules_test.yml")
    check(result.returncode == 0, "promtool test rules", result.stdout)


def known_metrics():
    files = ("export/openmetrics.c", "result/figures.def")
    source = "".join((TOP / "lib" / name).read_text() for name in files)
    return set(re.findall(r'"(leaktop_\w+)"', source))


def names_agree():
    """Rules, dashboard and manual speak of metrics that are there, and the manual of all of them."""
    known = known_metrics()
    manual = (TOP / "man" / "leaktop-fleet.7").read_text()
    for what, text in (
        ("the rules", RULES.read_text()),
        ("the dashboard", (FLEET / "leaktop-dashboard.json").read_text()),
        ("leaktop-fleet(7)", manual),
    ):
        used = set(re.findall(r"\bleaktop_\w+", text))
        check(used and used <= known, f"{what}: metrics that are there", used - known)
    described = set(re.findall(r"\bleaktop_\w+", manual))
    check_equal(sorted(known - described), [], "leaktop-fleet(7) has all metrics")
    for rule in re.findall(r"alert: (\w+)", RULES.read_text()):
        check_in(f".B {rule}\n", manual, f"leaktop-fleet(7) has {rule}")


def units(directory):
    if not tools.have("systemd-analyze"):
        return
    service = (FLEET / "leaktop.service.in").read_text()
    program = pathlib.Path(harness.LEAKTOP)
    (directory / "leaktop.service").write_text(service.replace("@bindir@", str(program.parent)))
    (directory / "leaktop.timer").write_text((FLEET / "leaktop.timer").read_text())
    files = [directory / "leaktop.service", directory / "leaktop.timer"]
    result = tools.run("systemd-analyze", "verify", "--man=no", *files)
    ours = [line for line in result.stdout.splitlines() if "leaktop" in line]
    check_equal((result.returncode, ours), (0, []), "systemd-analyze verify")
    result = tools.run("systemd-analyze", "security", "--offline=true", files[0])
    level = re.search(r"exposure level for leaktop.service: ([\d.]+)", result.stdout)
    check(level and float(level[1]) <= 1.5, "systemd-analyze security: 1.5 or less", result.stdout[-200:])


def one_capability(directory):
    """What the unit leaves to root is enough for the processes of others."""
    if os.geteuid() != 0:
        harness.skip("root with one capability", "needs root")
        return
    if not tools.have("setpriv"):
        return
    bare = ["setpriv", "--bounding-set", "-all,+sys_ptrace", "--inh-caps", "-all", "--nnp"]
    other = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    with harness.Target(harness.system_interpreter(), "counter.py", wrapper=other) as target:
        file = directory / "bare"
        command = ["record", "-p", target.pid, "-o", file]
        result = tools.run(bare[0], *bare[1:], harness.LEAKTOP, *command)
        check_equal((result.returncode, result.stdout), (0, ""), "root with CAP_SYS_PTRACE alone")
        row = json.loads(leaktop("export", file, "--format", "json").stdout)["targets"][0]["samples"][0]
        check(row["heap"] and row["heap"]["objects"] > 20000, "sees the heap of another user", row.get("heap"))


def test():
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as name:
        directory = pathlib.Path(name)
        names_agree()
        rules()
        units(directory)
        one_capability(directory)
        servers(directory)


harness.main(test)

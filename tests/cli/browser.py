# SPDX-License-Identifier: MIT
"""A headless browser, driven over WebDriver (HTTP and JSON, W3C) with the standard library alone."""

import base64
import contextlib
import json
import tempfile

import tools

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key that the standard gives to references


class Browser:
    def __init__(self, address, session):
        self.session = f"{address}/session/{session}"

    def post(self, path, **data):
        return json.loads(tools.get(f"{self.session}/{path}", data, timeout=60))["value"]

    def open(self, url):
        self.post("url", url=url)

    def run(self, script, *arguments):
        """Runs the body of a function in the page and returns its result."""
        return self.post("execute/sync", script=script, args=list(arguments))

    def find(self, selector):
        return self.post("element", using="css selector", value=selector)[ELEMENT]

    def click(self, selector):
        self.post(f"element/{self.find(selector)}/click")

    def hover(self, selector):
        move = {"type": "pointerMove", "duration": 0, "x": 0, "y": 0}
        move["origin"] = {ELEMENT: self.find(selector)}
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        self.post("actions", actions=[{**mouse, "actions": [move]}])

    def emulate(self, **features):
        """Media features as in prefers_color_scheme="dark"."""
        items = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.post("goog/cdp/execute", cmd="Emulation.setEmulatedMedia", params={"features": items})

    def emulate_print(self):
        self.post("goog/cdp/execute", cmd="Emulation.setEmulatedMedia", params={"media": "print"})

    def resize(self, width, height):
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.post("goog/cdp/execute", cmd="Emulation.setDeviceMetricsOverride", params=metrics)

    def log(self):
        """What the browser complained of: errors of the script, what the policy forbade."""
        return [entry["message"] for entry in self.post("se/log", type="browser")]

    def screenshot(self, path):
        image = json.loads(tools.get(f"{self.session}/screenshot"))["value"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(image))


FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-dev-shm-usage"
    " --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars"
).split()


@contextlib.contextmanager
def browser(log):
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as profile, tools.server(
        "chromedriver", log, lambda port: [f"--port={port}"], "/status"
    ) as address:
        options = {"args": [*FLAGS, f"--user-data-dir={profile}"], "binary": tools.find("chromium")}
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        answer = tools.get(f"{address}/session", {"capabilities": {"alwaysMatch": wanted}}, timeout=60)
        session = json.loads(answer)["value"]["sessionId"]
        try:
            yield Browser(address, session)
        finally:
            tools.get(f"{address}/session/{session}", method="DELETE", timeout=60)

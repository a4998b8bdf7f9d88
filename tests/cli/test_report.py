# SPDX-License-Identifier: MIT
"""The report in a real browser: it sorts, it follows the pointer, it fits, and no name takes effect."""

import html.parser
import os
import pathlib
import tempfile

import browser as browsers
import harness
import tools
from harness import check, check_equal, check_in, check_refusal, leaktop

SCREENSHOTS = os.environ.get("LEAKTOP_SCREENSHOTS")  # a directory, to look at them
COLUMN = """
    const table = document.querySelectorAll("table.code")[arguments[0]];
    return Array.from(table.tBodies[0].rows, (row) => row.cells[arguments[1]].textContent);
"""
ORDER = """
    const table = document.querySelectorAll("table.code")[arguments[0]];
    return Array.from(table.tHead.rows[0].cells, (cell) => cell.getAttribute("aria-sort"));
"""
TYPES = 1  # the second table with names; the first has the containers


def record(target, file):
    result = leaktop("record", "-p", target.pid, "-o", file)
    check_equal((result.returncode, result.stderr), (0, ""), "record")


def report(file, page):
    result = leaktop("report", file, "-o", page)
    check_equal((result.returncode, result.stdout, result.stderr), (0, "", ""), "report is silent")


def click(browser, column, table=TYPES):
    headings = "document.querySelectorAll('table.code')[%d].tHead.rows[0].cells[%d]" % (table, column)
    browser.run(f"{headings}.querySelector('button').id = 'clicked-{column}';")
    browser.click(f"#clicked-{column}")


def figure(text):
    return int(text.replace(",", ""))


def sorting(browser):
    names = browser.run(COLUMN, TYPES, 0)
    check(len(names) > 10, "a table of types", names)
    check_equal(browser.run(ORDER, TYPES)[4], "descending", "it comes sorted by the growth of bytes")

    click(browser, 1)
    counts = [figure(text) for text in browser.run(COLUMN, TYPES, 1)]
    check_equal(counts, sorted(counts, reverse=True), "a click on Objects: the most first")
    check_equal(browser.run(ORDER, TYPES).count("descending"), 1, "one column is marked")
    check_equal(browser.run(ORDER, TYPES)[1], "descending", "which is that one")
    screenshot(browser, "sorted")

    click(browser, 1)
    counts = [figure(text) for text in browser.run(COLUMN, TYPES, 1)]
    check_equal(counts, sorted(counts), "another click: the fewest first")

    click(browser, 0)
    check_equal(browser.run(COLUMN, TYPES, 0), sorted(names), "a click on Type: by name")
    check_equal(sorted(browser.run(COLUMN, TYPES, 0)), sorted(names), "no row is lost")


def charts(browser):
    check_equal(browser.run("return document.querySelectorAll('figure.chart').length"), 2, "two charts")
    reading = "return document.querySelector('.reading').textContent"
    before = browser.run(reading)
    browser.hover("figure.chart rect.point")
    check(browser.run(reading) != before, "the pointer on a chart shows another point", before)
    check_in("RSS", browser.run(reading), "with its figure")
    title = browser.run("return document.querySelector('rect.point title').textContent")
    check_equal(browser.run(reading), title, "that of the point")


def fits(browser):
    overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    ground = "return getComputedStyle(document.body).backgroundColor"
    for scheme in ("light", "dark"):
        browser.emulate(prefers_color_scheme=scheme)
        for width in (1200, 800, 400):
            browser.resize(width, 1400)
            check_equal(browser.run(overflow), 0, f"{scheme}, {width} wide: no sideways scrolling")
            screenshot(browser, f"{scheme}-{width}")
    check_equal(browser.run(ground), "rgb(21, 24, 28)", "dark is dark")
    browser.emulate(prefers_color_scheme="dark")
    browser.emulate_print()
    browser.resize(800, 1100)
    check(browser.run(ground) != "rgb(21, 24, 28)", "paper is white")
    screenshot(browser, "print")


def screenshot(browser, name):
    if SCREENSHOTS:
        browser.screenshot(f"{SCREENSHOTS}/{name}.png")


def offline(browser):
    requests = "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    check_equal(browser.run(requests), [], "nothing was loaded")
    check_equal(browser.log(), [], "the browser complains of nothing")


def leak(browser, directory):
    with harness.Target(harness.system_interpreter(), "counter.py") as target:
        for _ in range(4):
            record(target, directory / "leak")
            target.ask("keep 3000")
        record(target, directory / "leak")
    page = directory / "leak.html"
    report(directory / "leak", page)
    browser.open(page.as_uri())
    check_in("counter.py", browser.run("return document.querySelector('h1').textContent"), "the title")
    first = browser.run(COLUMN, 0, 0)[0]
    check_equal(first, "__main__.kept", "the container that grew comes first")
    charts(browser)
    sorting(browser)
    fits(browser)
    offline(browser)


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.names = {}

    def handle_starttag(self, tag, attrs):
        self.names[tag] = self.names.get(tag, 0) + 1
        for name, _ in attrs:
            if name.startswith("on") or name in ("src", "style"):
                self.names[name] = self.names.get(name, 0) + 1


def hostile(browser, directory):
    """Names that are HTML stay text: two tables, one script, and that is ours."""
    with harness.Target(harness.system_interpreter(), "hostile_exports.py") as target:
        for _ in range(3):
            target.ask("grow")
            record(target, directory / "hostile")
    page = directory / "hostile.html"
    report(directory / "hostile", page)
    text = page.read_bytes().decode()  # valid UTF-8, or an exception
    check("\0" not in text, "no NUL")
    tags = Tags()
    tags.feed(text)
    check_equal(tags.names.get("script"), 1, "one script")
    check_equal([name for name in ("img", "src", "style=", "onerror") if name in tags.names], [], "no other")
    check_in("&lt;/script&gt;", text, "the names are there, escaped")
    browser.open(page.as_uri())
    check_equal(browser.run("return typeof window.owned"), "undefined", "no name was run")
    names = browser.run(COLUMN, 0, 0) + browser.run(COLUMN, TYPES, 0)
    check(any("<img src=x" in name for name in names), "the browser shows the name itself", names)
    offline(browser)


def outputs(directory):
    """Where a report cannot be written, nothing is harmed."""
    with harness.Target(harness.system_interpreter(), "counter.py") as target:
        record(target, directory / "one")
    file = directory / "one"
    check_in("</html>", leaktop("report", file).stdout, "without -o on standard output")
    (directory / "link").symlink_to(directory / "elsewhere")
    (directory / "directory").mkdir()
    os.mkfifo(directory / "fifo")
    for name in ("link", "directory", "fifo"):
        check_refusal(leaktop("report", file, "-o", directory / name), 2, name)
    check(not (directory / "elsewhere").exists(), "the link was not followed")
    check_refusal(leaktop("report", file, "-o", "/dev/null"), 2, "/dev/null")
    check_refusal(leaktop("report", file, "-o", directory / "no" / "such"), 1, "No such file")
    check_refusal(leaktop("report", directory / "nothing"), 1, "nothing")
    check_refusal(leaktop("report"), 2, "name a file")
    check_refusal(leaktop("report", file, "-p", 1), 1, "1")
    with open("/dev/full", "w") as full:
        check_refusal(leaktop("report", file, stdout=full), 1, "No space left")
    left = [path.name for path in directory.iterdir() if path.name.startswith(".")]
    check_equal(left, [], "no temporary file is left")


def test():
    with tempfile.TemporaryDirectory(prefix="leaktop-test-") as name:
        directory = pathlib.Path(name)
        outputs(directory)
        if tools.have("chromium", "chromedriver"):
            with browsers.browser(directory / "driver.log") as browser:
                leak(browser, directory)
                hostile(browser, directory)


harness.main(test)

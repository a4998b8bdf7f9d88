# SPDX-License-Identifier: MIT
"""A terminal for tests of the screen: leaktop runs in tmux, keys go in, the picture comes out as
text. Nothing here sleeps for a fixed time: what is expected is waited for."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))

import harness  # noqa: E402  pylint: disable=wrong-import-position

HAS_TMUX = shutil.which("tmux") is not None


# What runs on the terminal: the command, and then something that keeps the picture.
SHELL = 'stty -echo; trap : INT; "$@"; echo "ended with $?"; exec cat >/dev/null'


class Screen:
    """A command on a terminal of its own."""

    def __init__(self, *command, columns=80, rows=24, term="tmux-256color", env=None):
        self.directory = tempfile.mkdtemp(prefix="leaktop-screen-")
        self.environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            **{name: os.environ[name] for name in os.environ if name.endswith("SAN_OPTIONS")},
            **(env or {}),
        }
        configuration = pathlib.Path(self.directory, "tmux.conf")
        configuration.write_text(
            f"set -g default-terminal {term}\nset -g status off\nset -g escape-time 0\n"
        )
        self.arguments = ["tmux", "-u", "-S", f"{self.directory}/socket", "-f", configuration]
        self._tmux("new-session", "-d", "-x", columns, "-y", rows,
                   "sh", "-c", SHELL, "sh", *map(str, command))

    def _tmux(self, *arguments):
        result = subprocess.run(
            [*map(str, self.arguments), *map(str, arguments)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            text=True,
            timeout=harness.DEADLINE_SECONDS,
        )
        if result.returncode:
            raise RuntimeError(f"tmux {arguments[0]}: {result.stdout}")
        return result.stdout

    def keys(self, *keys):
        """Types keys by tmux's names: "q", "Enter", "BSpace", "C-z"."""
        self._tmux("send-keys", *keys)

    def type(self, text):
        self._tmux("send-keys", "-l", text)

    def _mouse(self, button, column, row):
        report = [27, ord("["), ord("M"), 32 + button, 33 + column, 33 + row]
        self._tmux("send-keys", "-H", *(f"{byte:x}" for byte in report))

    def click(self, column, row):
        """Presses the left button and lets it go, as xterm reports it."""
        self._mouse(0, column, row)
        self._mouse(3, column, row)

    def wheel_down(self, column, row):
        self._mouse(65, column, row)

    def resize(self, columns, rows):
        self._tmux("resize-window", "-x", columns, "-y", rows)

    def lines(self):
        return self._tmux("capture-pane", "-p").removesuffix("\n").split("\n")

    def text(self):
        return "\n".join(self.lines())

    def attributes(self):
        """The picture with the escape sequences of its colours."""
        return self._tmux("capture-pane", "-p", "-e")

    def ask(self, variable):
        """A variable of tmux: alternate_on, cursor_flag, mouse_any_flag, ..."""
        return self._tmux("display-message", "-p", f"#{{{variable}}}").strip()

    def wait(self, condition, what):
        """Waits until condition(lines of the screen) holds. Returns the lines."""
        end = time.monotonic() + harness.DEADLINE_SECONDS
        while True:
            lines = self.lines()
            if condition(lines):
                return lines
            if time.monotonic() > end:
                raise TimeoutError("waited in vain: " + what + "\n" + "\n".join(lines))
            time.sleep(0.02)

    def wait_for(self, part):
        return self.wait(lambda lines: any(part in line for line in lines), repr(part))

    def wait_gone(self, part):
        return self.wait(lambda lines: not any(part in line for line in lines), f"no {part!r}")

    def wait_end(self):
        """Waits until the command has ended. Returns its exit status, 128 + N for a signal."""
        # On a terminal with one screen only, what leaktop drew last may stand behind it.
        text = "\n".join(self.wait_for("ended with "))
        return int(re.search(r"ended with (\d+)", text).group(1))

    def close(self):
        try:
            self._tmux("kill-server")
        except RuntimeError:
            pass  # ended already
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def check_wait(shown, condition, what):
    """A check that waits for its fact; where it comes to nothing, the picture is shown."""
    try:
        shown.wait(condition, what)
        return harness.check(True, what)
    except TimeoutError as error:
        return harness.check(False, what, error)


def check_shown(shown, part, what):
    return check_wait(shown, lambda lines: any(part in line for line in lines), what)


def check_restored(shown, what):
    modes = [shown.ask(name) for name in ("alternate_on", "cursor_flag", "mouse_any_flag")]
    harness.check_equal(modes, ["0", "1", "0"], f"{what}: the terminal is as before")


def main(test):
    if not HAS_TMUX:
        print("1..0 # SKIP no tmux")
        sys.exit(0)
    harness.main(test)

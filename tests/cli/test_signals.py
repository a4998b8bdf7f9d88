# SPDX-License-Identifier: MIT
"""Whatever happens to leaktop, the target runs on: signals to leaktop at random moments."""

import os
import random
import signal
import subprocess
import time

import harness
from harness import check, check_unharmed, spawn

ROUNDS = 200
SIGNALS = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGTSTP)


def start_leaktop(pid, number):
    arguments = ["-p", pid, "--batch", "-n", 1] if number % 2 else ["snapshot", "-p", pid, "--json"]
    return spawn(
        [harness.LEAKTOP, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def has_ended_or_stopped(process):
    return process.poll() is not None or harness.process_state(process.pid) in "TZ"


def counts_on(target):
    """The thread that counts makes progress, and no thread is held."""
    before = int(target.ask("ping"))
    harness.wait_until(lambda: int(target.ask("ping")) > before, "the target counts")
    return not set(harness.thread_states(target.pid).values()) & set("tT")


def disturb(target, number, duration):
    """True if the target was unharmed by one signal at one moment."""
    process = start_leaktop(target.pid, number)
    time.sleep(random.uniform(0, duration))
    chosen = SIGNALS[number % len(SIGNALS)]
    process.send_signal(chosen)
    if chosen == signal.SIGTSTP:
        harness.wait_until(lambda: has_ended_or_stopped(process), "leaktop stopped or done")
        good = counts_on(target)
        process.send_signal(signal.SIGCONT)
        process.wait(timeout=harness.DEADLINE_SECONDS)
        return good and process.returncode == 0
    process.wait(timeout=harness.DEADLINE_SECONDS)
    allowed = {0, -chosen, 128 + chosen}
    if process.returncode not in allowed:
        harness.note(f"{chosen.name} led to status {process.returncode}")
    return counts_on(target) and process.returncode in allowed


def disturbed(interpreter, rounds):
    random.seed(7)
    with harness.Target(interpreter, "counter.py") as target:
        start = time.monotonic()
        start_leaktop(target.pid, 0).wait()
        duration = time.monotonic() - start
        unharmed = sum(disturb(target, number, duration * 1.2) for number in range(rounds))
        check(unharmed == rounds, f"unharmed by {rounds} signals to leaktop", unharmed)
        check_unharmed(target)


def stays_stopped(interpreter):
    with harness.Target(interpreter, "counter.py") as target:
        os.kill(target.pid, signal.SIGSTOP)
        harness.wait_until(lambda: harness.process_state(target.pid) == "T", "the target stopped")
        document = harness.snapshot(target.pid)
        check(document["heap"]["objects"] > 20000, "a stopped target can be looked at")
        check(harness.process_state(target.pid) == "T", "a target that was stopped stays stopped")
        os.kill(target.pid, signal.SIGCONT)
        check_unharmed(target)


def stopped_meanwhile(interpreter):
    """SIGSTOP to the target while leaktop looks at it: it must be stopped afterwards."""
    random.seed(3)
    with harness.Target(interpreter, "counter.py") as target:
        for number in range(20):
            process = start_leaktop(target.pid, number)
            time.sleep(random.uniform(0, 0.05))
            os.kill(target.pid, signal.SIGSTOP)
            process.wait(timeout=harness.DEADLINE_SECONDS)
            harness.wait_until(
                lambda: set(harness.thread_states(target.pid).values()) == {"T"},
                f"obedience to SIGSTOP number {number}",
            )
            os.kill(target.pid, signal.SIGCONT)
            target.ask("ping")
        check(True, "20 SIGSTOPs that came meanwhile were obeyed")
        check_unharmed(target)


def passes_signals(interpreter):
    """Signals that arrive while leaktop looks are neither lost nor delivered twice."""
    with harness.Target(interpreter, "counter.py") as target:
        sent = 0
        for number in range(10):
            process = start_leaktop(target.pid, number)
            while process.poll() is None:
                os.kill(target.pid, signal.SIGRTMIN)
                sent += 1
                time.sleep(0.0005)
        harness.wait_until(lambda: int(target.ask("signals")) >= sent, "all signals to arrive")
        check(int(target.ask("signals")) == sent, f"{sent} signals arrived once each")
        check_unharmed(target)


_interpreters_seen = 0


def test(interpreter):
    global _interpreters_seen
    # All rounds on the first, some on the others: what is tested is how the target is stopped.
    disturbed(interpreter, ROUNDS if not _interpreters_seen else ROUNDS // 5)
    _interpreters_seen += 1
    stays_stopped(interpreter)
    stopped_meanwhile(interpreter)
    passes_signals(interpreter)


harness.main(lambda: harness.each_interpreter(test))

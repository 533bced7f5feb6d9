"""Keeping a worker at work beside the dashboard: one that dies is started again, and none outlives who wanted it.

The dashboard's process cannot do that itself: its server, gunicorn, takes every child that ends for one of its own. So
it has a keeper beside it, and starts another one should that be killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LOOKED_EVERY = 0.5  # seconds
FIRST, LONGEST = 1.0, 60.0  # seconds before the next one is started: twice as long each time
STEADY = 60.0  # seconds after which one that dies is as good as the first
PATIENCE = 20.0  # seconds that one has to give back what it has in hand
STARTS_SAID = 5  # in a row; then it is said what to do, and no more


class Kept:
    """Runs a command again and again until `parent` has gone or a signal says to stop."""

    def __init__(
        self, command: Sequence[str], parent: int, say: Callable[[str], None], *, first: float = FIRST
    ) -> None:
        self._command, self._parent, self._say, self._first = command, parent, say, first
        self._stopped = threading.Event()
        self._deaths = 0

    def stop(self, *_: object) -> None:
        self._stopped.set()

    def run(self) -> None:
        """Return when there is nothing more to keep."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
                signal.signal(number, self.stop)
        while not self._is_over():
            began = time.monotonic()
            # a group of its own: Ctrl+C is for us, who then ask it to stop once and wait
            worker = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, start_new_session=True)
            if not self._ended(worker):
                _stop(worker)
                return
            if worker.returncode == 0:
                self._say("The worker was stopped. Sources are read again when Skillfolio is started again.")
                return
            self._deaths = 0 if time.monotonic() - began > STEADY else self._deaths
            self._wait(worker.returncode)

    def _is_over(self) -> bool:
        return self._stopped.is_set() or os.getppid() != self._parent

    def _ended(self, worker: subprocess.Popen[bytes]) -> bool:
        """Wait for it; False when it is to be stopped instead."""
        while worker.poll() is None:
            if self._is_over():
                return False
            with suppress(subprocess.TimeoutExpired):
                worker.wait(LOOKED_EVERY)
        return True

    def _wait(self, code: int) -> None:
        pause = min(self._first * 2**self._deaths, LONGEST)
        self._deaths += 1
        if self._deaths <= STARTS_SAID:
            self._say(
                f"The worker that reads your sources ended ({_reason(code)}); another one starts in {pause:.0f} s. "
                "What was read stays, and what it had in hand is taken up again."
            )
        if self._deaths == STARTS_SAID:
            self._say(
                f"It ended {STARTS_SAID} times in a row. The dashboard goes on, and so do tries, one every "
                f"{LONGEST:.0f} s at last. To see what ends it, stop Skillfolio and run: skillfolio worker"
            )
        end = time.monotonic() + pause
        while not self._is_over() and time.monotonic() < end:
            self._stopped.wait(min(LOOKED_EVERY, pause))


class Beside:
    """A keeper of a worker, as a child of the process that serves the dashboard.

    `command` runs `Kept`; it is told `--kept FD`, where it writes when it ends as it should. That it was killed is seen
    by the end of this pipe alone, since gunicorn may take its exit code.
    """

    def __init__(self, command: Sequence[str], say: Callable[[str], None]) -> None:
        self._command, self._say = command, say
        self._stopped = threading.Event()
        self._deaths = 0
        self._start()

    def stop(self) -> None:
        """End it and what it keeps; return when it has."""
        self._stopped.set()
        self._keeper.terminate()
        try:
            self._keeper.wait(PATIENCE + 10)
        except subprocess.TimeoutExpired:
            self._keeper.kill()

    def _start(self) -> None:
        ends, end = os.pipe()
        try:
            self._keeper = subprocess.Popen([*self._command, "--kept", str(end)], pass_fds=(end,))
        finally:
            os.close(end)
        threading.Thread(target=self._watch, args=(ends,), name="keeper", daemon=True).start()

    def _watch(self, ends: int) -> None:
        with open(ends, "rb") as pipe:
            if pipe.read() or self._stopped.is_set():
                return
        pause = min(FIRST * 2**self._deaths, LONGEST)
        self._deaths += 1
        if self._deaths <= STARTS_SAID:
            self._say(
                f"What keeps the worker that reads your sources was killed; another one starts in {pause:.0f} s. "
                "What was read stays."
            )
        if not self._stopped.wait(pause):
            self._start()


def say_end(ends: int) -> None:
    """Tell the `Beside` that wanted this process that it ends as it should."""
    with suppress(OSError):  # who wanted it has gone
        os.write(ends, b".")


def _reason(code: int) -> str:
    if code == -signal.SIGKILL:
        return "killed, perhaps for want of memory"
    return f"by signal {-code}" if code < 0 else f"exit code {code}"


def _stop(worker: subprocess.Popen[bytes]) -> None:
    """Let it give back what it has in hand; when it does not, end it with all that it started."""
    worker.terminate()
    try:
        worker.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def end_without(parent: int) -> None:
    """Have this process end as if it had been asked to, once `parent` is not its parent any more."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOKED_EVERY)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()

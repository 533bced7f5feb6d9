"""A worker that dies is started again; nothing is left running when who wanted it has gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cli

TOP = Path(cli.__file__).parent
KEEP = """
import os, sys
from commands.supervising import Kept
from functools import partial
Kept(sys.argv[2:], int(sys.argv[1]) or os.getppid(), partial(print, flush=True), first=0.05).run()
"""
DIES = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); os.kill(os.getpid(), int(sys.argv[2]))"
STAYS = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
PATIENCE = 30  # seconds


class Keeper:
    """A process that keeps another one, which writes its number into a file."""

    def __init__(self, folder, program, *arguments):
        self.file, self.log = folder / "started", folder / "log"
        command = [sys.executable, "-c", KEEP, "0", sys.executable, "-c", program, str(self.file), *map(str, arguments)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=TOP, stdout=log, stderr=log)

    @property
    def started(self):
        return [int(line) for line in self.file.read_text().split()] if self.file.exists() else []

    @property
    def said(self):
        return self.log.read_text()

    def wait(self, done):
        end = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < end, self.said
            time.sleep(0.02)


def is_there(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def keep(tmp_path):
    made = []

    def keep(program, *arguments):
        made.append(Keeper(tmp_path, program, *arguments))
        return made[-1]

    yield keep
    for each in made:
        each.process.terminate()
        each.process.wait(PATIENCE)
        assert not [number for number in each.started if is_there(number)]


@pytest.mark.parametrize(
    ("number", "why"), [(signal.SIGKILL, "killed, perhaps for want of memory"), (signal.SIGSEGV, "by signal 11")]
)
def test_one_that_dies_is_started_again(keep, number, why):
    keeper = keep(DIES, int(number))
    keeper.wait(lambda: len(keeper.started) > 2)
    assert keeper.process.poll() is None
    assert f"ended ({why}); another one starts" in keeper.said


def test_tries_grow_rarer_and_what_to_do_is_said_once(keep):
    keeper = keep(DIES, int(signal.SIGKILL))
    keeper.wait(lambda: len(keeper.started) > 6)  # 0.05, 0.1 … 1.6 seconds between them
    assert keeper.said.count("another one starts") == 5
    assert keeper.said.count("run: skillfolio worker") == 1


def test_one_that_was_asked_to_end_is_let_go(keep):
    keeper = keep("import sys; open(sys.argv[1], 'a').write('1\\n')")
    assert keeper.process.wait(PATIENCE) == 0
    assert "The worker was stopped" in keeper.said
    assert keeper.file.read_text() == "1\n"
    keeper.file.unlink()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_with_what_it_keeps(keep, number):
    keeper = keep(STAYS)
    keeper.wait(lambda: keeper.started)
    keeper.process.send_signal(number)
    assert keeper.process.wait(PATIENCE) == 0
    assert not is_there(keeper.started[0])
    assert "another one" not in keeper.said


def test_it_does_not_outlive_who_wanted_it(tmp_path):
    """Killed without a chance to say anything."""
    file = tmp_path / "started"
    start = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(60)"
    kept = [sys.executable, "-c", STAYS, str(file)]
    parent = subprocess.Popen([sys.executable, "-c", start, sys.executable, "-c", KEEP, "0", *kept], cwd=TOP)
    end = time.monotonic() + PATIENCE
    while not file.exists() or not file.read_text().strip():
        assert time.monotonic() < end
        time.sleep(0.02)
    worker = int(file.read_text())
    parent.kill()
    parent.wait()
    while is_there(worker):
        assert time.monotonic() < end + PATIENCE
        time.sleep(0.05)

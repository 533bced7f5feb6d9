"""Children that read a long history end with the process that started them, however it ends, and quietly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.loopback.histories import Written, make

ROOT = Path(__file__).parents[2]
WALK = """
import sys
from collectors import history
from collectors.attribution import Wanted
from collectors.parallel import Children
from collectors.repository import Repository
if __name__ == "__main__":
    with Repository(sys.argv[1]) as repository, Children(2, worth_starting=0) as children:
        for _ in history.walk(repository, Wanted(everyone=True), unit=5, children=children):
            print("read", flush=True)
            sys.stdin.read()
"""


def children_of(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(path.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def walking(folder):
    """A program that holds still in the middle of a long history, its children in its process group."""
    script = folder / "walk.py"
    script.write_text(WALK)
    path = make(
        folder / "long.git",
        [
            Written("ada@example.org", 1_600_000_000 + n, {"a.py": f"import numpy as np\nnp.eye({n})\n"})
            for n in range(40)
        ],
    )
    with subprocess.Popen(
        [sys.executable, str(script), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"read\n"
        yield parent


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_killed_parent_leaves_no_child(tmp_path):
    with walking(tmp_path) as parent:
        children = children_of(parent.pid)
        parent.kill()
    assert len(children) >= 2
    end = time.monotonic() + 10
    while any(alive(child) for child in children) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [child for child in children if alive(child)]


def test_ctrl_c_is_told_of_once(tmp_path):
    with walking(tmp_path) as parent:
        os.killpg(parent.pid, signal.SIGINT)
        _, told = parent.communicate(timeout=30)
    assert told.count(b"Traceback") == 1
    assert told.endswith(b"KeyboardInterrupt\n")

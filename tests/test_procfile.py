"""The Procfile as a host runs it: release, web and worker together, and a source that is read when it is due."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import cli
from data.models import RunState
from data.store import Store
from data.tasks import Tasks
from tests.loopback.histories import Written, make

TOP = Path(cli.__file__).parent
ME = "me@example.org"
PATIENCE = 60  # seconds


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def answers(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
            return reply.status
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return None


class Host:
    """A machine with a store, a folder of clones, and what `honcho start` runs."""

    def __init__(self, folder, database=None, **more):
        self.folder, self.port, self.home = folder, free_port(), folder / "store"
        (folder / ".gitconfig").write_text(f"[user]\n\temail = {ME}\n")
        make(
            folder / "code" / "study.git", [Written(ME, 1_700_000_000, {"a.py": "import numpy as np\nnp.dot(1, 2)\n"})]
        )
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("GIT", "SKILLFOLIO_", "DATABASE"))
        }
        self.env = kept | {
            "HOME": str(folder),
            "SKILLFOLIO_HOME": str(self.home),
            "PORT": str(self.port),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            **({"DATABASE_URL": database} if database else {}),
            **more,
        }
        self.store = Store.open(database or self.home / "skillfolio.db")
        self.store.add_account("git", str(folder / "code"))

    def __enter__(self):
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                ["honcho", "--no-colour", "--env", os.devnull, "start"], cwd=TOP, env=self.env, stdout=log, stderr=log
            )
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.store.close()

    def wait(self, done):
        end = time.monotonic() + PATIENCE
        while not done():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < end, (self.folder / "log").read_text()
            time.sleep(0.1)

    def has_collected(self):
        return any(run.ended for run in self.store.runs(1))


def web_processes(home):
    """How many processes serve the dashboard of a home."""
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:
            continue
        found += b"cli:wsgi()" in command and b"/sh\0" not in command and str(home).encode() in environment
    return found


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_web_and_worker_come_up_and_what_is_due_is_read(tmp_path, request, engine):
    database = request.getfixturevalue("postgresql_store") if engine == "postgresql" else None
    if database:  # as hosts write it
        database = "postgres" + database[database.index("://") :]
    with Host(tmp_path, database, WEB_CONCURRENCY="2") as host:
        host.wait(lambda: answers(host.port, "/healthz") == 200)
        host.wait(host.has_collected)
        (run,) = host.store.runs()
        assert (run.state, run.queued, run.counts["activities"]) == (RunState.DONE, True, 1)
        assert answers(host.port, "/") == 200
        if Path("/proc").is_dir():
            host.wait(lambda: web_processes(host.home) == 3)  # gunicorn's own, and two that answer
        assert len(Tasks(host.store).workers()) == 1
        host.process.send_signal(signal.SIGTERM)
        host.process.wait(30)
        assert Tasks(host.store).workers() == []  # it said goodbye
        assert answers(host.port, "/healthz") is None


@pytest.mark.parametrize(("password", "address"), [("", "127.0.0.1"), ("correct horse battery", "0.0.0.0")])
def test_without_a_way_to_sign_in_only_this_machine_is_answered(tmp_path, password, address):
    env = os.environ | {"SKILLFOLIO_HOME": str(tmp_path), "SKILLFOLIO_PASSWORD": password, "PORT": "4321"}
    code = "import runpy; print(runpy.run_module('dashboard.hosted')['bind'])"
    told = subprocess.run([sys.executable, "-c", code], cwd=TOP, env=env, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == f"{address}:4321"
    assert ("SKILLFOLIO_PASSWORD" in told.stderr) == (not password)

"""Workers as they run: processes of their own that share one PostgreSQL, and what becomes of one that is killed."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
import zlib
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

import cli
from data.models import RunState
from data.store import Store
from data.tasks import Tasks

ME = "me@example.org"
TOP = Path(cli.__file__).parent
PATIENCE = 120  # seconds, for a machine that is busy with other things


def write_object(folder, kind, body):
    data = b"%s %d\0%s" % (kind.encode(), len(body), body)
    name = hashlib.sha1(data).hexdigest()
    path = folder / "objects" / name[:2] / name[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(data, 1))
    return name


def write_repository(folder, number):
    """A bare repository of one commit, of its own history; written by hand, since many are needed."""
    for inner in ("objects", "refs/heads"):
        (folder / inner).mkdir(parents=True)
    (folder / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    blob = write_object(folder, "blob", f"import numpy as np\nprint(np.linalg.norm([{number}]))\n".encode())
    tree = write_object(folder, "tree", b"100644 work.py\0" + bytes.fromhex(blob))
    who = f"Me <{ME}> {1_600_000_000 + number * 86_400} +0000"
    commit = write_object(folder, "commit", f"tree {tree}\nauthor {who}\ncommitter {who}\n\nwork {number}\n".encode())
    (folder / "refs/heads/main").write_text(f"{commit}\n")


@pytest.fixture(scope="module")
def repositories(tmp_path_factory):
    """make(count) gives a folder with so many repositories."""

    def make(count):
        folder = tmp_path_factory.mktemp("code")
        for number in range(count):
            write_repository(folder / f"r{number:03}.git", number)
        return folder

    return make


LOG = """
CREATE TABLE taken (at serial, kind text, key text, worker text);
CREATE FUNCTION log_taken() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO taken (kind, key, worker) VALUES (NEW.kind, NEW.key, NEW.worker); RETURN NEW; END $$;
CREATE TRIGGER log_taken AFTER UPDATE ON tasks FOR EACH ROW WHEN (NEW.state = 'taken' AND OLD.state <> 'taken')
EXECUTE FUNCTION log_taken();
"""


class Shared:
    """A store in PostgreSQL that keeps a log of who took which task, and workers of homes of their own."""

    def __init__(self, address, folder):
        self.address, self.folder, self.processes = address, folder, []
        self.store = Store.open(address)
        with self.store.writing() as connection:
            connection.exec_driver_sql(LOG)
        (folder / ".gitconfig").write_text(f"[user]\n\temail = {ME}\n\tname = Me\n")

    def start(self):
        home = self.folder / f"machine-{len(self.processes)}"
        mine = ("GIT_", "SKILLFOLIO_", "DATABASE_", "GITHUB_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
        env |= {"HOME": str(self.folder), "SKILLFOLIO_HOME": str(home), "DATABASE_URL": self.address}
        home.mkdir()
        command = [sys.executable, "-m", "cli", "worker", "--quiet", "--lease", "3"]
        with (home / "log").open("wb") as log:
            self.processes.append(subprocess.Popen(command, cwd=TOP, env=env, stdout=log, stderr=log))
        return self.processes[-1]

    def taken(self):
        with self.store.reading() as connection:
            return connection.execute(text("SELECT kind, key, worker FROM taken ORDER BY at")).all()

    def wait(self, done):
        end = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < end, [path.read_text() for path in self.folder.glob("*/log")]
            time.sleep(0.05)

    def has_ended(self):
        return bool(runs := self.store.runs(1)) and runs[0].ended is not None

    def close(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(30)
        self.store.close()


@pytest.fixture
def shared(postgresql_store, tmp_path):
    made = Shared(postgresql_store, tmp_path)
    yield made
    made.close()


def test_two_workers_share_150_projects_and_do_none_twice(shared, repositories):
    shared.store.add_account("git", str(repositories(150)))
    shared.start(), shared.start()
    shared.wait(shared.has_ended)
    (run,) = shared.store.runs()
    assert (run.state, run.issues, run.progress.done, run.progress.total) == (RunState.DONE, 0, 150, 150)
    assert run.counts == {"repositories": 150, "activities": 150}
    assert len(shared.store.projects()) == 150
    parts = [(key, worker) for kind, key, worker in shared.taken() if kind == "part"]
    assert Counter(key for key, _ in parts).most_common(1)[0][1] == 1
    by_worker = Counter(worker for _, worker in parts)
    assert sum(by_worker.values()) == 150
    assert len(by_worker) == 2
    assert min(by_worker.values()) > 15
    assert shared.store.counts()["evidence"] > 0


def test_killed_worker_loses_nothing_and_its_task_is_taken_up(shared, repositories):
    shared.store.add_account("git", str(repositories(60)))
    victim = shared.start()
    shared.wait(lambda: len(shared.taken()) > 10)
    victim.kill()
    victim.wait()
    in_hand = Tasks(shared.store).open()["taken"]
    other = shared.start()
    shared.wait(shared.has_ended)
    (run,) = shared.store.runs()
    assert (run.state, run.issues, run.progress.done) == (RunState.DONE, 0, 60)
    assert len(shared.store.projects()) == 60
    assert shared.store.counts()["activities"] == 60
    times = Counter((kind, key) for kind, key, _ in shared.taken())
    assert sum(times.values()) - len(times) == in_hand  # nothing was begun twice but what it had in hand
    assert all(name.split(":")[1] == str(other.pid) for *_, name in shared.taken()[-10:])


def test_stopped_worker_gives_back_what_it_has_in_hand(shared, repositories):
    shared.store.add_account("git", str(repositories(30)))
    first = shared.start()
    shared.wait(lambda: len(shared.taken()) > 5)
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    assert "taken" not in Tasks(shared.store).open()
    assert Tasks(shared.store).workers() == []
    shared.start()
    shared.wait(shared.has_ended)
    assert shared.store.runs()[0].state is RunState.DONE
    assert shared.store.counts()["activities"] == 30

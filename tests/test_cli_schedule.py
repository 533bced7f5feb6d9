"""Schedules, workers and what doctor says of them, on the command line."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from commands import launching
from data.models import RunState
from data.settings import load_settings
from data.store import Store
from data.tasks import Tasks
from data.tokens import GitHubToken
from tests.loopback.histories import Written, make

ME = "me@example.org"
TOP = Path(cli.__file__).parent


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_", "SKILLFOLIO_", "DATABASE_")):
            monkeypatch.delenv(name)
    (tmp_path / ".gitconfig").write_text(f"[user]\n\temail = {ME}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SKILLFOLIO_HOME", str(tmp_path / "store"))
    make(tmp_path / "code" / "study.git", [Written(ME, 1_700_000_000, {"a.py": "import numpy as np\nnp.dot(1, 2)\n"})])
    run("add", "git", tmp_path / "code")
    return tmp_path


def run(*arguments, code=0):
    result = CliRunner().invoke(cli.main, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def store(home):
    with Store.open(load_settings().database_url) as opened:
        yield opened


def test_schedule_is_shown_and_set(home, store):
    assert "daily" in run("schedule")
    assert "weekly" in run("schedule", "git", "weekly")
    assert store.accounts()[0].schedule == "weekly"
    assert "on demand" in run("schedule", home / "code", "off")
    run("schedule", "git", "default")
    assert store.accounts()[0].schedule == ""


def test_settings_say_what_holds_for_all(home, monkeypatch):
    monkeypatch.setenv("SKILLFOLIO_SCHEDULE", "weekly, git=hourly")
    assert "hourly" in run("schedule")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("schedule", "gitlab", "daily"), 1, "schedule` lists them"),
        (("schedule", "git"), 2, "Say how often"),
        (("schedule", "git", "often"), 2, "weekly"),
        (("worker", "--threads", "0"), 2, "threads"),
    ],
)
def test_wrong_use_says_what_to_do(home, arguments, code, says):
    assert says in run(*arguments, code=code)


def test_once_reads_what_is_due_and_nothing_else(home, store):
    run("schedule", "--once")
    assert [record.state for record in store.runs()] == [RunState.DONE]
    run("schedule", "--once")
    assert len(store.runs()) == 1


def test_once_tells_a_failure_rather_than_a_limit(home, store, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    account = store.add_account("git", str(gone))
    gone.rmdir()
    (load_settings().home / "locks").mkdir(exist_ok=True)
    with (load_settings().home / "locks" / f"account-{store.accounts()[0].id}.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        run("schedule", "--once", code=1)
        assert [record.account_id for record in store.runs()] == [account]
        run("schedule", "--once", code=75)


def test_schedule_says_when_nobody_reads(home, store):
    assert "No worker runs, so nothing is read by itself" in run("schedule")
    Tasks(store).beat("here:1")
    assert "No worker runs" not in run("schedule")


def test_doctor_tells_of_workers_and_of_the_next_run(home, store):
    said = run("doctor")
    assert "No worker runs" in said
    assert "queue.db" in said
    tasks = Tasks(store)
    tasks.beat("here:1")
    tasks.begin(store.accounts()[0].id)
    said = run("doctor")
    assert "Workers (tasks that wait: 1)" in said
    assert "here:1" in said
    assert "running" in said


def test_queue_that_is_away_does_not_keep_doctor_from_speaking(home, monkeypatch):
    monkeypatch.setenv("SKILLFOLIO_QUEUE_URL", "redis://127.0.0.1:1/0")
    assert "does not answer" in run("doctor")


def test_page_leaves_collecting_to_a_worker_that_runs(home, store):
    launch = launching.launcher(load_settings(), store, GitHubToken(load_settings()))
    tasks, account = Tasks(store), store.accounts()[0].id
    tasks.beat("here:1")
    launch(account)
    launch(None)  # one is under way already, which is no reason not to begin others
    assert [(record.account_id, record.queued) for record in store.runs()] == [(account, True)]
    assert tasks.open() == {"waiting": 1}


def start_up(home):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "cli", "up", "--no-open", "--port", str(port)]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=TOP, env=dict(os.environ), stdout=log, stderr=log)


def processes_of(home):
    """Numbers of all processes that work for a home."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            environment, state = (place / "environ").read_bytes(), (place / "stat").read_text().rpartition(")")[2]
        except OSError:
            continue
        if f"SKILLFOLIO_HOME={home / 'store'}".encode() in environment and state.split()[0] != "Z":
            found.add(int(place.name))
    return found - {os.getpid()}


def parent_of(number):
    return int(Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1])


def wait_for(home, done):
    end = time.monotonic() + 60
    while not (found := done()):
        assert time.monotonic() < end, (home / "log").read_text()
        time.sleep(0.1)
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are told by Linux")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGINT])
def test_up_starts_a_worker_that_died_again_and_leaves_nothing_behind(home, store, number):
    process = start_up(home)

    def worker():
        names = [str(one.name) for one in Tasks(store).workers()]
        return next((int(name.split(":")[1]) for name in names if int(name.split(":")[1]) in processes_of(home)), None)

    first = wait_for(home, worker)
    if number == signal.SIGKILL:
        os.kill(first, signal.SIGKILL)
        assert wait_for(home, lambda: (found := worker()) != first and found)
        assert "perhaps for want of memory); another one starts in 1 s" in (home / "log").read_text()
        second, keeper = worker(), parent_of(worker())
        os.kill(keeper, signal.SIGKILL)
        assert wait_for(home, lambda: (found := worker()) not in {first, second} and found)
        assert "keeps the worker that reads your sources was killed" in (home / "log").read_text()
        wait_for(home, lambda: second not in processes_of(home))
        assert {parent_of(worker())} - {keeper, process.pid} <= processes_of(home)
    process.send_signal(number)
    process.wait(40)
    wait_for(home, lambda: not processes_of(home))


def test_up_has_a_worker_and_takes_it_along(home, store):
    process = start_up(home)
    end = time.monotonic() + 60
    while not any(record.ended for record in store.runs(1)):
        assert process.poll() is None, (home / "log").read_text()
        assert time.monotonic() < end, (home / "log").read_text()
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) in {0, -signal.SIGTERM}
    assert store.runs()[0].state is RunState.DONE
    end = time.monotonic() + 10
    while Tasks(store).workers():
        assert time.monotonic() < end
        time.sleep(0.1)

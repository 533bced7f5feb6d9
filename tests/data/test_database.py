"""Many at once: processes and threads on one store, one that is killed, files of the owner alone, both engines."""

import multiprocessing
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from data.schema import activities, facts, projects
from data.store import Store
from tests.data.building import batch, commit, fact, project

ROOT = Path(__file__).parents[2]
on_files = pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="about SQLite's file")


@pytest.fixture
def account(store):
    return store.add_account("git", "/home/me/work")


def _add_many(url, name, barrier):
    with Store.open(url) as store:
        account = store.add_account("git", name)
        barrier.wait(30)
        for n in range(8):
            store.save_batch(
                account, batch(commit(f"{name}{n}", fact(f"same.value{n}")), of=project(key=f"git:{name}"))
            )


def test_writers_in_two_processes_wait_for_each_other(address, store):
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    writers = [context.Process(target=_add_many, args=(address, name, barrier)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert all(len(store.known_commits(f"git:{name}")) == 8 for name in ("one", "two"))


def test_store_is_made_once_by_many(address):
    failures = []

    def make():
        try:
            Store.open(address).close()
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


SAVE_FOREVER = """
    from tests.data.building import batch, commit, fact, project
    from data.store import Store

    store = Store.open({address!r})
    account = store.add_account("git", "/endless")
    number = 0
    while True:
        number += 1
        acts = [commit(f"{{number}}-{{n}}", *(fact(f"f.v{{n}}.{{m}}") for m in range(20)), day=n) for n in range(60)]
        store.save_batch(account, batch(*acts, of=project(key=f"git:{{number}}"), bookmarks={{"at": number}}))
        print(number, flush=True)
"""


@pytest.fixture
def saver(address, store):
    """A process that saves projects of 60 activities with 20 facts, one after another."""
    code = textwrap.dedent(SAVE_FOREVER.format(address=str(address)))
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _whole(store):
    """How many projects there are; each must have all that was saved with it."""
    query = (
        select(projects.c.id, activities.c.id, facts.c.value_id)
        .outerjoin(activities, activities.c.project_id == projects.c.id)
        .outerjoin(facts, facts.c.activity_id == activities.c.id)
    )
    sizes = {}
    with store.reading() as connection:
        for project_id, _, _ in connection.execute(query):
            sizes[project_id] = sizes.get(project_id, 0) + 1
    assert set(sizes.values()) <= {1_200}
    return len(sizes)


def test_readers_never_see_half_a_project(saver, store):
    deadline, seen = time.monotonic() + 2.0, set()
    while time.monotonic() < deadline:
        seen.add(_whole(store))
    assert saver.poll() is None
    assert len(seen) > 1


@pytest.mark.parametrize("delay", [0.0, 0.013, 0.031, 0.05])
def test_killed_in_the_middle_leaves_the_store_whole(saver, store, address, delay):
    time.sleep(delay)
    os.kill(saver.pid, signal.SIGKILL)
    saver.wait()
    saved = _whole(store)
    account = store.add_account("git", "/endless")
    assert store.bookmark(account, "at") == saved
    store.save_batch(account, batch(commit("next"), of=project(key="git:next")))
    assert _is_sound(address)


def _is_sound(address):
    if "postgresql" in str(address):
        return True
    connection = sqlite3.connect(address)
    try:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()


@on_files
def test_threads_share_a_store(store, account):
    failures = []

    def work(number):
        try:
            for n in range(5):
                store.save_batch(account, batch(commit(f"{number}-{n}", fact("a.b")), of=project(key=f"git:{number}")))
                assert len(store.known_commits(f"git:{number}")) == n + 1
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@on_files
def test_new_store_is_readable_by_its_owner_only(tmp_path):
    old = os.umask(0)
    try:
        Store.open(tmp_path / "new" / "store.db").close()
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / "store.db").stat().st_mode) == 0o600


def test_database_made_without_an_encoding_keeps_text(postgresql_server):
    name = "skillfolio_without_encoding"
    postgresql_server.say(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    postgresql_server.made.append(name)
    with Store.open(postgresql_server.url(name)) as opened:
        opened.add_account("git", "/données")
    with Store.open(postgresql_server.url(name)) as again:
        assert [account.handle for account in again.accounts()] == ["/données"]
    postgresql_server.drop(name)

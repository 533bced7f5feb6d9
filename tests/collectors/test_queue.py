"""The queue in each of its three places."""

from __future__ import annotations

import contextlib
import json
import pickle
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from collectors.queue import open_queue
from data.errors import NotUsable
from data.settings import Settings, load_settings
from data.store import Store
from data.tasks import TaskKind, Waiting


@pytest.fixture(scope="module")
def redis_address():
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("Redis is not installed: apt-get install redis-server")
    folder = tempfile.mkdtemp(prefix="sf-redis-", dir="/tmp")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder, "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(10)
    shutil.rmtree(folder)


@pytest.fixture(params=["beside the store", "sqlite", "postgresql", "redis"])
def settings(request, tmp_path):
    plain = Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path}/store.db")
    addresses = {
        "beside the store": lambda: None,
        "sqlite": lambda: f"sqlite:///{tmp_path}/elsewhere/q.db",
        "postgresql": lambda: request.getfixturevalue("postgresql_store"),
        "redis": lambda: request.getfixturevalue("redis_address"),
    }
    return replace(plain, queue_url=addresses[request.param]())


@pytest.fixture
def opened(settings):
    """open() gives a queue of the store, another one each time; `done` is what was done."""
    store, queues, done = Store.open(settings.database_url), [], []

    def make(of=store):
        queues.append(open_queue(settings, of, done.append, lambda: None))
        return queues[-1]

    make.done, make.store = done, store
    yield make
    for queue in queues:
        queue.huey.storage.flush_queue()
        queue.close()
    store.close()


def do_all(queue):
    while not queue.is_empty():
        queue.huey.execute(queue.huey.dequeue())


def test_task_told_by_one_process_is_heard_by_another(opened):
    opened().tell([Waiting(7, TaskKind.PART), Waiting(8, TaskKind.PART)])
    do_all(opened())
    assert opened.done == [7, 8]


def test_what_others_wait_for_comes_first(opened):
    opened().tell([Waiting(1, TaskKind.PART), Waiting(2, TaskKind.STEP), Waiting(3, TaskKind.CLOSE)])
    do_all(opened())
    assert opened.done == [3, 2, 1]


def test_messages_are_data_and_never_code(opened):
    queue = opened()
    queue.tell([Waiting(7, TaskKind.PART)])
    (message,) = queue.huey.storage.enqueued_items()
    assert [7] in json.loads(bytes(message))
    queue.huey.storage.enqueue(pickle.dumps(("a", "pickle")), 5)
    with pytest.raises((UnicodeDecodeError, json.JSONDecodeError)):
        queue.huey.dequeue()


def test_stores_on_one_server_never_mix(opened, tmp_path):
    opened().tell([Waiting(7, TaskKind.PART)])
    with Store.open(tmp_path / "other.db") as other:
        assert opened(other).is_empty()
    assert not opened().is_empty()


def test_queue_of_a_postgresql_store_is_in_it(postgresql_store, tmp_path):
    settings = Settings(home=tmp_path, database_url=postgresql_store)
    with Store.open(postgresql_store) as store:
        queue = open_queue(settings, store)
        assert queue.shown.startswith("postgresql")
        queue.close()
    Store.open(postgresql_store).close()  # its tables do not look like something else's
    assert not (tmp_path / "queue.db").exists()


@pytest.mark.parametrize("address", ["redis://me:secret@127.0.0.1:1/0", "postgresql://me:secret@127.0.0.1:1/x"])
def test_queue_that_does_not_answer_is_told_without_its_password(address, tmp_path):
    settings = load_settings({"SKILLFOLIO_HOME": str(tmp_path), "SKILLFOLIO_QUEUE_URL": address})
    assert "secret" not in settings.shown("SKILLFOLIO_QUEUE_URL")
    with Store.open(settings.database_url) as store, pytest.raises(NotUsable, match="does not answer") as told:
        open_queue(settings, store)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    "address", ["amqp://host", "redis://", "redis://host:notaport", "redis.example.org:6379", "redis"]
)
def test_addresses_of_no_queue_are_refused(address):
    with pytest.raises(NotUsable, match="SKILLFOLIO_QUEUE_URL"):
        load_settings({"SKILLFOLIO_QUEUE_URL": address})


@pytest.mark.parametrize(
    ("text", "read"),
    [("daily", ("daily",)), ("GitHub=hourly, git = off", ("github=hourly", "git=off")), ("weekly,", ("weekly",))],
)
def test_schedules_are_read(text, read):
    assert load_settings({"SKILLFOLIO_SCHEDULE": text}).schedules == read


@pytest.mark.parametrize("text", ["often", "github=", "=daily", "github=hourly=daily"])
def test_schedules_that_are_refused(text):
    with pytest.raises(NotUsable, match="SKILLFOLIO_SCHEDULE"):
        load_settings({"SKILLFOLIO_SCHEDULE": text})


def test_workers_that_begin_at_once_make_one_queue(postgresql_store, tmp_path):
    """All open it at the same moment; none is refused, and one name stands."""
    settings = Settings(home=tmp_path, database_url=postgresql_store)
    Store.open(postgresql_store).close()
    begin = threading.Barrier(8)

    def opened() -> str:
        with Store.open(postgresql_store) as store:
            begin.wait(30)
            queue = open_queue(settings, store)
            queue.close()
            return queue.huey.name

    with ThreadPoolExecutor(8) as pool:
        names = {each.result() for each in [pool.submit(opened) for _ in range(8)]}
    assert len(names) == 1

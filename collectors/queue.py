"""The queue through which workers hear of tasks: SQLite beside the store, PostgreSQL or Redis.

A message is the number of a row in the store's `tasks`, where the truth is: a message that is lost, or comes twice,
does no harm. Messages are JSON, never pickles: whoever can write to the queue cannot make a worker run anything.
"""

from __future__ import annotations

import json
import logging
import os
import uuid
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huey import PostgresHuey, PriorityRedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy import make_url

from data import saving, schema
from data.database import OWNER_ONLY_FILE
from data.errors import NotUsable
from data.installing import PIP
from data.tasks import TaskKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from huey import Huey

    from data.settings import Settings
    from data.store import Store
    from data.tasks import Waiting

FILE = "queue.db"
_NAME = "queue"  # in the store's settings
FIRST = {TaskKind.CLOSE: 2, TaskKind.STEP: 1, TaskKind.PART: 0}
LOOK = 9  # before all others: it takes no time


class _Plain(Serializer):  # type: ignore[misc]  # huey has no types
    """Messages as JSON. The times in them are huey's own, which we never set."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        said = json.loads(data)
        return Message(*said) if isinstance(said, list) else said


class Queue:
    """One queue of one store; `do(task_id)` and `look()` are what a worker does, nobody else needs to give them."""

    def __init__(
        self, huey: Huey, shown: str, do: Callable[[int], None] | None = None, look: Callable[[], None] | None = None
    ) -> None:
        self.huey, self.shown = huey, shown

        @huey.task(name="do")  # type: ignore[untyped-decorator]  # a message names this module and "do"
        def do_task(task_id: int) -> None:
            assert do is not None, f"task {task_id} was given to a process that does none"
            do(task_id)

        self._do = do_task
        if look is not None:

            @huey.periodic_task(lambda _: True, name="look", priority=LOOK)  # type: ignore[untyped-decorator]
            def look_around() -> None:
                look()

    def tell(self, waiting: Iterable[Waiting]) -> None:
        """Tell workers of tasks."""
        for task_id, kind in waiting:
            self.huey.enqueue(self._do.s(task_id, priority=FIRST[kind]))

    def is_empty(self) -> bool:
        return bool(self.huey.pending_count() == 0)

    def close(self) -> None:
        self.huey.storage.close()


def open_queue(
    settings: Settings, store: Store, do: Callable[[int], None] | None = None, look: Callable[[], None] | None = None
) -> Queue:
    """The queue that the settings name, else the one beside the store. Raises NotUsable when it does not answer."""
    logging.getLogger("huey").setLevel(logging.ERROR)
    # each of its threads would say with a trace, several times a second, that the queue is away; a worker says it once
    logging.getLogger("huey.consumer").setLevel(logging.CRITICAL)
    address = make_url(settings.queue_url or _beside(settings))
    shown = address.render_as_string(hide_password=True)
    try:
        name = _name(store)
        # PostgreSQL refuses one of two workers that make the same tables at the same moment
        with store.writing(alone=True) if address.drivername.startswith("postgres") else nullcontext():
            huey = _made(address.drivername, address.render_as_string(hide_password=False), name)
        queue = Queue(huey, shown, do, look)
        queue.is_empty()
    except ImportError as error:
        raise NotUsable(f"This queue needs a driver: {PIP} 'redis>=5' or 'psycopg[binary]>=3.2'") from error
    except Exception as error:  # whatever its driver raises
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise NotUsable(f"The queue {shown} does not answer: {reason}. Look at SKILLFOLIO_QUEUE_URL.") from error
    return queue


def _beside(settings: Settings) -> str:
    if settings.database_url.startswith("postgres"):
        return settings.database_url
    return f"sqlite:///{settings.home / FILE}"


def _made(scheme: str, address: str, name: str) -> Huey:
    plain = {"results": False, "serializer": _Plain()}
    if scheme.startswith("redis"):
        return PriorityRedisHuey(name, url=address, **plain)
    if scheme.startswith("postgres"):
        dsn = "postgresql" + address[address.index("://") :]
        return PostgresHuey(name, dsn=dsn, table_prefix="queue", **plain)
    path = Path(str(make_url(address).database))
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, OWNER_ONLY_FILE))
    return SqliteHuey(name, filename=str(path), timeout=60, **plain)


def _name(store: Store) -> str:
    """A name of the store's own: several may share one server."""
    if store.setting(_NAME) is None:
        with store.writing() as connection:  # two workers may begin at once: the first name stands
            row = {"name": _NAME, "value": f"skillfolio-{uuid.uuid4().hex[:12]}"}
            saving.insert_if_new(connection, schema.settings, row)
    return str(store.setting(_NAME))

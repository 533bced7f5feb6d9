"""A worker: begins the runs that are due, does tasks, and takes up those of workers that died.

Any number of them, on any machines that reach the store and the queue, share what there is to do. Each says every
few seconds that it lives; the tasks of one that no longer does are free again.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from collectors import schedule, working
from collectors.parallel import Children
from collectors.queue import open_queue
from data.errors import NotUsable, SkillfolioError, TryLater
from data.meanwhile import Meanwhile
from data.runs import LEASE
from data.tasks import TaskKind, Tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.settings import Settings
    from data.store import Store

LOOKED_EVERY = 2.0  # seconds between two looks for tasks that nobody was told of
BEATS = 6  # signs of life in a lease
CHILDREN_WAIT = 20.0  # seconds for another history to read; each takes the memory of a program
GRACE = 4.0  # seconds that tasks have to end in when the worker is stopped
log = logging.getLogger(__name__)


class Worker:
    """One process with `threads` that do tasks. Raises NotUsable when the queue does not answer."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        threads: int = 1,
        lease: timedelta = LEASE,
        say: Callable[[str], None] = lambda _: None,
        renewed: Callable[[], Settings] | None = None,
    ) -> None:
        self.name = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
        self._store, self._settings, self._lease, self._say = store, settings, lease, say
        self._renewed = renewed or (lambda: settings)
        self._meanwhile = Meanwhile(store, settings)
        self._children: defaultdict[int, Children] = defaultdict(Children)  # by thread
        self._tasks = Tasks(store)
        self._stopped = threading.Event()
        self._at: dict[int, int] = {}  # task by thread
        self._queue = open_queue(settings, store, self._do, self._begin_due)
        self._consumer = self._queue.huey.create_consumer(
            workers=threads, max_delay=0.5, graceful_signal="TERM", shutdown_timeout=GRACE
        )

    @property
    def queue_address(self) -> str:
        """Where tasks are heard of, without a password."""
        return self._queue.shown

    def run(self) -> None:
        """Work until a signal says to stop; what is in hand then is given back."""
        self._tasks.beat(self.name)
        watch = threading.Thread(target=self._watch, name="watch", daemon=True)
        watch.start()
        try:
            self._consumer.run()
        finally:
            self._stopped.set()
            for _, thread in self._consumer.worker_threads:
                thread.join(GRACE)
            watch.join(GRACE)
            for children in self._children.values():
                children.close()
            self._tasks.leave(self.name)
            self._queue.close()

    def _stopping(self) -> bool:
        return self._stopped.is_set() or self._consumer.stop_flag.is_set()

    def _do(self, task_id: int) -> None:
        self._at[threading.get_ident()] = task_id
        try:
            settings, children = self._renewed(), self._children[threading.get_ident()]
            self._queue.tell(
                working.work(self._store, settings, task_id, self.name, stop=self._stopping, children=children)
            )
            self._meanwhile()
        except SkillfolioError as error:  # the store is away: once it is back the task is found to be forgotten
            self._say(str(error))
        finally:
            self._at.pop(threading.get_ident(), None)

    def _begin_due(self) -> None:
        """Begin a run for each account that is due; of several workers that try one succeeds."""
        now = datetime.now(UTC)
        accounts = self._store.accounts()
        last = schedule.latest_runs(self._store, accounts)
        for account in schedule.due_accounts(accounts, last, now, self._settings.schedules):
            try:
                self._queue.tell([self._tasks.begin(account.id)])
            except (TryLater, NotUsable):  # it runs, or was removed at this moment
                continue
            self._say(f"{now.astimezone():%H:%M} begins with {account.source} {account.handle}")

    def _watch(self) -> None:
        beat, told = 0.0, ""
        while not self._stopped.wait(min(LOOKED_EVERY, self._lease.total_seconds() / BEATS)):
            try:
                if time.monotonic() - beat >= self._lease.total_seconds() / BEATS:
                    beat = time.monotonic()
                    self._tasks.beat(self.name)
                    self._tasks.recover(self._lease)
                    self._tasks.forgotten(self.name, lambda: list(self._at.values()))
                self._remind()
                for children in list(self._children.values()):
                    children.rest(CHILDREN_WAIT)
                told = ""
            except Exception as error:  # said once, however long the store or the queue is away
                if str(error) != told:
                    told = str(error)
                    log.exception("%s", told, exc_info=not isinstance(error, SkillfolioError))

    def _remind(self) -> None:
        """Tell of tasks whose message was lost: those that wait while the queue is empty."""
        empty = self._queue.is_empty()
        self._queue.tell(task for task in self._tasks.waiting() if empty or task.kind is TaskKind.CLOSE)

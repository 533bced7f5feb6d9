"""Does one task of a run that workers share: takes it, reads, saves, says how it ended.

Everything a task does may be done twice without harm: a worker that dies is followed by another one, which begins
the task anew, and what the first one saved is found again as known.
"""

from __future__ import annotations

import logging
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from collectors import sources
from collectors.run import Part, Run
from collectors.runner import Ledger, check_expectations, later, note_failure, room_told, tell_of_bulk
from data.detect import detect
from data.errors import NotUsable, SkillfolioError, TryLater
from data.models import Issue
from data.tasks import Outcome, TaskKind, Tasks, TaskState
from data.taxonomy.own import load_chosen

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import ModuleType

    from collectors.parallel import Children
    from data.models import Account, Batch
    from data.settings import Settings
    from data.store import Store
    from data.tasks import Task, Waiting

TRIES = 3
GIVEN_UP = {  # what ended every process that took it
    TaskKind.STEP: "Looking for what is new ended the program three times, so this run ends here; what was read before "
    "stays. Often the memory or the disk is full: make room, then run skillfolio collect, which shows what ends it.",
    TaskKind.PART: "Reading it ended the program three times, so it was left out; the others were read. The next run "
    "tries again. If it happens again, report it with what skillfolio worker prints.",
    TaskKind.CLOSE: "Working out the evidence ended the program three times. Often the memory or the disk is full: "
    "make room, then run skillfolio detect. What was read stays.",
}
BACKOFF = (5.0, 30.0)  # seconds before the second try, and the third
PATIENCE = 120.0  # seconds; whoever asks for more is asked again by a later run
log = logging.getLogger(__name__)


class _SharedLedger(Ledger):
    """The store as a task of a shared run sees it: how much of the run is done is counted, not told."""

    def __init__(self, store: Store, task: Task, stop: Callable[[], bool], *, alone: bool) -> None:
        super().__init__(store, task.account_id, task.run_id, None)
        self._tasks, self._leaving, self.alone = Tasks(store), stop, alone

    def write_progress(self) -> None:
        if self.alone:
            super().write_progress()
            return
        self._shown = time.monotonic()
        self._stopping = not self._tasks.show(self.run_id, self._progress.step, self._progress.budget)

    def stopping(self) -> bool:
        return self._leaving() or super().stopping()


def work(
    store: Store,
    settings: Settings,
    task_id: int,
    worker: str,
    *,
    stop: Callable[[], bool] = lambda: False,
    children: Children | None = None,
) -> list[Waiting]:
    """Do a task if it is free; returns the tasks that can begin now because of it.

    `stop` says that this worker is to end: the task is then given back and another worker begins it anew.
    `children` are the worker's, for all its tasks; without them a task that needs some starts its own.
    """
    task = Tasks(store).take(task_id, worker)
    if task is None:
        return []
    account = next((entry for entry in store.accounts() if entry.id == task.account_id), None)
    if account is None:  # removed at this very moment, and its tasks with it
        return []
    if task.kind is TaskKind.CLOSE:
        return _close(store, settings, task, account)
    return _Work(store, settings, task, account, stop=stop, children=children).do()


class _Work:
    def __init__(
        self,
        store: Store,
        settings: Settings,
        task: Task,
        account: Account,
        *,
        stop: Callable[[], bool],
        children: Children | None,
    ) -> None:
        self.store, self.task, self.account, self.stop = store, task, account, stop
        self.source = sources.load().get(account.source)
        self.ledger = _SharedLedger(store, task, stop, alone=not hasattr(self.source, "plan"))
        self.run = Run(
            handle=account.handle,
            options=account.options,
            settings=settings,
            cache=settings.home / "cache" / account.source,
            memory=self.ledger,
            stop=self.ledger.stopping,
            children=children,
        )
        self.run.told, self.run.unread = task.told, task.unread
        self.run.carried = dict(task.carried) if task.kind is TaskKind.STEP else {}
        self.parts: list[Part] = []

    def do(self) -> list[Waiting]:
        if self.task.tries > TRIES:  # whoever took it never came back
            self.run.issue("given-up", GIVEN_UP[self.task.kind], self._subject)
            return self._finish(TaskState.FAILED)
        try:
            with room_told():
                finished = self._save()
        except Exception as error:  # noqa: BLE001 - one project that fails must not end the worker
            return self._failed(error)
        finally:
            self.run.close()
        if not finished and self.stop():
            Tasks(self.store).put_back(self.task)
            return []
        return self._finish(TaskState.DONE if finished else TaskState.CANCELLED)

    def _failed(self, error: Exception) -> list[Waiting]:
        if isinstance(error, TryLater):
            return self._try_later(error)
        if not isinstance(error, SkillfolioError):
            log.error("task %s (%s)", self.task.id, self.account.source, exc_info=error)
            if self._again():
                return []
        note_failure(self.run, error, self._subject)
        return self._finish(TaskState.FAILED)

    def _save(self) -> bool:
        """Save what the task yields, keep the parts it hands out; False when it was stopped."""
        if self.run.stopping():
            return False
        with closing(self._items()) as items:
            for item in items:
                if isinstance(item, Part):
                    self.parts.append(item)
                    continue
                self.store.save_batch(self.account.id, item)
                self.run.counts["activities"] += len(item.activities)
                tell_of_bulk(self.run, item)
                if self.run.stopping():
                    return False
        return not self.run.stopping()

    def _items(self) -> Generator[Batch | Part]:
        source: Any = self.source
        if source is None:
            raise NotUsable(f"This version of Skillfolio has no source named {self.account.source}.")
        if not hasattr(source, "plan"):
            yield from source.collect(self.run)
        elif self.task.kind is TaskKind.STEP:
            yield from source.plan(self.run, self.task.step)
        else:
            yield from source.read_part(self.run, self.task.data)

    def _try_later(self, error: TryLater) -> list[Waiting]:
        seconds = BACKOFF[min(self.task.tries, len(BACKOFF)) - 1] if error.seconds is None else error.seconds
        if seconds <= PATIENCE and self._again(seconds):
            return []
        self.run.issue("try-later", later(str(error), error.seconds), self._subject)
        return self._finish(TaskState.LATER)

    def _again(self, seconds: float | None = None) -> bool:
        """Put the task back for another try, if it has one left."""
        if self.task.tries >= TRIES:
            return False
        Tasks(self.store).put_back(self.task, BACKOFF[self.task.tries - 1] if seconds is None else seconds)
        return True

    def _finish(self, state: TaskState) -> list[Waiting]:
        if self.ledger.alone:
            self.ledger.write_progress()
        outcome = Outcome(
            state=state,
            counts=dict(+self.run.counts),
            told=self.run.carried,
            parts=[(part.key, part.data) for part in self.parts] if state is TaskState.DONE else [],
            steps=int(getattr(self.source, "STEPS", 1)),
        )
        return Tasks(self.store).finish(self.task, outcome)

    @property
    def _subject(self) -> str:
        return str(self.task.data.get("name", "")) if self.task.kind is TaskKind.PART else ""


def _close(store: Store, settings: Settings, task: Task, account: Account) -> list[Waiting]:
    """Work out the evidence, look whether enough was found, end the run."""
    tasks = Tasks(store)
    source: ModuleType | None = sources.load().get(account.source)
    state = TaskState.DONE
    if task.tries > TRIES:  # whoever took it never came back
        store.note_issue(task.run_id, Issue("given-up", GIVEN_UP[task.kind]))
        return tasks.finish(task, Outcome(TaskState.FAILED))
    try:
        going_on = tasks.show(task.run_id, "working out the evidence", {})
        detect(store, load_chosen(settings))
        record = next(run for run in store.runs(50, account_id=account.id) if run.id == task.run_id)
        if going_on and source is not None and not task.unread:
            check_expectations(source.SOURCE, record.counts, lambda issue: store.note_issue(task.run_id, issue))
    except Exception as error:
        log.exception("closing run %s", task.run_id)
        if task.tries < TRIES and not isinstance(error, SkillfolioError):
            tasks.put_back(task, BACKOFF[task.tries - 1])
            return []
        state = TaskState.FAILED
    return tasks.finish(task, Outcome(state))

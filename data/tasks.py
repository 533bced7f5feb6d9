"""Tasks: what is to be done in a run that workers share, and who is at it.

These rows are the truth; a queue only tells workers that there may be something to do. One update takes a task, so
of any number of workers one gets it. What a worker took is free again when that worker shows no sign of life.

A run goes step by step: a step hands out parts (one for each project with news), the next one begins when all of
them are done, and after the last one the run is closed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, case, delete, func, insert, or_, select, tuple_, update

from data import runs as running
from data.models import RunState
from data.rows import clean_text
from data.saving import insert_if_new
from data.schema import accounts, runs, tasks, workers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from data.store import Store

MAX_KEY = 300
FOLLOWED = 1000  # tasks that one look for forgotten ones brings


class TaskKind(StrEnum):
    """What a task is. Values are stored, so they never change."""

    STEP = "step"  # looks what there is to do, hands out parts
    PART = "part"  # one project
    CLOSE = "close"  # works out the evidence, ends the run


class TaskState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    LATER = "later"  # the source asked to wait longer than a run does
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (TaskState.WAITING, TaskState.TAKEN)


class Waiting(NamedTuple):
    """A task to be told to workers."""

    id: int
    kind: TaskKind


@dataclass(frozen=True, slots=True)
class Task:
    """A task that was taken, with what the step before left: `carried` by the step itself, `told` by its parts.

    `tries` counts this one. `unread` is the number of the run's tasks that did not end well.
    """

    id: int
    run_id: int
    account_id: int
    kind: TaskKind
    step: int
    key: str
    data: dict[str, Any]
    worker: str
    tries: int
    carried: dict[str, Any] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ended. `parts` are (key, data) of what it hands out; `steps` is how many the source has."""

    state: TaskState = TaskState.DONE
    counts: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)
    parts: Sequence[tuple[str, Mapping[str, Any]]] = ()
    steps: int = 1


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    name: str
    started: datetime
    seen: datetime
    at: int  # tasks it has in hand


class Tasks:
    """The tasks of a store; each method is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, account_id: int) -> Waiting:
        """Begin a run that workers share; raises TryLater while another one of the account lives."""
        with self._store.writing() as connection:
            run_id = running.start_run(connection, account_id, running.now(), queued=True)
            return _add(connection, run_id, TaskKind.STEP, 0)

    def take(self, task_id: int, worker: str) -> Task | None:
        """Take a waiting task; None when it is another's, done, cancelled, or not due yet."""
        free = and_(tasks.c.id == task_id, _is_due(running.now()))
        values = {"state": TaskState.TAKEN, "worker": worker, "tries": tasks.c.tries + 1, "not_before": None}
        with self._store.writing() as connection:
            if connection.execute(update(tasks).where(free).values(values)).rowcount != 1:
                return None
            query = select(tasks, runs.c.account_id).join(runs).where(tasks.c.id == task_id)
            row = connection.execute(query).mappings().one()
            same = ("id", "run_id", "account_id", "step", "key", "data", "worker", "tries")
            carried, told = _left_by(connection, row["run_id"], row["step"] - 1)
            return Task(
                **{name: row[name] for name in same},
                kind=TaskKind(row["kind"]),
                carried=carried,
                told=told,
                unread=_unread(connection, row["run_id"]),
            )

    def finish(self, task: Task, outcome: Outcome) -> list[Waiting]:
        """End a task that the worker still has; returns what there is to do now because of it."""
        now = running.now()
        mine = and_(tasks.c.id == task.id, tasks.c.state == TaskState.TAKEN, tasks.c.worker == task.worker)
        with self._store.writing() as connection:
            run = _locked(connection, task.run_id)
            values = {"state": outcome.state, "told": dict(outcome.told)}
            if run is None or connection.execute(update(tasks).where(mine).values(values)).rowcount != 1:
                return []
            counts = dict(Counter(run["counts"]) + Counter(outcome.counts))
            connection.execute(update(runs).where(runs.c.id == task.run_id).values(counts=counts, seen=now))
            if task.kind is TaskKind.CLOSE:
                running.end_run(connection, task.run_id, _ended(connection, task.run_id, run["state"]), counts, now)
                return []
            stopping = run["state"] != RunState.RUNNING
            made = [] if stopping else _hand_out(connection, task, outcome.parts)
            _count(connection, task.run_id)
            return made or _advance(connection, task.run_id, task.step, outcome.steps, stopping=stopping)

    def put_back(self, task: Task, seconds: float | None = None) -> None:
        """Give a task back: to be tried again after so many seconds, or (None) at once as if it was never taken."""
        again = None if seconds is None else running.now() + timedelta(seconds=seconds)
        mine = and_(tasks.c.id == task.id, tasks.c.state == TaskState.TAKEN, tasks.c.worker == task.worker)
        tries = task.tries - (seconds is None)
        values = {"state": TaskState.WAITING, "worker": "", "not_before": again, "tries": tries}
        with self._store.writing() as connection:
            connection.execute(update(tasks).where(mine).values(values))

    def waiting(self, limit: int = FOLLOWED) -> list[Waiting]:
        """Return tasks that may begin now, those that others wait for first."""
        first = case({TaskKind.CLOSE: 0, TaskKind.STEP: 1}, value=tasks.c.kind, else_=2)
        query = select(tasks.c.id, tasks.c.kind).where(_is_due(running.now())).order_by(first, tasks.c.id)
        with self._store.reading() as connection:
            return [Waiting(number, TaskKind(kind)) for number, kind in connection.execute(query.limit(limit))]

    def show(self, run_id: int, step: str, budget: Mapping[str, int]) -> bool:
        """Write what a run is at, a sign of life too; returns whether it should go on."""
        values = {"step": clean_text(step, 500), "seen": running.now()} | ({"budget": dict(budget)} if budget else {})
        with self._store.writing() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(values))
            return connection.execute(select(runs.c.state).where(runs.c.id == run_id)).scalar() == RunState.RUNNING

    # Workers

    def beat(self, worker: str) -> None:
        """Say that a worker lives, and with it every run that waits for one."""
        now = running.now()
        with self._store.writing() as connection:
            if not insert_if_new(connection, workers, {"name": worker, "started": now, "seen": now}):
                connection.execute(update(workers).where(workers.c.name == worker).values(seen=now))
            connection.execute(update(runs).where(_shared_run()).values(seen=now))

    def leave(self, worker: str) -> None:
        """Forget a worker that ends; what it had in hand is free at once."""
        mine = and_(tasks.c.worker == worker, tasks.c.state == TaskState.TAKEN)
        free = {"state": TaskState.WAITING, "worker": "", "tries": tasks.c.tries - 1}
        with self._store.writing() as connection:
            connection.execute(update(tasks).where(mine).values(free))
            connection.execute(delete(workers).where(workers.c.name == worker))
            if not connection.execute(select(func.count()).where(_is_alive(running.LEASE))).scalar_one():
                connection.execute(update(runs).where(_shared_run()).values(seen=None))

    def recover(self, lease: timedelta = running.LEASE) -> int:
        """Free the tasks of workers that show no sign of life; returns how many."""
        alive = select(workers.c.name).where(_is_alive(lease))
        lost = and_(tasks.c.state == TaskState.TAKEN, tasks.c.worker.not_in(alive))
        with self._store.writing() as connection:
            found = connection.execute(update(tasks).where(lost).values(state=TaskState.WAITING, worker="")).rowcount
            connection.execute(delete(workers).where(~_is_alive(10 * lease)))
            return found

    def forgotten(self, worker: str, at: Callable[[], Collection[int]]) -> int:
        """Free what a worker has by these rows and is not at: the store was away when it ended. Returns how many.

        `at` says what the worker does; it is asked after the rows were read.
        """
        mine = and_(tasks.c.worker == worker, tasks.c.state == TaskState.TAKEN)
        with self._store.reading() as connection:
            rows = connection.execute(select(tasks.c.id, tasks.c.tries).where(mine)).all()
        lost = {row.id: row.tries for row in rows}
        for number in set(at()) & lost.keys():
            del lost[number]
        if not lost:
            return 0
        # with as many tries: not one that it took anew meanwhile
        same = and_(mine, tuple_(tasks.c.id, tasks.c.tries).in_(list(lost.items())))
        with self._store.writing() as connection:
            free = {"state": TaskState.WAITING, "worker": ""}
            return connection.execute(update(tasks).where(same).values(free)).rowcount

    def workers(self, lease: timedelta = running.LEASE) -> list[WorkerRecord]:
        """Return the workers that live, with how many tasks each has in hand."""
        has = and_(tasks.c.worker == workers.c.name, tasks.c.state == TaskState.TAKEN)
        in_hand = select(func.count()).select_from(tasks).where(has).scalar_subquery()
        query = select(workers.c.name, workers.c.started, workers.c.seen, in_hand).where(_is_alive(lease))
        with self._store.reading() as connection:
            return [WorkerRecord(*row) for row in connection.execute(query.order_by(workers.c.name))]

    def open(self, run_id: int | None = None) -> dict[str, int]:
        """Return how many tasks wait and how many are in hand, of one run or of all."""
        query = select(tasks.c.state, func.count()).where(tasks.c.state.in_(OPEN)).group_by(tasks.c.state)
        if run_id is not None:
            query = query.where(tasks.c.run_id == run_id)
        with self._store.reading() as connection:
            return {str(state): int(number) for state, number in connection.execute(query)}


def set_schedule(store: Store, account_id: int, schedule: str) -> None:
    """Keep how often an account is read; empty gives the choice back to the source and the settings."""
    with store.writing() as connection:
        connection.execute(update(accounts).where(accounts.c.id == account_id).values(schedule=schedule))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(tasks.c.state == TaskState.WAITING, or_(tasks.c.not_before.is_(None), tasks.c.not_before <= now))


def _is_alive(lease: timedelta) -> ColumnElement[bool]:
    now = running.now()
    return workers.c.seen.between(now - lease, now + lease)  # beyond: a clock was set back since


def _shared_run() -> ColumnElement[bool]:
    return and_(runs.c.queued, runs.c.state.in_(running.UNDER_WAY))


def _locked(connection: Connection, run_id: int) -> Mapping[str, Any] | None:
    """The run's row, held: of two workers that end its last parts at once one sees that they are all done."""
    query = select(runs.c.state, runs.c.counts).where(runs.c.id == run_id, _shared_run())
    found = connection.execute(query.with_for_update(key_share=True)).mappings().first()
    return None if found is None else dict(found)


def _add(
    connection: Connection,
    run_id: int,
    kind: TaskKind,
    step: int,
    *,
    key: str = "",
    data: Mapping[str, Any] | None = None,
) -> Waiting:
    row = {"run_id": run_id, "kind": kind, "step": step, "key": key or str(step), "data": dict(data or {})}
    made = connection.execute(insert(tasks).values(row | {"state": TaskState.WAITING})).inserted_primary_key
    assert made is not None
    return Waiting(int(made[0]), kind)


def _hand_out(connection: Connection, task: Task, parts: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Waiting]:
    by_key = {f"{task.step}:{key}"[:MAX_KEY]: data for key, data in parts}
    return [_add(connection, task.run_id, TaskKind.PART, task.step, key=key, data=data) for key, data in by_key.items()]


def _count(connection: Connection, run_id: int) -> None:
    """Write how many of the parts are done."""
    of_run = and_(tasks.c.run_id == run_id, tasks.c.kind == TaskKind.PART)
    total = select(func.count()).select_from(tasks).where(of_run)
    done = total.where(tasks.c.state.not_in(OPEN))
    number = connection.execute(total).scalar_one()
    if number:
        values = {"total": number, "done": connection.execute(done).scalar_one()}
        connection.execute(update(runs).where(runs.c.id == run_id).values(values))


def _advance(connection: Connection, run_id: int, step: int, steps: int, *, stopping: bool) -> list[Waiting]:
    """What follows when nothing of the run is open any more: its next step, or its end."""
    states = Counter(
        {
            (kind, state): number
            for kind, state, number in connection.execute(
                select(tasks.c.kind, tasks.c.state, func.count())
                .where(tasks.c.run_id == run_id)
                .group_by(tasks.c.kind, tasks.c.state)
            )
        }
    )
    if any(states[kind, state] for kind in TaskKind for state in OPEN):
        return []
    broken = any(number for (kind, state), number in states.items() if kind == TaskKind.STEP and state != "done")
    if stopping or broken or step + 1 >= steps:
        return [_add(connection, run_id, TaskKind.CLOSE, step + 1)]
    return [_add(connection, run_id, TaskKind.STEP, step + 1)]


def _left_by(connection: Connection, run_id: int, step: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a step and its parts told."""
    of_step = and_(tasks.c.run_id == run_id, tasks.c.step == step, tasks.c.state == TaskState.DONE)
    query = select(tasks.c.kind, tasks.c.told).where(of_step).order_by(tasks.c.id)
    found = connection.execute(query).all() if step >= 0 else []
    carried: dict[str, Any] = next((told for kind, told in found if kind == TaskKind.STEP), {})
    return carried, [told for kind, told in found if kind == TaskKind.PART and told]


def _unread(connection: Connection, run_id: int) -> int:
    bad = tasks.c.state.in_((TaskState.LATER, TaskState.FAILED, TaskState.CANCELLED))
    return connection.execute(select(func.count()).select_from(tasks).where(tasks.c.run_id == run_id, bad)).scalar_one()


def _ended(connection: Connection, run_id: int, state: str) -> RunState:
    if state != RunState.RUNNING:
        return RunState.CANCELLED
    found = set(connection.execute(select(tasks.c.state).where(tasks.c.run_id == run_id).distinct()).scalars())
    if TaskState.FAILED in found:
        return RunState.FAILED
    return RunState.PARTIAL if TaskState.LATER in found else RunState.DONE


def stop(connection: Connection, run_id: int, now: datetime) -> None:
    """Cancel what waits in a run that was asked to stop; it ends at once when no worker lives to close it."""
    of_run = tasks.c.run_id == run_id
    waits = and_(of_run, tasks.c.state == TaskState.WAITING, tasks.c.kind != TaskKind.CLOSE)
    connection.execute(update(tasks).where(waits).values(state=TaskState.CANCELLED))
    if not connection.execute(select(func.count()).where(_is_alive(running.LEASE))).scalar_one():
        counts = connection.execute(select(runs.c.counts).where(runs.c.id == run_id)).scalar_one()
        running.end_run(connection, run_id, RunState.CANCELLED, counts, now)
    elif not connection.execute(select(func.count()).where(of_run, tasks.c.state.in_(OPEN))).scalar_one():
        _add(connection, run_id, TaskKind.CLOSE, 0)

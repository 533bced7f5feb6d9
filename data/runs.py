"""Runs as stored: one execution of a collector for an account, how far it is, what it noticed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, insert, select, update

from data.errors import NotUsable, TryLater
from data.models import Issue, Progress, RunRecord, RunState
from data.rows import clean_text
from data.saving import grow_version, insert_if_new
from data.schema import accounts, issues, runs, tasks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, RowMapping

SILENCE = timedelta(minutes=5)  # a live run says where it is every few seconds
LEASE = timedelta(minutes=1)  # a live worker says so every few seconds, for all runs that wait for one
INTERRUPTED = Issue(
    "interrupted", "The run ended without a word (killed, or the machine stopped). The next one resumes."
)
UNDER_WAY = (RunState.RUNNING, RunState.STOPPING)


def start_run(connection: Connection, account_id: int, now: datetime, *, queued: bool = False) -> int:
    """Begin a run (`queued`: workers will do its tasks).

    Raises TryLater while another one of the account lives, NotUsable when there is no such account any more.
    """
    # held until the transaction ends, so that of two that start at once one sees the other
    if connection.execute(select(accounts.c.id).where(accounts.c.id == account_id).with_for_update()).first() is None:
        raise NotUsable("This source was removed.")
    under_way = and_(runs.c.account_id == account_id, runs.c.state.in_(UNDER_WAY))
    for row in connection.execute(select(runs.c.id, runs.c.seen, runs.c.queued).where(under_way)).all():
        if row.seen is not None and abs(now - row.seen) < (LEASE if row.queued else SILENCE):
            raise TryLater("This source is being collected already; wait for that run or stop it.")
        note_issue(connection, row.id, INTERRUPTED)
        end_run(connection, row.id, RunState.FAILED, {}, now)
    values = {"account_id": account_id, "state": RunState.RUNNING, "started": now, "seen": now, "queued": queued}
    key = connection.execute(insert(runs).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def update_run(connection: Connection, run_id: int, progress: Progress, now: datetime) -> bool:
    """Write how far the run is; returns whether it should go on (False once the person asked it to stop)."""
    values = {**asdict(progress), "step": clean_text(progress.step, 500)}
    connection.execute(update(runs).where(runs.c.id == run_id).values(**values, seen=now))
    state = connection.execute(select(runs.c.state).where(runs.c.id == run_id)).scalar()
    return state == RunState.RUNNING


def stop_run(connection: Connection, run_id: int) -> None:
    """Ask a run to stop; it does so after the batch in hand."""
    from data import tasks as shared  # noqa: PLC0415 - which builds on this module

    is_it = and_(runs.c.id == run_id, runs.c.state == RunState.RUNNING)
    stopped = connection.execute(update(runs).where(is_it).values(state=RunState.STOPPING)).rowcount
    if stopped and connection.execute(select(runs.c.queued).where(runs.c.id == run_id)).scalar_one():
        shared.stop(connection, run_id, now())


def end_run(connection: Connection, run_id: int, state: RunState, counts: Mapping[str, int], now: datetime) -> None:
    values = {"state": state, "ended": now, "seen": now, "counts": dict(counts)}
    connection.execute(update(runs).where(runs.c.id == run_id).values(values))
    connection.execute(delete(tasks).where(tasks.c.run_id == run_id))
    grow_version(connection)


def note_issue(connection: Connection, run_id: int, issue: Issue) -> None:
    """Note an issue; one with the same code and subject adds to its count."""
    row = {
        "run_id": run_id,
        "code": clean_text(issue.code, 60),
        "subject": clean_text(issue.subject, 500),
        "message": clean_text(issue.message, 2000),
        "count": issue.count,
    }
    if not insert_if_new(connection, issues, row):
        is_it = and_(issues.c.run_id == run_id, issues.c.code == row["code"], issues.c.subject == row["subject"])
        more = {"count": issues.c.count + issue.count, "message": row["message"]}
        connection.execute(update(issues).where(is_it).values(more))


def read_runs(connection: Connection, limit: int, account_id: int | None = None) -> list[RunRecord]:
    """Return the latest runs, newest first."""
    number = select(func.count()).where(issues.c.run_id == runs.c.id).scalar_subquery()
    query = (
        select(runs, accounts.c.source, accounts.c.handle, number.label("issues"))
        .join(accounts, accounts.c.id == runs.c.account_id)
        .order_by(runs.c.id.desc())  # not by time: clocks are set back
        .limit(limit)
    )
    if account_id is not None:
        query = query.where(runs.c.account_id == account_id)
    return [_record(row) for row in connection.execute(query).mappings()]


def _record(row: RowMapping) -> RunRecord:
    same = ("id", "account_id", "source", "handle", "started", "ended", "seen", "counts", "issues", "queued")
    progress = Progress(step=row["step"], done=row["done"], total=row["total"], budget=row["budget"])
    return RunRecord(**{name: row[name] for name in same}, state=RunState(row["state"]), progress=progress)


def read_issues(connection: Connection, run_id: int) -> list[Issue]:
    query = select(issues).where(issues.c.run_id == run_id).order_by(issues.c.code, issues.c.subject)
    return [
        Issue(code=row["code"], message=row["message"], subject=row["subject"], count=row["count"])
        for row in connection.execute(query).mappings()
    ]


def now() -> datetime:
    return datetime.now(UTC)

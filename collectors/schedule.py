"""When each source is due: a pure function of accounts, runs and the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from collectors import sources
from data.models import RunState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.models import Account, RunRecord

PAUSE = 60.0  # seconds between two looks
EVERY = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(days=7)}
RETRY = timedelta(hours=1)  # after a run that ended early: rate limits end within the hour
CUT_SHORT = {RunState.PARTIAL, RunState.FAILED}


def due_accounts(accounts: Iterable[Account], runs: Iterable[RunRecord], now: datetime) -> list[Account]:
    """Accounts whose last run lies further back than their source's schedule, longest waiting first."""
    last: dict[int, RunRecord] = {}
    for run in runs:
        if run.account_id not in last or run.started > last[run.account_id].started:
            last[run.account_id] = run
    known = sources.load()
    waiting = []
    for account in accounts:
        if account.source in known:
            due = _due(last.get(account.id), EVERY[known[account.source].SOURCE.schedule])
            if due <= now:
                waiting.append((due, account.id, account))
    return [account for _, _, account in sorted(waiting, key=lambda each: each[:2])]


def _due(run: RunRecord | None, every: timedelta) -> datetime:
    if run is None:
        return datetime.min.replace(tzinfo=UTC)
    return run.started + (RETRY if run.state in CUT_SHORT else every)

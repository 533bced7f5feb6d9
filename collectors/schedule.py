"""Which accounts are due: a pure function of accounts, runs, what was chosen and the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors import sources
from data.schedule import due_at, is_due, last_runs, schedule_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from data.models import Account, RunRecord
    from data.store import Store


def latest_runs(store: Store, accounts: Iterable[Account]) -> list[RunRecord]:
    """The last run of each account: among the latest of all, one that is read often would hide one that is not."""
    return [run for account in accounts for run in store.runs(1, account.id)]


def due_accounts(
    accounts: Iterable[Account], runs: Iterable[RunRecord], now: datetime, chosen: Sequence[str] = ()
) -> list[Account]:
    """Accounts whose last run lies further back than their schedule: never read ones first, then longest waiting.

    `chosen` is what the settings say, as `data.schedule` reads it.
    """
    last, known = last_runs(runs), sources.load()
    waiting = []
    for account in accounts:
        if account.source in known:
            schedule = schedule_of(account, chosen, known[account.source].SOURCE.schedule)
            due = due_at(account, last.get(account.id), schedule)
            if due is not None and is_due(due, schedule, now):
                waiting.append((account.id in last, due, account.id, account))
    return [account for *_, account in sorted(waiting, key=lambda each: each[:3])]

"""Which accounts are due: a pure function of accounts, runs, what was chosen and the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors import sources
from data.schedule import due_at, last_runs, schedule_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from data.models import Account, RunRecord


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
            if due is not None and due <= now:
                waiting.append((account.id in last, due, account.id, account))
    return [account for *_, account in sorted(waiting, key=lambda each: each[:3])]

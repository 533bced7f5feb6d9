"""How often an account is read, and when next: pure functions of what was chosen, the last run and the time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.models import RunState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from data.models import Account, RunRecord

OFF = "off"
EVERY = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(days=7)}
CHOICES = (*EVERY, OFF)
RETRY = timedelta(hours=1)  # after a run that ended early: rate limits end within the hour
CUT_SHORT = {RunState.PARTIAL, RunState.FAILED}


def schedule_of(account: Account, settings: Sequence[str], default: str) -> str:
    """What was chosen for the account, else for its source in the settings, else for all, else the source's own.

    `settings` holds entries as SKILLFOLIO_SCHEDULE has them: "daily", or "github=hourly".
    """
    return account.schedule or usual_for(account.source, settings, default)


def usual_for(source: str, settings: Sequence[str], default: str) -> str:
    """What holds for a source's accounts where nothing was chosen for one itself."""
    said = {name: every for name, _, every in (entry.rpartition("=") for entry in settings)}
    return said.get(source) or said.get("") or default


def due_at(account: Account, run: RunRecord | None, schedule: str) -> datetime | None:
    """When the account is to be read next, after its last run; None when it is only read on demand."""
    if schedule not in EVERY:
        return None
    if run is None:
        return account.added
    return run.started + (min(RETRY, EVERY[schedule]) if run.state in CUT_SHORT else EVERY[schedule])


def is_due(due: datetime, schedule: str, now: datetime) -> bool:
    """Whether the time has come; also where it lies further ahead than it can: the clock was set back."""
    return due <= now or due - now > EVERY[schedule] + RETRY


def last_runs(runs: Iterable[RunRecord]) -> dict[int, RunRecord]:
    """The latest run of each account that has one."""
    last: dict[int, RunRecord] = {}
    for run in runs:
        known = last.get(run.account_id)
        if known is None or (run.id, run.started) > (known.id, known.started):
            last[run.account_id] = run
    return last


def parse_schedules(text: str) -> tuple[str, ...]:
    """Read SKILLFOLIO_SCHEDULE; raises ValueError saying what to write."""
    entries = tuple(entry.strip().lower().replace(" ", "") for entry in text.split(",") if entry.strip())
    for entry in entries:
        source, named, every = entry.rpartition("=")
        if every not in CHOICES or "=" in source or (named and not source):
            raise ValueError(f"write one of {', '.join(CHOICES)}, or github=hourly, git=weekly for single sources")
    return entries

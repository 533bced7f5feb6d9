"""Counting evidence, once for all dates: which subject was shown on which day, and where first.

Counts as of a date are sums of what came before it, so a hundred dates cost little more than one.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.ledger import EPOCH, day_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from data.ledger import Ledger

NEVER = np.iinfo(np.int32).max
NONE = np.iinfo(np.int32).min  # no day: nothing was shown
DENSE = 20_000  # so many days or projects get a column each, seen or not: quicker than to sort them


@dataclass(frozen=True)
class Tally:
    """Evidence of S subjects on D days in P projects; days are counted from 1970-01-01."""

    days: NDArray[np.int32]  # D, ascending
    shown: NDArray[np.bool_]  # S × D
    first_in: NDArray[np.int32]  # S × P: the first day in each project, or NEVER


@dataclass(frozen=True)
class Counts:
    """What had come together by each of T dates, as S × T; `first` and `last` are NONE where nothing had."""

    active_days: NDArray[np.int32]
    projects: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]

    @property
    def months(self) -> NDArray[np.int32]:
        """Whole months between the first and the last day."""
        return whole_months(self.first, self.last)


def tally_of(codes: NDArray[np.intp], evidence: Ledger, subjects: int) -> Tally:
    """Count rows of evidence; `codes` says for each which of the `subjects` it shows, -1 for none of them."""
    days, projects = evidence.day, evidence.project
    mine = codes >= 0
    if not mine.all():
        codes, days, projects = codes[mine], days[mine], projects[mine]
    places, columns = _axis(days)
    project, ids = _axis(projects)
    shown = np.zeros(subjects * len(columns), dtype=bool)
    shown[codes * len(columns) + places] = True
    first_in = np.full(subjects * max(1, len(ids)), NEVER, dtype=np.int32)
    pairs = codes * len(ids) + project
    starts = np.flatnonzero(np.r_[True, pairs[1:] != pairs[:-1]]) if len(pairs) else pairs
    first_in[pairs[starts]] = days[starts]  # rows of a pair stand together, the earliest first
    return Tally(columns, shown.reshape(subjects, len(columns)), first_in.reshape(subjects, max(1, len(ids))))


def _axis(numbers: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Return the column of each number, and the number of each column, ascending."""
    lowest, highest = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, -1)
    if highest - lowest < DENSE:
        return numbers.astype(np.intp) - lowest, np.arange(lowest, highest + 1, dtype=np.int32)
    distinct, places = np.unique(numbers, return_inverse=True)
    return places.astype(np.intp), distinct.astype(np.int32)


def counts_at(tally: Tally, dates: NDArray[np.int32]) -> Counts:
    """Sum up what had come together by each date, that day included."""
    until = np.searchsorted(tally.days, dates, side="right")
    if len(dates) == 1:
        return _counts_once(tally, dates, int(until[0]))
    subjects = len(tally.shown)
    # one column of zeros in front stands for "before everything"
    summed = np.zeros((subjects, len(tally.days) + 1), dtype=np.int32)
    np.cumsum(tally.shown, axis=1, out=summed[:, 1:])
    latest = np.full((subjects, len(tally.days) + 1), NONE, dtype=np.int32)
    np.maximum.accumulate(np.where(tally.shown, tally.days, np.int32(NONE)), axis=1, out=latest[:, 1:])
    earliest = tally.first_in.min(axis=1)
    ordered = np.sort(tally.first_in, axis=1)
    projects = (
        np.stack([np.searchsorted(row, dates, side="right") for row in ordered]) if subjects else summed[:, until]
    )
    return Counts(
        active_days=summed[:, until],
        projects=projects.astype(np.int32),
        first=np.where(earliest[:, None] <= dates[None, :], earliest[:, None], NONE).astype(np.int32),
        last=latest[:, until],
    )


def _counts_once(tally: Tally, dates: NDArray[np.int32], until: int) -> Counts:
    """The same for one date, without sums for all the days before it."""
    shown = tally.shown[:, :until]
    days = np.count_nonzero(shown, axis=1)
    earliest = tally.first_in.min(axis=1)
    last = np.full(len(shown), NONE, dtype=np.int32)
    if until:
        last = np.where(days > 0, tally.days[until - 1 - shown[:, ::-1].argmax(axis=1)], last)
    return Counts(
        active_days=days.astype(np.int32)[:, None],
        projects=np.count_nonzero(tally.first_in <= dates[0], axis=1).astype(np.int32)[:, None],
        first=np.where(earliest <= dates[0], earliest, NONE).astype(np.int32)[:, None],
        last=last.astype(np.int32)[:, None],
    )


def day_numbers(days: pd.Series[Any]) -> NDArray[np.int32]:
    """Days since 1970-01-01."""
    return np.asarray(days.to_numpy(), dtype="datetime64[D]").astype(np.int64).astype(np.int32)


def date_numbers(dates: Sequence[date]) -> NDArray[np.int32]:
    return np.array([day_number(day) for day in dates], dtype=np.int32)


def whole_months(first: NDArray[np.int32], last: NDArray[np.int32]) -> NDArray[np.int32]:
    """Whole calendar months from one day to another: 15 January to 15 February is one, to 14 February none."""
    start, end = EPOCH + first, EPOCH + last
    start_month, end_month = start.astype("datetime64[M]"), end.astype("datetime64[M]")
    short = (end - end_month.astype("datetime64[D]")) < (start - start_month.astype("datetime64[D]"))
    months: NDArray[np.int32] = ((end_month - start_month).astype(np.int64) - short).astype(np.int32)
    return np.maximum(months, 0)


def months_before(day: date, months: int) -> int:
    """Return the same day so many months earlier (the last of a shorter month), as a day number."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    return day_number(day.replace(year=year, month=month + 1, day=min(day.day, last)))

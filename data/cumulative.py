"""Counting evidence, once for all dates: which subject was shown on which day, and where first.

Counts as of a date are sums of what came before it, so a hundred dates cost little more than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

NEVER = np.iinfo(np.int32).max
EPOCH = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True)
class Tally:
    """Evidence of S subjects on D distinct days in P projects; days are counted from 1970-01-01."""

    days: NDArray[np.int32]  # D, ascending
    shown: NDArray[np.bool_]  # S × D
    first_in: NDArray[np.int32]  # S × P: the first day in each project, or NEVER


@dataclass(frozen=True)
class Counts:
    """What had come together by each of T dates, as S × T; `first` and `last` are -1 where nothing had."""

    active_days: NDArray[np.int32]
    projects: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]

    @property
    def months(self) -> NDArray[np.int32]:
        """Whole months between the first and the last day."""
        return whole_months(self.first, self.last)


def tally_of(codes: NDArray[Any], evidence: pd.DataFrame, subjects: int) -> Tally:
    """Count rows of evidence; `codes` says for each which of the `subjects` it shows, -1 for none of them."""
    mine = codes >= 0
    code = codes[mine].astype(np.intp)
    day = day_numbers(evidence["day"])[mine]
    places, days = pd.factorize(day, sort=True)
    projects, ids = pd.factorize(evidence["project_id"].to_numpy()[mine])
    shown = np.zeros((subjects, len(days)), dtype=bool)
    shown[code, places] = True
    first_in = np.full((subjects, max(1, len(ids))), NEVER, dtype=np.int32)
    np.minimum.at(first_in, (code, projects), day)
    return Tally(np.asarray(days, dtype=np.int32), shown, first_in)


def counts_at(tally: Tally, dates: NDArray[np.int32]) -> Counts:
    """Sum up what had come together by each date, that day included."""
    until = np.searchsorted(tally.days, dates, side="right")
    subjects = len(tally.shown)
    # one column of zeros in front stands for "before everything"
    summed = np.zeros((subjects, len(tally.days) + 1), dtype=np.int32)
    np.cumsum(tally.shown, axis=1, out=summed[:, 1:])
    latest = np.full((subjects, len(tally.days) + 1), -1, dtype=np.int32)
    np.maximum.accumulate(np.where(tally.shown, tally.days, -1), axis=1, out=latest[:, 1:])
    earliest = tally.first_in.min(axis=1)
    ordered = np.sort(tally.first_in, axis=1)
    projects = (
        np.stack([np.searchsorted(row, dates, side="right") for row in ordered]) if subjects else summed[:, until]
    )
    return Counts(
        active_days=summed[:, until],
        projects=projects.astype(np.int32),
        first=np.where(earliest[:, None] <= dates[None, :], earliest[:, None], -1).astype(np.int32),
        last=latest[:, until],
    )


def day_numbers(days: pd.Series[Any]) -> NDArray[np.int32]:
    """Days since 1970-01-01."""
    return np.asarray(days.to_numpy(), dtype="datetime64[D]").astype(np.int64).astype(np.int32)


def date_numbers(dates: Sequence[date]) -> NDArray[np.int32]:
    return np.array(dates, dtype="datetime64[D]").astype(np.int64).astype(np.int32)


def whole_months(first: NDArray[np.int32], last: NDArray[np.int32]) -> NDArray[np.int32]:
    """Whole calendar months from one day to another: 15 January to 15 February is one, to 14 February none."""
    start, end = EPOCH + first, EPOCH + last
    start_month, end_month = start.astype("datetime64[M]"), end.astype("datetime64[M]")
    short = (end - end_month.astype("datetime64[D]")) < (start - start_month.astype("datetime64[D]"))
    months: NDArray[np.int32] = ((end_month - start_month).astype(np.int64) - short).astype(np.int32)
    return np.maximum(months, 0)


def months_before(day: date, months: int) -> int:
    """Return the same day so many months earlier (the last of a shorter month), as a day number."""
    earlier = pd.Timestamp(day) - pd.DateOffset(months=months)
    return int(earlier.to_datetime64().astype("datetime64[D]").astype(np.int64))

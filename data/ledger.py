"""Evidence of one kind as arrays: what metrics count from, in as little memory as its numbers need.

A frame of a million rows takes 23 bytes a row and milliseconds for each filter; this takes about ten and a fraction.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from data.later import pd

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

EPOCH = np.datetime64("1970-01-01", "D")
FIRST = date(1970, 1, 1).toordinal()
DENSE = 100_000  # so many numbers are counted, seen or not: quicker than to sort them


@dataclass(frozen=True, eq=False)
class Ledger:
    """Rows sorted by subject, project and day, each of these once. Columns are integers, as narrow as they can be."""

    subjects: tuple[str, ...]  # by code
    subject: NDArray[Any]  # code
    project: NDArray[Any]
    day: NDArray[Any]  # since 1970-01-01
    uses: NDArray[Any]
    assisted: NDArray[Any]  # uses, counted in `uses` too
    found: dict[Hashable, Any] = field(default_factory=dict)  # what was counted from these rows

    def __len__(self) -> int:
        return len(self.subject)

    @property
    def first_day(self) -> int:
        return int(self.day.min())

    @property
    def assisted_share(self) -> float:
        """Of all uses, those that an assistant had a part in; 0 without any."""
        uses = int(self.uses.sum())
        return int(self.assisted.sum()) / uses if uses else 0.0

    @property
    def last_day(self) -> int:
        return int(self.day.max())

    def where(self, kept: NDArray[np.bool_]) -> Ledger:
        """The rows that are kept; itself when all are."""
        if kept.all():
            return self
        at = np.flatnonzero(kept)
        columns = {name: getattr(self, name)[at] for name in ("subject", "project", "day", "uses", "assisted")}
        return replace(self, **columns, found={})

    def of(self, subjects: Sequence[str] | set[str]) -> Ledger:
        """The rows of some subjects."""
        wanted = np.array([subject in subjects for subject in self.subjects], dtype=bool)
        return self.where(wanted[self.subject] if len(self) else np.zeros(0, dtype=bool))

    def of_subject(self, subject: str) -> Ledger:
        """The rows of one subject, as slices."""
        code = self.subjects.index(subject) if subject in self.subjects else len(self.subjects)
        start, end = np.searchsorted(self.subject, [code, code + 1])
        columns = {name: getattr(self, name)[start:end] for name in ("subject", "project", "day", "uses", "assisted")}
        return replace(self, **columns, found={})

    def shown(self) -> list[str]:
        """The subjects that have rows."""
        return [self.subjects[code] for code in np.flatnonzero(np.bincount(self.subject)).tolist()]

    def subjects_by_project(self) -> dict[int, int]:
        """How many subjects each project shows."""
        new = np.r_[True, (self.subject[1:] != self.subject[:-1]) | (self.project[1:] != self.project[:-1])]
        projects, numbers = np.unique(self.project[new[: len(self)]], return_counts=True)
        return dict(zip(projects.tolist(), numbers.tolist(), strict=True))

    def codes_in(self, ids: Sequence[str]) -> NDArray[np.intp]:
        """The place of each row's subject in a list of ids; -1 where it is not there."""
        places = {subject: place for place, subject in enumerate(ids)}
        known = np.array([places.get(subject, -1) for subject in self.subjects], dtype=np.intp)
        return known[self.subject] if len(self) else np.zeros(0, dtype=np.intp)

    def sums(self, column: str, codes: NDArray[np.intp], size: int) -> NDArray[np.int64]:
        """Add up `uses` or `assisted` by codes as `codes_in` gives them; equal ones stand together."""
        total = np.zeros(size, dtype=np.int64)
        if len(codes):
            starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
            added = np.add.reduceat(getattr(self, column), starts, dtype=np.int64)
            known = codes[starts] >= 0
            total[codes[starts][known]] = added[known]
        return total


def of_numbers(subjects: Sequence[str], subject: NDArray[Any], numbers: NDArray[Any]) -> Ledger:
    """Make a ledger of sorted rows; columns of `numbers`: project, day, uses, assisted uses."""
    project, day, uses, assisted = (narrow(numbers[:, place]) for place in range(4))
    return Ledger(tuple(subjects), narrow(subject), project, day, uses, assisted)


def of_frame(evidence: pd.DataFrame, subject_kind: str) -> Ledger:
    """Make a ledger of the rows of one kind in the frame of `frames.evidence_days`."""
    rows = evidence.loc[(evidence["subject_kind"] == subject_kind).to_numpy()]
    codes, subjects = pd.factorize(rows["subject"].astype("str"), sort=True)
    days = np.asarray(rows["day"].to_numpy(), dtype="datetime64[D]").astype(np.int64)
    others = [rows[name].to_numpy() for name in ("project_id", "uses", "assisted_uses")]
    order = np.lexsort((days, others[0], codes))
    numbers = np.stack([others[0], days, *others[1:]], axis=1)[order] if len(rows) else np.zeros((0, 4), dtype=np.int32)
    return of_numbers([str(subject) for subject in subjects], np.asarray(codes)[order], numbers)


def distinct(numbers: NDArray[Any]) -> NDArray[np.int64]:
    """The integers that are there, ascending."""
    if not len(numbers):
        return np.zeros(0, dtype=np.int64)
    lowest, highest = int(numbers.min()), int(numbers.max())
    if highest - lowest > DENSE:
        return np.unique(numbers).astype(np.int64)
    return np.flatnonzero(np.bincount(numbers.astype(np.int64) - lowest)) + lowest


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - FIRST


def date_of(number: int) -> date:
    """The day of a number."""
    return date.fromordinal(number + FIRST)


def narrow(numbers: NDArray[Any]) -> NDArray[Any]:
    """The same integers in the smallest type that holds them all."""
    ends = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    return numbers.astype(np.result_type(*(np.min_scalar_type(end) for end in ends)))

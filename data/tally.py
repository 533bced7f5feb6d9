"""Uses summed by project, subject and day, over a million facts at a time: arrays in, rows out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.taxonomy.matching import EVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Truths = np.ndarray[Any, np.dtype[np.bool_]]
EvidenceRow = tuple[int, str, str, int, int, int]  # project, kind, subject, day, uses, assisted uses
ConditionRow = tuple[str, int, int]  # rule, project, since

CONDITION = "condition"
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Uses:
    """Facts, column by column; those of activities that don't count may be among them."""

    activity: Numbers
    value: Numbers
    count: Numbers


@dataclass(frozen=True, slots=True)
class Placed:
    """Where and when an activity was: all that its facts take from it."""

    project: int
    day: int  # any numbering in order
    assisted: bool


@dataclass(frozen=True, slots=True)
class Meaning:
    """A subject that a value shows strongly; `needs` names the condition that it waits for."""

    value: int
    subject_kind: str
    subject: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Struck:
    """Facts (activity, value) that the person's word takes away: from every subject, or from one."""

    facts: frozenset[tuple[int, int]]
    subject: str = ""


def tally(
    uses: Uses, placed: Mapping[int, Placed], meanings: Sequence[Meaning], struck: Iterable[Struck] = ()
) -> tuple[list[EvidenceRow], list[ConditionRow]]:
    """Return evidence by subject, project and day, and since when which condition holds where."""
    if not len(uses.activity) or not meanings or not placed:
        return [], []
    senses = _Senses(meanings)
    at, sense = senses.joined(uses, _counting(uses, placed))
    for item in struck:
        keep = ~_is_struck(uses, at, item)
        if item.subject:
            keep |= ~senses.is_about(item.subject)[sense]
        at, sense = at[keep], sense[keep]
    projects = sorted({item.project for item in placed.values()})
    days = sorted({item.day for item in placed.values()})
    project, day, assisted = _places(uses.activity[at], placed, projects, days)

    since = senses.since(sense, project, day, len(projects))
    start = since[project, senses.needs[sense]]
    use = (start < _NEVER) & ~senses.is_condition[sense]
    key = (senses.subject[sense[use]] * len(projects) + project[use]) * len(days) + np.maximum(day, start)[use]
    count = uses.count[at[use]]
    groups, group = np.unique(key, return_inverse=True)
    total = np.bincount(group, weights=count, minlength=len(groups)).astype(np.int64)
    helped = np.bincount(group, weights=count * assisted[use], minlength=len(groups)).astype(np.int64)
    place, on = np.divmod(groups, len(days))
    what, where = np.divmod(place, len(projects))
    columns = (where.tolist(), what.tolist(), on.tolist(), total.tolist(), helped.tolist())
    evidence = [(projects[p], *senses.subjects[s], days[d], n, h) for p, s, d, n, h in zip(*columns, strict=True)]
    begun: dict[int, int] = {}
    for of in placed.values():
        begun[of.project] = min(of.day, begun.get(of.project, of.day))
    held = [
        (rule, projects[p], max(days[int(since[p, n])], begun[projects[p]]))
        for n, rule in enumerate(senses.rules)
        for p in range(len(projects))
        if rule and since[p, n] < _NEVER
    ]
    return evidence, held


class _Senses:
    """The distinct (subject, condition) pairs that values show, numbered, and which value shows which."""

    def __init__(self, meanings: Sequence[Meaning]) -> None:
        distinct = sorted({(m.subject_kind, m.subject, m.needs) for m in meanings})
        number = {sense: n for n, sense in enumerate(distinct)}
        self.subjects = sorted({(kind, subject) for kind, subject, _ in distinct})
        self.rules = sorted({"", *(needs for *_, needs in distinct), *(s for k, s in self.subjects if k == CONDITION)})
        of_subject = {subject: n for n, subject in enumerate(self.subjects)}
        of_rule = {rule: n for n, rule in enumerate(self.rules)}  # "" is the first: no condition
        self.subject = _numbers(of_subject[kind, subject] for kind, subject, _ in distinct)
        self.needs = _numbers(of_rule[needs] for *_, needs in distinct)
        self.is_ever = np.array([needs == EVER for *_, needs in distinct], dtype=bool)
        self.is_condition = np.array([kind == CONDITION for kind, *_ in distinct], dtype=bool)
        self.rule = _numbers(of_rule.get(subject, 0) for _, subject, _ in distinct)
        self._names = [subject for _, subject, _ in distinct]
        value = _numbers(m.value for m in meanings)
        order = np.argsort(value, kind="stable")
        self._value = value[order]
        self._sense = _numbers(number[m.subject_kind, m.subject, m.needs] for m in meanings)[order]

    def is_about(self, subject: str) -> Truths:
        return np.array([name == subject for name in self._names], dtype=bool)

    def joined(self, uses: Uses, counting: Truths) -> tuple[Numbers, Numbers]:
        """Return pairs (index of a use, sense): each counting use with everything its value shows."""
        begin = np.searchsorted(self._value, uses.value, side="left")
        many = np.where(counting, np.searchsorted(self._value, uses.value, side="right") - begin, 0)
        at = np.repeat(np.arange(len(many)), many)
        nth = np.arange(len(at)) - np.repeat(np.cumsum(many) - many, many)
        return at, self._sense[begin[at] + nth]

    def since(self, sense: Numbers, project: Numbers, day: Numbers, projects: int) -> Numbers:
        """Return since which day each rule's condition holds in each project; no condition holds from the start."""
        first = np.full((projects, len(self.rules)), _NEVER, dtype=np.int64)
        first[:, 0] = 0
        seen = self.is_condition[sense]
        since = np.where(self.is_ever[sense[seen]], 0, day[seen])
        np.minimum.at(first, (project[seen], self.rule[sense[seen]]), since)
        return first


def _numbers(items: Iterable[int]) -> Numbers:
    return np.fromiter(items, dtype=np.int64)


def _counting(uses: Uses, placed: Mapping[int, Placed]) -> Truths:
    known = np.zeros(max(int(uses.activity.max()), *placed) + 1, dtype=bool)
    known[_numbers(placed)] = True
    return known[uses.activity]


def _places(
    activity: Numbers, placed: Mapping[int, Placed], projects: list[int], days: list[int]
) -> tuple[Numbers, Numbers, Numbers]:
    """Return each activity's project and day as indexes, and whether it was assisted."""
    of_project = {project: n for n, project in enumerate(projects)}
    of_day = {day: n for n, day in enumerate(days)}
    table = np.zeros((3, max(placed) + 1), dtype=np.int64)
    ids = _numbers(placed)
    table[0, ids] = _numbers(of_project[item.project] for item in placed.values())
    table[1, ids] = _numbers(of_day[item.day] for item in placed.values())
    table[2, ids] = _numbers(item.assisted for item in placed.values())
    return table[0, activity], table[1, activity], table[2, activity]


def _is_struck(uses: Uses, at: Numbers, item: Struck) -> Truths:
    width = int(uses.value.max()) + 1
    keys = _numbers(activity * width + value for activity, value in item.facts if value < width)
    return np.isin(uses.activity[at] * width + uses.value[at], keys)

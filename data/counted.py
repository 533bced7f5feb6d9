"""Which activities add nothing, and why: others' work, bulk, reverts, copies, the person's corrections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.addresses import holds
from data.models import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from data.models import Correction, Known

DUPLICATE = "duplicate"
REVERTED = "reverted"
BULK = "bulk"
NOT_MINE = "not-mine"
AWARD = "award"
AWARDS = frozenset({"badge", "medal", "tier"})
"""Kinds of activities that a site did, not the person: shown with their day, but no work of that day."""
_OUT = (Verdict.NOT_MINE, Verdict.WRONG, Verdict.HIDE, Verdict.COURSE_CODE)
"""Words of the person that leave something out; of several the first stands."""


@dataclass(frozen=True, slots=True)
class Work:
    """What must be known of an activity to say whether, where and when it counts."""

    id: int
    project_id: int
    project_key: str
    own: bool
    fork: bool
    kind: str
    key: str
    when: datetime
    day: int  # as stored
    author: str
    fingerprint: str
    assisted: bool
    bulk: bool
    reverted: bool
    closed: int
    """How far from being public its project is (publishable.how_closed)."""


def left_out(work: Iterable[Work], known: Known, corrections: Sequence[Correction]) -> dict[int, str]:
    """Return the ids of activities that add nothing, each with its reason.

    Of copies (the same commit, or the same work by its fingerprint) one counts: where it may be public before where it
    may not, in a project of one's own before others', in no fork before a fork, then the earliest; whatever order the
    projects came in. So a private copy takes nothing away from what others are shown. What the person says of one
    activity holds for its copies, too; what they say of a project does not.
    """
    items = sorted(work, key=lambda w: (w.closed, not w.own, w.fork, w.when, w.project_key, w.kind, w.key))
    word = _Word(items, corrections)
    out: dict[int, str] = {}
    seen: set[tuple[str, str]] = set()
    for item in items:
        reason = _reason(item, known, word)
        marks = _marks(item)
        if not reason and marks & seen:
            reason = DUPLICATE
        if reason:
            out[item.id] = reason
        else:
            seen |= marks
    return out


def narrows(correction: Correction) -> bool:
    """Say whether a correction leaves out parts of activities (paths, subjects) and not whole ones."""
    return correction.verdict in _OUT and bool(correction.path or correction.subject)


def hidden_projects(corrections: Iterable[Correction]) -> set[str]:
    """Return the keys of projects that the person hid as a whole."""
    return {
        each.project_key
        for each in corrections
        if each.verdict is Verdict.HIDE and not (each.activity_key or each.path or each.subject)
    }


def is_mine(author: str, known: Known) -> bool:
    """Say whether an activity's author is the person; one without an author came from their own account."""
    if not author:
        return True
    site, _, name = author.partition(":")
    if site == "github" and name:
        return name in known.github_ids or name in known.github_logins
    return "@" not in author or holds(known, author)


class _Word:
    """What the person said of whole activities, found by project and key, and by what copies share."""

    def __init__(self, items: Iterable[Work], corrections: Sequence[Correction]) -> None:
        self._said: dict[tuple[str, str], set[Verdict]] = {}
        for each in corrections:
            if not (each.path or each.subject):
                self._said.setdefault((each.project_key, each.activity_key), set()).add(each.verdict)
        self._projects = {project for project, key in self._said if not key}
        self._keys = {key for _, key in self._said if key}
        self._copies: dict[tuple[str, str], set[Verdict]] = {}
        for item in items if self._keys else ():
            if item.key in self._keys:
                verdicts = self._of(item.project_key, item.key) & set(_OUT)
                for mark in _marks(item) if verdicts else ():
                    self._copies.setdefault(mark, set()).update(verdicts)

    def on(self, item: Work) -> set[Verdict]:
        found: set[Verdict] = set()
        if item.project_key in self._projects or "" in self._projects:
            found |= self._of(item.project_key, "")
        if item.key in self._keys:
            found |= self._of(item.project_key, item.key)
        if self._copies:
            found = found.union(*(self._copies.get(mark, ()) for mark in _marks(item)))
        return found

    def _of(self, project_key: str, activity_key: str) -> set[Verdict]:
        return self._said.get(("", activity_key), set()) | self._said.get((project_key, activity_key), set())


def _reason(item: Work, known: Known, word: _Word) -> str:
    if not is_mine(item.author, known):
        return NOT_MINE
    if item.reverted:
        return REVERTED
    if item.kind in AWARDS:
        return AWARD
    verdicts = word.on(item)
    for verdict in _OUT:
        if verdict in verdicts:
            return str(verdict)
    return BULK if item.bulk and Verdict.BULK_IS_MINE not in verdicts else ""


def _marks(item: Work) -> set[tuple[str, str]]:
    """Return what two activities share when they are the same work: a number of a pull request is its project's."""
    marks = {("work", item.fingerprint)} if item.fingerprint else set()
    if item.kind == "commit":
        marks.add(("commit", item.key))
    return marks

"""The person's word on work that was read: not mine, course code, hide. Made, listed, taken back.

A mark is on a project, on one activity, on a file of a project (or all below a folder), or on what one activity shows
of one subject. It is kept as corrections, which detection applies: see data/counted.py for what each word does. What
was read is never touched, so taking a mark back restores everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, not_, or_, select

from data.aliases import shown_ids, stored_projects
from data.columns import read_rows
from data.correcting import stands_in
from data.errors import NotUsable
from data.links import safe_url
from data.models import Correction, Verdict
from data.proofs import linked
from data.schema import activities, conditions, fact_values, facts, left_out, mappings, projects

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from data.store import Store

VERDICTS = {
    Verdict.NOT_MINE: "not mine",
    Verdict.COURSE_CODE: "course code",
    Verdict.HIDE: "hidden",
    Verdict.WRONG: "wrong",
    Verdict.BULK_IS_MINE: "counted as your own work",
}
"""What is said of work that carries a mark."""
CHOICES = (Verdict.NOT_MINE, Verdict.COURSE_CODE, Verdict.HIDE)
_UNIQUE = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")  # the id of a commit is nobody else's


@dataclass(frozen=True, slots=True)
class Target:
    """What a mark is on: a project (as frames.projects numbers it), in it an activity, a file, a subject."""

    project_id: int
    key: str = ""
    path: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark as it is listed. Names are empty where what it is on is no longer stored."""

    ids: tuple[int, ...]  # of its corrections
    verdict: Verdict
    target: Target
    project: str
    kind: str  # of the activity
    title: str
    url: str
    day: date | None
    note: str


def mark(store: Store, verdict: Verdict, target: Target, note: str = "") -> tuple[int, ...]:
    """Keep the person's word; it takes effect at the next detection. Returns the ids of its corrections.

    Another word on the same is replaced. Raises NotUsable when what it is on is not there.
    """
    keys = _project_keys(store, target.project_id)
    _check(store, verdict, target, keys)
    wanted = [
        Correction(verdict, key, target.key, target.path.rstrip("/"), target.subject, note)
        for key in ([""] if _UNIQUE.fullmatch(target.key) else keys)
    ]
    places = {_place(each) for each in wanted}
    before = [each for each in store.corrections() if _place(each) in places and each.verdict in CHOICES]
    made = tuple(store.add_correction(each) for each in wanted)
    for each in before:
        store.remove_correction(each.id)
    return made


def unmark(store: Store, ids: Sequence[int]) -> int:
    """Take marks back, by the ids of their corrections; returns how many there were. Detection applies it."""
    known = {each.id for each in store.corrections()} & set(ids)
    for each in known:
        store.remove_correction(each)
    return len(known)


def marks(store: Store) -> list[Mark]:
    """List what the person said, the latest first; corrections of one mark are one."""
    shown = shown_ids(store)
    known = {row.key: row for row in stored_projects(store)}
    seen = _activities(store, [each.activity_key for each in store.corrections() if each.activity_key])
    found: dict[tuple[Any, ...], Mark] = {}
    for each in reversed(store.corrections()):
        activity = _activity_of(seen, each)
        row = known.get(each.project_key) or (known.get(activity.project_key) if activity else None)
        number = shown.get(row.project_id, row.project_id) if row else 0
        target = Target(number, each.activity_key, each.path, each.subject)
        same = (each.verdict, target, "" if number else each.project_key)
        ids = (*found[same].ids, each.id) if same in found else (each.id,)
        kind, title, url = (activity.kind, activity.title, activity.url) if activity else ("", "", "")
        found[same] = Mark(
            ids, each.verdict, target, row.name if row else "", kind, title, safe_url(url),
            activity.day if activity else None, each.note,
        )  # fmt: skip
    return list(found.values())


def reach(store: Store, target: Target) -> int:
    """Count the stored activities that a mark is on."""
    query = select(func.count(activities.c.id)).join(projects)
    query = query.where(projects.c.key.in_(_project_keys(store, target.project_id)))
    if target.key:
        query = query.where(activities.c.key == target.key)
    if target.path:
        query = query.where(exists().where(facts.c.activity_id == activities.c.id, stands_in(target.path)))
    with store.reading() as connection:
        return int(connection.execute(query).scalar_one())


def course_proofs(store: Store, subject_kind: str, subject: str, limit: int) -> list[Any]:
    """What shows a subject in course code: shown apart, counts for nothing. Newest first.

    Rows with what frames.proofs has as columns.
    """
    narrow = [
        and_(
            *([projects.c.key == each.project_key] if each.project_key else []),
            *([activities.c.key == each.activity_key] if each.activity_key else []),
            *([stands_in(each.path)] if each.path else []),
            *([mappings.c.subject == each.subject] if each.subject else []),
        )
        for each in store.corrections()
        if each.verdict is Verdict.COURSE_CODE and (each.path or each.subject)
    ]
    a, f, v, m, p = activities.c, facts.c, fact_values.c, mappings.c, projects.c
    whole = exists().where(left_out.c.activity_id == a.id, left_out.c.reason == str(Verdict.COURSE_CODE))
    counted = not_(exists().where(left_out.c.activity_id == a.id))
    met = exists().where(conditions.c.rule == m.needs, conditions.c.project_id == a.project_id)
    query = (
        select(
            a.day, a.project_id, p.name.label("project"), p.url.label("project_url"), a.kind, a.key, f.path,
            f.line, v.value, func.min(m.rule).label("rule"), f["count"].label("uses"),
            a.url.label("activity_url"), a.assisted,
        )
        .select_from(activities).join(projects).join(facts, f.activity_id == a.id)
        .join(fact_values, v.id == f.value_id)
        .join(mappings, and_(m.value_id == f.value_id, m.subject_kind == subject_kind, m.subject == subject))
        .where(p.person_id == store.person_id(), not_(m.weak), or_(m.needs == "", met))
        .where(or_(whole, and_(counted, or_(*narrow)) if narrow else whole))
        .group_by(a.id, f.activity_id, f.value_id, v.id, p.id)
        .order_by(a.day.desc(), a.key, f.path, f.line)
        .limit(limit)
    )  # fmt: skip
    with store.reading() as connection:
        rows = read_rows(connection, query)
    shown = shown_ids(store)
    return [linked(row, shown) for row in rows]


def has_course_code(store: Store) -> bool:
    return any(each.verdict is Verdict.COURSE_CODE for each in store.corrections())


def _check(store: Store, verdict: Verdict, target: Target, keys: Sequence[str]) -> None:
    if verdict not in CHOICES:
        raise NotUsable(f"Mark it as one of: {', '.join(CHOICES)}.")
    if not keys:
        raise NotUsable("There is no such project here.")
    if target.subject and not target.key:
        raise NotUsable("What shows a skill is marked in one activity: name it.")
    if (target.key or target.path) and not reach(store, target):
        raise NotUsable(
            "Nothing of yours is stored there. Name a commit by its whole id, and a path from the top of the project."
        )


def _place(correction: Correction) -> tuple[str, str, str, str]:
    return correction.project_key, correction.activity_key, correction.path, correction.subject


def _project_keys(store: Store, project_id: int) -> list[str]:
    """Return the keys of all rows of `projects` that are shown as one."""
    shown = shown_ids(store)
    return [row.key for row in stored_projects(store) if shown.get(row.project_id, row.project_id) == project_id]


def _activities(store: Store, keys: Sequence[str]) -> dict[str, list[Any]]:
    a, p = activities.c, projects.c
    query = select(a.key, a.kind, a.title, a.url, a.day, p.key.label("project_key")).join_from(activities, projects)
    found: dict[str, list[Any]] = {}
    if keys:
        with store.reading() as connection:
            rows = read_rows(
                connection, query.where(p.person_id == store.person_id(), a.key.in_(set(keys))).order_by(a.id)
            )
        for row in rows:
            found.setdefault(row.key, []).append(row)
    return found


def _activity_of(seen: dict[str, list[Any]], correction: Correction) -> Any:
    rows = seen.get(correction.activity_key, [])
    return next((row for row in rows if correction.project_key in {"", row.project_key}), None)


def project_named(store: Store, name: str) -> int:
    """Return the id of the project of a name; raises NotUsable when none or several have it."""
    shown = shown_ids(store)
    ids = {shown.get(row.project_id, row.project_id) for row in stored_projects(store) if row.name == name}
    if len(ids) != 1:
        raise NotUsable(f"{len(ids) or 'No'} project{'s are' if len(ids) > 1 else ' is'} called {name!r}.")
    return int(ids.pop())

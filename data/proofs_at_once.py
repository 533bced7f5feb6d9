"""Proofs of many subjects in one query: for public pages and the report, which show some of each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, func, literal, or_, select, tuple_, union_all

from data.columns import as_day, read_rows
from data.proofs import facts_shown, ids_as_stored, linked, read_proofs, taken_back_of
from data.schema import Day, activities, conditions, evidence, mappings, projects

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import CTE, ColumnElement, Select, Subquery

    from data.store import Store

_FENCE = 0
"""An offset that skips nothing: what has one is made first, and then joined as the few rows that it is."""


def read_latest(
    store: Store,
    subject_kind: str,
    subjects: Collection[str],
    *,
    limit: int,
    projects_shown: Sequence[int],
    until: date,
    shown: Mapping[int, int],
) -> dict[str, list[Any]]:
    """Return by subject what `proofs.read_proofs` gives of each; those without any are missing."""
    person = store.person_id()
    with store.reading() as connection:
        taken_back = taken_back_of(connection, person, mappings.c.subject)
        mine = _projects(person, ids_as_stored(projects_shown, shown) or ())
        days = _days(subject_kind, subjects, limit, mine, until)
        query = _ranked(_on_the_day(days, subject_kind, taken_back), _earlier(days, subject_kind, taken_back), limit)
        rows = read_rows(connection, query)
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(str(row.subject), []).append(linked(row, shown))
    return found


def _projects(person: int, ids: Sequence[int]) -> CTE:
    p = projects.c
    return select(p.id).where(p.person_id == person, p.id.in_(list(ids))).cte("mine")


def _days(subject_kind: str, subjects: Collection[str], number: int, mine: CTE, until: date) -> CTE:
    """Of each subject the latest days with evidence: `number` of them, and those of the same date as the last."""
    e, other = evidence.c, evidence.alias("other")
    each = select(e.subject).where(e.subject_kind == subject_kind, e.subject.in_(list(subjects))).distinct()
    each_one = each.subquery("each_one")
    last = (
        select(other.c.day)
        .where(other.c.subject_kind == subject_kind, other.c.subject == each_one.c.subject, other.c.day <= until)
        .where(other.c.project_id.in_(select(mine.c.id)))
        .order_by(other.c.day.desc())
        .limit(1)
        .offset(number - 1)
        .scalar_subquery()
    )
    first = func.coalesce(last, literal(date.min, Day)).label("first")
    since = select(each_one.c.subject, first).offset(_FENCE).subquery("since")
    return (
        select(e.subject, e.project_id, e.day)
        .join(since, and_(e.subject == since.c.subject, e.day >= since.c.first))
        .where(e.subject_kind == subject_kind, e.day <= until, e.project_id.in_(select(mine.c.id)))
        .offset(_FENCE)
        .cte("days")
    )


def _on_the_day(days: CTE, subject_kind: str, taken_back: ColumnElement[bool]) -> Select[Any]:
    """Facts that counted at once. Each day is looked at for all subjects together."""
    a, m, met, d = activities.c, mappings.c, conditions.c, days.c
    places = select(d.project_id, d.day).distinct().offset(_FENCE).subquery("places")
    holds = or_(m.needs == "", exists().where(met.rule == m.needs, met.project_id == a.project_id, met.day <= a.day))
    wanted = tuple_(m.subject, a.project_id, a.day).in_(select(d.subject, d.project_id, d.day))
    return (
        facts_shown(m.subject_kind + "" == subject_kind, a.day, taken_back)
        .where(holds, wanted, _among(places, same=True))
        .add_columns(m.subject)
        .group_by(m.subject)
    )


def _earlier(days: CTE, subject_kind: str, taken_back: ColumnElement[bool]) -> Select[Any]:
    """Facts of the time before, which count on the day on which their project met a condition."""
    a, m, k = activities.c, mappings.c, conditions.c
    same_day = and_(days.c.project_id == k.project_id, days.c.day == k.day)
    met = select(days.c.subject, k.rule, k.project_id, k.day).join(conditions, same_day).offset(_FENCE).subquery("met")
    of_rule = and_(met.c.rule == m.needs, met.c.subject == m.subject, met.c.project_id == a.project_id + 0)
    return (
        facts_shown(m.subject_kind + "" == subject_kind, met.c.day, taken_back)
        .join(met, of_rule)
        .where(a.day < met.c.day, _among(met, same=False))
        .add_columns(met.c.subject)
        .group_by(met.c.subject)
    )


def _among(few: Subquery, *, same: bool) -> ColumnElement[bool]:
    """Say that an activity is one of those of few places, on their days or before.

    That is where to begin; + 0 and + "" above keep SQLite from beginning elsewhere: for each subject anew, or at each
    of thousands of values that show something.
    """
    one = activities.alias("one")
    when = one.c.day == few.c.day if same else one.c.day < few.c.day
    return activities.c.id.in_(select(one.c.id).join_from(few, one, and_(one.c.project_id == few.c.project_id, when)))


def _ranked(on_the_day: Select[Any], earlier: Select[Any], limit: int) -> Select[Any]:
    found = union_all(on_the_day, earlier).subquery("found")
    f = found.c
    order = (f.counted.desc(), f.project_id, f.when.desc(), f.key, f.path, f.line, f.value, f.fact_kind, f.rule)
    place = func.row_number().over(partition_by=f.subject, order_by=order)
    return _first(select(found, place.label("place")).subquery("ranked"), limit)


def _first(ranked: Subquery, limit: int) -> Select[Any]:
    """Proofs by subject, the first `limit` places of each."""
    rest = [column for column in ranked.c if column.name not in {"counted", "when", "day", "place"}]
    query = select(as_day(ranked.c.day), *rest).where(ranked.c.place <= limit)
    return query.order_by(ranked.c.subject, ranked.c.place)


def latest_proofs(store: Store, subject_kind: str, as_of: date) -> dict[str, dict[str, Any]]:
    """Return the most telling proof of each subject's latest day, as plain values (see data/report.py)."""
    person = store.person_id()
    e = evidence.c
    of_kind = select(e.subject).where(e.subject_kind == subject_kind, e.day <= as_of).distinct()
    with store.reading() as connection:
        taken_back = taken_back_of(connection, person, mappings.c.subject)
        rows = read_rows(connection, _telling(subject_kind, person, as_of, taken_back))
        proofs = {str(row.subject): _plain(linked(row, {})) for row in rows}
        rest = sorted(set(connection.execute(of_kind).scalars()) - proofs.keys())
    # what counts on a later day than it was written, since the project had to show something else first
    for subject in rest:
        for row in read_proofs(store, subject_kind, subject, limit=1, until=as_of, shown={}):
            proofs[subject] = _plain(row)
    return proofs


def _plain(row: Any) -> dict[str, Any]:
    return {
        "project": row.project,
        "kind": row.kind,
        "commit": row.key if row.kind == "commit" else None,
        "path": row.path,
        "line": row.line,
        "day": row.day.isoformat(),
        "value": row.value,
        "rule": row.rule,
        "url": row.url,
    }


def _telling(subject_kind: str, person: int, as_of: date, taken_back: ColumnElement[bool]) -> Select[Any]:
    e, m = evidence.c, mappings.c
    of_kind = and_(e.subject_kind == subject_kind, e.day <= as_of)
    mine = e.project_id.in_(select(projects.c.id).where(projects.c.person_id == person))
    last = select(e.subject, func.max(e.day).label("day")).where(of_kind, mine).group_by(e.subject).subquery("last")
    days = (
        select(e.subject, e.day, func.min(e.project_id).label("project_id"))
        .join(last, and_(last.c.subject == e.subject, last.c.day == e.day))
        .where(of_kind, mine)
        .group_by(e.subject, e.day)
        .subquery("days")
    )
    a, met = activities.c, conditions.c
    since = and_(met.rule == m.needs, met.project_id == a.project_id, met.day <= a.day)
    same_day = and_(a.project_id == days.c.project_id, a.day == days.c.day, m.subject == days.c.subject)
    there = facts_shown(m.subject_kind == subject_kind, days.c.day, taken_back).join(days, same_day)
    there = there.where(or_(m.needs == "", exists().where(since)))
    found = there.add_columns(days.c.subject).group_by(days.c.subject).subquery("found")
    telling = case((found.c.fact_kind == "language", 0), (found.c.fact_kind == "import", 1), else_=2)
    order = (telling.desc(), found.c.when.desc(), found.c.path, found.c.line, found.c.value)
    place = func.row_number().over(partition_by=found.c.subject, order_by=order)
    return _first(select(found, place.label("place")).subquery("ranked"), 1)

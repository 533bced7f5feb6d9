"""Proof: the dated facts that stand behind a claim, and where the tree at HEAD still shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, func, literal, not_, or_, select, union_all

from data.aliases import shown_ids
from data.columns import as_day, read_frame, read_rows, row_type
from data.correcting import stands_in
from data.evidence import CONDITION
from data.links import line_url, safe_url
from data.models import Verdict
from data.schema import (
    activities,
    conditions,
    corrections,
    evidence,
    fact_values,
    facts,
    head_facts,
    left_out,
    mappings,
    projects,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd
    from sqlalchemy import ColumnElement, Connection, Select, Subquery

    from data.store import Store

PROOF = {
    "day": "day",
    "project_id": "int32",
    **dict.fromkeys(("project", "project_url", "kind", "key", "path"), "text"),
    "line": "int32",
    **dict.fromkeys(("value", "rule"), "text"),
    "uses": "int32",
    "url": "text",
    "assisted": "bool",
}
"""Fields of a proof and what they hold (see columns.frame_of)."""


def read_proofs(
    store: Store,
    subject_kind: str,
    subject: str,
    *,
    limit: int,
    offset: int = 0,
    projects_shown: Sequence[int] | None = None,
    since: date | None = None,
    until: date | None = None,
    technology: str = "",
    shown: Mapping[int, int] | None = None,
) -> list[Any]:
    """Rows of frames.proofs; with a technology only what its entry of the taxonomy recognised.

    `shown` is aliases.shown_ids, where it is known.
    """
    person, shown = store.person_id(), shown_ids(store) if shown is None else shown
    stored = ids_as_stored(projects_shown, shown)
    with store.reading() as connection:
        taken_back = taken_back_of(connection, person, literal(subject))
        if technology:
            held = _held(subject_kind, subject, person, taken_back, technology)
            days = _first_days(held, limit + offset, stored, since, until)
        else:
            days = _days(subject_kind, subject, person, limit + offset, stored, since=since, until=until)
        query = _proofs(days, subject_kind, subject, taken_back, technology)
        found = read_rows(connection, query.limit(limit).offset(offset))
    return [linked(row, shown) for row in found]


def count_proofs(
    store: Store,
    subject_kind: str,
    subject: str,
    *,
    projects_shown: Sequence[int] | None = None,
    since: date | None = None,
    until: date | None = None,
    technology: str = "",
    shown: Mapping[int, int] | None = None,
) -> int:
    """Say how many rows `read_proofs` would give without a limit; a tenth of what reading them takes."""
    person = store.person_id()
    stored = ids_as_stored(projects_shown, shown_ids(store) if shown is None else shown)
    with store.reading() as connection:
        taken_back = taken_back_of(connection, person, literal(subject))
        held = _held(subject_kind, subject, person, taken_back, technology)
        found = _within(select(func.count()).select_from(held), held, stored, since, until)
        return int(connection.execute(found).scalar_one())


def technologies_behind(store: Store, subject_kind: str, subject: str) -> set[str]:
    """Return the technologies by which some fact of anyone's shows a subject."""
    m = mappings.c
    mapped = select(m.rule).distinct().where(m.subject_kind == subject_kind, m.subject == subject, not_(m.weak))
    with store.reading() as connection:
        rules = connection.execute(mapped.where(exists().where(facts.c.value_id == m.value_id))).scalars()
        return {rule.partition(":")[0] for rule in rules}


def _held(subject_kind: str, subject: str, person: int, taken_back: ColumnElement[bool], technology: str) -> Subquery:
    """Each proof as the project and the day on which it counts, without what it says: to count, and to find days."""
    a, f, m, met = activities.c, facts.c, mappings.c, conditions.c
    shows = and_(m.subject_kind == subject_kind, m.subject == subject, not_(m.weak), _by(technology))
    counts = and_(
        projects.c.person_id == person, not_(taken_back), not_(exists().where(left_out.c.activity_id == a.id))
    )
    # + 0: from the values that show it to their facts and activities, not from all activities to their facts
    work = facts.join(activities, a.id == f.activity_id + 0).join(projects, projects.c.id == a.project_id + 0)
    always = select(m.value_id).where(shows, m.needs == "")
    plain = select(a.project_id, a.day.label("day")).select_from(work).where(f.value_id.in_(always), counts)
    day = case((met.day > a.day, met.day), else_=a.day).label("day")
    later = (
        select(a.project_id, day)
        .select_from(work.join(mappings, m.value_id == f.value_id))
        .join(conditions, and_(met.rule == m.needs, met.project_id == a.project_id))
        .where(shows, m.needs != "", f.value_id.not_in(always), counts)
        .group_by(f.activity_id, f.value_id, a.project_id, day)
    )
    return union_all(plain, later).subquery("held")


def _within(
    query: Select[Any], held: Subquery, projects_shown: Sequence[int] | None, since: date | None, until: date | None
) -> Select[Any]:
    if since is not None:
        query = query.where(held.c.day >= since)
    if until is not None:
        query = query.where(held.c.day <= until)
    return query if projects_shown is None else query.where(held.c.project_id.in_(list(projects_shown)))


def _first_days(
    held: Subquery, number: int, projects_shown: Sequence[int] | None, since: date | None, until: date | None
) -> Subquery:
    """The latest days that hold a proof."""
    query = select(held.c.project_id, held.c.day).distinct().order_by(held.c.day.desc(), held.c.project_id)
    return _within(query.limit(number), held, projects_shown, since, until).subquery("days")


def _by(technology: str) -> ColumnElement[bool]:
    """Say of a mapping whether it is a technology's; any will do without one."""
    if not technology:
        return literal(value=True)
    return mappings.c.rule.startswith(f"{technology}:", autoescape=True)


def ids_as_stored(projects_shown: Sequence[int] | None, shown: Mapping[int, int]) -> Sequence[int] | None:
    """Ids as stored, from those that projects are shown with."""
    if projects_shown is None:
        return None
    wanted = set(projects_shown)
    return [*wanted, *(project for project, as_ in shown.items() if as_ in wanted)]


def linked(row: Any, shown: Mapping[int, int]) -> Any:
    """The row of a query as a proof: with the address where it can be seen, of the project that is shown."""
    found = line_url(row.project_url, row.key, row.path, row.line) if row.kind == "commit" else ""
    values = {name: getattr(row, name) for name in PROOF if name != "url"} | {
        "project_id": shown.get(row.project_id, row.project_id),
        "project_url": safe_url(row.project_url),
        "url": found or safe_url(row.activity_url),
    }
    return row_type(*PROOF)(**values)


def _days(
    subject_kind: str,
    subject: str,
    person: int,
    number: int,
    projects_shown: Sequence[int] | None,
    *,
    since: date | None = None,
    until: date | None = None,
) -> Subquery:
    """The latest days with evidence. Each holds a proof at least, so `number` of them hold all that a page asks for."""
    query = (
        select(evidence.c.project_id, evidence.c.day)
        .where(evidence.c.subject_kind == subject_kind, evidence.c.subject == subject)
        .where(evidence.c.project_id.in_(select(projects.c.id).where(projects.c.person_id == person)))
        .order_by(evidence.c.day.desc(), evidence.c.project_id)
        .limit(number)
    )
    if since is not None:
        query = query.where(evidence.c.day >= since)
    if until is not None:
        query = query.where(evidence.c.day <= until)
    if projects_shown is not None:
        query = query.where(evidence.c.project_id.in_(list(projects_shown)))
    return query.subquery("days")


def _proofs(
    days: Subquery, subject_kind: str, subject: str, taken_back: ColumnElement[bool], technology: str = ""
) -> Select[Any]:
    f = _found(days, subject_kind, subject, taken_back, technology).c
    order = (f.counted.desc(), f.project_id, f.when.desc(), f.key, f.path, f.line, f.value, f.fact_kind, f.rule)
    rest = [column for column in f if column.name not in {"counted", "when", "day"}]
    return select(as_day(f.day), *rest).order_by(*order)


def _found(
    days: Subquery, subject_kind: str, subject: str, taken_back: ColumnElement[bool], technology: str
) -> Subquery:
    """Facts of the given days. What needs a condition counts from the day on which the project met it."""
    a, m, met = activities.c, mappings.c, conditions.c
    since = and_(met.rule == m.needs, met.project_id == a.project_id)
    same_day = and_(a.project_id == days.c.project_id, a.day == days.c.day)
    holds = or_(m.needs == "", exists().where(since, met.day <= a.day))
    # + "": from the facts of the days to what they show, not from each of hundreds of values to all days
    on_the_day = (
        facts_shown(m.subject_kind + "" == subject_kind, days.c.day, taken_back)
        .join(days, same_day)
        .where(m.subject + "" == subject, holds, _by(technology))
    )
    earlier = (
        facts_shown(m.subject_kind == subject_kind, met.day, taken_back)
        .join(conditions, since)
        .join(days, and_(days.c.project_id == met.project_id, days.c.day == met.day))
        .where(m.subject == subject, a.day < met.day, _by(technology))
    )
    return union_all(on_the_day, earlier).subquery("found")


def facts_shown(
    of_kind: ColumnElement[bool],
    counted: ColumnElement[Any],
    taken_back: ColumnElement[bool],
) -> Select[Any]:
    """Facts that show something and count; `counted` is the day on which they do. The caller says which subject."""
    a, f, v, m, p = activities, facts, fact_values, mappings, projects
    return (
        select(
            counted.label("counted"),
            a.c.project_id,
            a.c.when,
            a.c.day,
            p.c.name.label("project"),
            p.c.url.label("project_url"),
            a.c.kind,
            a.c.key,
            f.c.path,
            f.c.line,
            v.c.kind.label("fact_kind"),
            v.c.value,
            func.min(m.c.rule).label("rule"),
            f.c.count.label("uses"),
            a.c.url.label("activity_url"),
            a.c.assisted,
        )
        .select_from(a)
        .join(p, p.c.id == a.c.project_id)
        .join(f, f.c.activity_id == a.c.id)
        .join(v, v.c.id == f.c.value_id)
        .join(m, and_(m.c.value_id == f.c.value_id, of_kind))
        .where(not_(m.c.weak), not_(taken_back))
        .where(not_(exists().where(left_out.c.activity_id == a.c.id)))
        .group_by(a.c.id, f.c.activity_id, f.c.value_id, v.c.id, p.c.id, counted)
    )


def taken_back_of(connection: Connection, person: int, subject: ColumnElement[str]) -> ColumnElement[bool]:
    """Say whether the person took back that a fact shows a subject; whole activities that were are in `left_out`."""
    any_of: list[ColumnElement[bool]] = [literal(value=False)]
    query = select(corrections).where(corrections.c.person_id == person)
    for row in connection.execute(query).mappings():
        if row["verdict"] == Verdict.BULK_IS_MINE or not (row["path"] or row["subject"]):
            continue
        all_of: list[ColumnElement[bool]] = [literal(value=True)]
        if row["project_key"]:
            all_of.append(projects.c.key == row["project_key"])
        if row["activity_key"]:
            all_of.append(activities.c.key == row["activity_key"])
        if row["subject"]:
            all_of.append(subject == row["subject"])
        if row["path"]:
            all_of.append(stands_in(row["path"]))
        any_of.append(and_(*all_of))
    return or_(*any_of)


def head_query(store: Store) -> Select[Any]:
    """Of each stored project the subjects that its tree at HEAD shows: project_id, subject_kind, subject."""
    h, m = head_facts.c, mappings.c
    return select(h.project_id, m.subject_kind, m.subject).where(*_shows(store)).select_from(_HEAD).distinct()


def read_head(store: Store) -> pd.DataFrame:
    """See frames.head_subjects, before repositories that two accounts reach are joined."""
    h, m = head_facts, mappings
    order = func.row_number().over(
        partition_by=(h.c.project_id, m.c.subject_kind, m.c.subject),
        order_by=(case((h.c.path == "", 1), else_=0), h.c.count.desc(), h.c.path, h.c.line),
    )
    ranked = (
        select(h.c.project_id, m.c.subject_kind, m.c.subject, h.c.path, h.c.line, order.label("place"))
        .select_from(_HEAD)
        .where(*_shows(store))
        .subquery("ranked")
    )
    best = select(*[column for column in ranked.c if column.name != "place"]).where(ranked.c.place == 1)
    with store.reading() as connection:
        return read_frame(connection, best, words=("subject_kind", "subject"))


_HEAD = head_facts.join(mappings, mappings.c.value_id == head_facts.c.value_id).join(
    projects, projects.c.id == head_facts.c.project_id
)


def _shows(store: Store) -> tuple[ColumnElement[bool], ...]:
    """What holds of facts in the trees of the person's projects that show something."""
    mine = projects.c.person_id == store.person_id()
    return mine, mappings.c.subject_kind != CONDITION, not_(mappings.c.weak), _met(head_facts.c.project_id)


def _met(project: ColumnElement[int]) -> ColumnElement[bool]:
    """Say whether the tree at HEAD shows what a mapping asks for besides."""
    h, m = head_facts.alias("other_facts"), mappings.alias("other_mappings")
    shows = and_(h.c.value_id == m.c.value_id, m.c.subject_kind == CONDITION, m.c.subject == mappings.c.needs)
    return or_(mappings.c.needs == "", exists().where(h.c.project_id == project, shows))

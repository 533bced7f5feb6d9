"""Proof: the dated facts that stand behind a claim, and where the tree at HEAD still shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import and_, case, exists, func, literal, not_, or_, select, union_all

from data.columns import as_day, read_frame
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
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Connection, Select, Subquery

    from data.store import Store

COLUMNS = (
    "day", "project_id", "project", "project_url", "kind", "key", "path", "line", "value", "rule", "uses", "url",
    "assisted",
)  # fmt: skip


def read_proofs(
    store: Store,
    subject_kind: str,
    subject: str,
    *,
    limit: int,
    offset: int,
    projects_shown: Sequence[int] | None,
    since: date | None,
    until: date | None,
) -> pd.DataFrame:
    """See frames.proofs; `projects_shown` are ids as stored."""
    person = store.person_id()
    days = _days(subject_kind, subject, person, limit + offset, projects_shown, since=since, until=until)
    with store.reading() as connection:
        query = _proofs(days, subject_kind, subject, _taken_back(connection, person))
        found = read_frame(connection, query.limit(limit).offset(offset))
    return _linked(found)[list(COLUMNS)]


def latest_proofs(store: Store, subject_kind: str, as_of: date) -> dict[str, dict[str, Any]]:
    """Return the most telling proof of each subject's latest day, as plain values (see data/report.py)."""
    person = store.person_id()
    e = evidence.c
    of_kind = select(e.subject).where(e.subject_kind == subject_kind, e.day <= as_of).distinct()
    with store.reading() as connection:
        taken_back = _taken_back(connection, person)
        found = _linked(read_frame(connection, _latest(subject_kind, person, as_of, taken_back)))
        proofs = {str(row["subject"]): _plain(row) for _, row in found.iterrows()}
        # what counts on a later day than it was written, since the project had to show something else first
        for subject in sorted(set(connection.execute(of_kind).scalars()) - proofs.keys()):
            days = _days(subject_kind, subject, person, 1, None, until=as_of)
            latest = _proofs(days, subject_kind, subject, taken_back).limit(1)
            for _, row in _linked(read_frame(connection, latest)).iterrows():
                proofs[subject] = _plain(row)
    return proofs


def _plain(row: pd.Series[Any]) -> dict[str, Any]:
    return {
        "project": row["project"],
        "kind": row["kind"],
        "commit": row["key"] if row["kind"] == "commit" else None,
        "path": row["path"],
        "line": int(row["line"]),
        "day": row["day"].date().isoformat(),
        "value": row["value"],
        "rule": row["rule"],
        "url": row["url"],
    }


def _linked(found: pd.DataFrame) -> pd.DataFrame:
    columns = found[["kind", "project_url", "key", "path", "line"]].to_numpy()
    urls = [
        line_url(address, key, path, int(line)) if kind == "commit" else ""
        for kind, address, key, path, line in columns
    ]
    links = [url or safe_url(other) for url, other in zip(urls, found["activity_url"], strict=True)]
    pages = [safe_url(url) for url in found["project_url"]]
    return found.assign(url=pd.array(links, dtype="str"), project_url=pd.array(pages, dtype="str"))


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


def _proofs(days: Subquery, subject_kind: str, subject: str, taken_back: ColumnElement[bool]) -> Select[Any]:
    """Facts of the given days. What needs a condition counts from the day on which the project met it."""
    a, m, met = activities.c, mappings.c, conditions.c
    since = and_(met.rule == m.needs, met.project_id == a.project_id)
    same_day = and_(a.project_id == days.c.project_id, a.day == days.c.day)
    holds = or_(m.needs == "", exists().where(since, met.day <= a.day))
    # + "": from the facts of the days to what they show, not from each of hundreds of values to all days
    on_the_day = (
        _facts(m.subject_kind + "" == subject_kind, days.c.day, taken_back)
        .join(days, same_day)
        .where(m.subject + "" == subject, holds)
    )
    earlier = (
        _facts(m.subject_kind == subject_kind, met.day, taken_back)
        .join(conditions, since)
        .join(days, and_(days.c.project_id == met.project_id, days.c.day == met.day))
        .where(m.subject == subject, a.day < met.day)
    )
    found = union_all(on_the_day, earlier).subquery("found")
    f = found.c
    order = (f.counted.desc(), f.project_id, f.when.desc(), f.key, f.path, f.line, f.value)
    rest = [column for column in f if column.name not in {"counted", "when", "day"}]
    return select(as_day(f.day), *rest).order_by(*order)


def _latest(subject_kind: str, person: int, as_of: date, taken_back: ColumnElement[bool]) -> Select[Any]:
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
    there = _facts(m.subject_kind == subject_kind, days.c.day, taken_back).join(days, same_day)
    there = there.where(or_(m.needs == "", exists().where(since)))
    found = there.add_columns(days.c.subject).group_by(days.c.subject).subquery("found")
    telling = case((found.c.fact_kind == "language", 0), (found.c.fact_kind == "import", 1), else_=2)
    order = (telling.desc(), found.c.when.desc(), found.c.path, found.c.line, found.c.value)
    place = func.row_number().over(partition_by=found.c.subject, order_by=order)
    ranked = select(found, place.label("place")).subquery("ranked")
    rest = [column for column in ranked.c if column.name not in {"counted", "when", "day", "place"}]
    return select(as_day(ranked.c.day), *rest).where(ranked.c.place == 1)


def _facts(of_kind: ColumnElement[bool], counted: ColumnElement[Any], taken_back: ColumnElement[bool]) -> Select[Any]:
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


def _taken_back(connection: Connection, person: int) -> ColumnElement[bool]:
    """Say of a fact whether the person took it back; whole activities that were are in `left_out`."""
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
            all_of.append(mappings.c.subject == row["subject"])
        if row["path"]:
            all_of.append(stands_in(row["path"]))
        any_of.append(and_(*all_of))
    return or_(*any_of)


def read_head(store: Store) -> pd.DataFrame:
    """See frames.head_subjects, before repositories that two accounts reach are joined."""
    h, m = head_facts, mappings
    order = func.row_number().over(
        partition_by=(h.c.project_id, m.c.subject_kind, m.c.subject),
        order_by=(case((h.c.path == "", 1), else_=0), h.c.count.desc(), h.c.path, h.c.line),
    )
    ranked = (
        select(h.c.project_id, m.c.subject_kind, m.c.subject, h.c.path, h.c.line, order.label("place"))
        .join(m, m.c.value_id == h.c.value_id)
        .join(projects, projects.c.id == h.c.project_id)
        .where(projects.c.person_id == store.person_id(), m.c.subject_kind != CONDITION)
        .where(not_(m.c.weak), _met(h.c.project_id))
        .subquery("ranked")
    )
    best = select(*[column for column in ranked.c if column.name != "place"]).where(ranked.c.place == 1)
    with store.reading() as connection:
        return read_frame(connection, best, words=("subject_kind", "subject"))


def _met(project: ColumnElement[int]) -> ColumnElement[bool]:
    """Say whether the tree at HEAD shows what a mapping asks for besides."""
    h, m = head_facts.alias("other_facts"), mappings.alias("other_mappings")
    shows = and_(h.c.value_id == m.c.value_id, m.c.subject_kind == CONDITION, m.c.subject == mappings.c.needs)
    return or_(mappings.c.needs == "", exists().where(h.c.project_id == project, shows))

"""Stored facts × taxonomy → evidence: one row per project, subject and active day.

Nothing is collected here. Each distinct value is mapped once, its uses are summed as arrays, and of what is
derived only the rows that differ are written.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Integer, func, not_, select, type_coerce, update

from data import identities, saving
from data.aliases import said_of_all, stored_projects
from data.correcting import stands_in
from data.counted import Work, left_out, narrows
from data.derived import plain_rows, replace
from data.evidence import evidence_of, plain_matches
from data.garbage import without_garbage
from data.publishable import how_closed
from data.schema import activities, conditions, evidence, fact_values, facts, mappings, projects, settings
from data.schema import left_out as left_out_table
from data.tally import Meaning, Placed, Struck, Uses, tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Select

    from data.models import Correction, Known
    from data.store import Store
    from data.taxonomy import Taxonomy

__all__ = ["DetectResult", "detect", "evidence_of"]

_DETECTED = "detected"
_Upto = list[Any]  # fingerprint of the taxonomy, how many values it was asked for, id of the last one (JSON)


@dataclass(frozen=True, slots=True)
class DetectResult:
    """How many rows there are now; `changed` is False when nothing had to be done."""

    facts: int
    mappings: int
    evidence: int
    left_out: int
    changed: bool


def detect(store: Store, taxonomy: Taxonomy, *, force: bool = False) -> DetectResult:
    """Bring mappings and evidence up to date with facts, taxonomy, identities and corrections.

    Returns at once when none of them changed since the last time, unless `force` says otherwise. Where nothing but
    corrections changed, only the projects are looked at that these are about.
    """
    person_id = store.person_id()
    stored = stored_projects(store)
    corrections = said_of_all(stored, store.corrections())
    with without_garbage(), store.writing(alone=True) as connection:  # what is saved meanwhile would pass for detected
        known = identities.known_by(identities.read_identities(connection, person_id))
        state = _state(taxonomy, known, corrections)
        before = _stored(connection, _DETECTED) or {}
        same = {name for name in state if state[name] == before.get(name)}
        if before.get("version") != _stored(connection, "version") or force:
            same.clear()
        if same == state.keys():
            return _counts(connection, changed=False)
        work = _work(connection, how_closed(stored))
        out = left_out(work, known, corrections)
        touched = _touched(connection, work, out, corrections, before["narrow"]) if "rest" in same else None
        replace(connection, left_out_table, out.items())
        mapped: _Upto | None = None if force else before.get("mapped")
        if touched is None:
            meanings, mapped = _map_values(connection, taxonomy, mapped)
        else:
            meanings = _mapped(connection)
        _count(connection, [w for w in work if w.id not in out], meanings, corrections, touched)
        saving.grow_version(connection)
        _keep(connection, {**state, "version": _stored(connection, "version"), "mapped": mapped})
        return _counts(connection, changed=True)


def _count(
    connection: Connection,
    work: Sequence[Work],
    meanings: Sequence[Meaning],
    corrections: Sequence[Correction],
    touched: Sequence[int] | None,
) -> None:
    """Count the evidence of what is not left out, in the projects named or in all."""
    if touched is not None and not touched:
        return
    placed = {w.id: Placed(w.project_id, w.day, w.assisted) for w in work if touched is None or w.project_id in touched}
    struck = [_struck(connection, correction, touched) for correction in corrections if narrows(correction)]
    rows, held = tally(_uses(connection, touched), placed, meanings, struck)
    for table, wanted in ((evidence, rows), (conditions, held)):
        replace(connection, table, wanted, None if touched is None else table.c.project_id.in_(touched))


def _state(taxonomy: Taxonomy, known: Known, corrections: Sequence[Correction]) -> dict[str, Any]:
    """Return what evidence follows from besides the facts: corrections, those that narrow, and the rest."""
    who = [sorted(getattr(known, item.name)) for item in fields(known)]  # sets have another order in each process
    narrow = [[c.project_key, c.activity_key, c.path, c.subject] for c in corrections if narrows(c)]
    return {"rest": _digest((taxonomy.fingerprint, who)), "corrections": _digest(corrections), "narrow": narrow}


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:32]


def _touched(
    connection: Connection,
    work: Sequence[Work],
    out: Mapping[int, str],
    corrections: Sequence[Correction],
    narrow: Sequence[Sequence[str]],
) -> list[int] | None:
    """Return the projects whose evidence changes with the corrections; None: any may."""
    rows = select(left_out_table.c.activity_id)
    changed = set(connection.execute(rows).scalars()) ^ out.keys()
    found = {w.project_id for w in work if w.id in changed}
    now = {(c.project_key, c.activity_key, c.path, c.subject) for c in corrections if narrows(c)}
    for project_key, activity_key, _, _ in now ^ {tuple(each) for each in narrow}:
        if not project_key and not activity_key:
            return None
        found |= {w.project_id for w in work if project_key in {"", w.project_key} and activity_key in {"", w.key}}
    return sorted(found)


def _stored(connection: Connection, name: str) -> Any:
    return connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar()


def _keep(connection: Connection, value: dict[str, Any]) -> None:
    if not saving.insert_if_new(connection, settings, {"name": _DETECTED, "value": value}):
        connection.execute(update(settings).where(settings.c.name == _DETECTED).values(value=value))


def _counts(connection: Connection, *, changed: bool) -> DetectResult:
    count = {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in (facts, mappings, evidence, left_out_table)
    }
    return DetectResult(count["facts"], count["mappings"], count["evidence"], count["left_out"], changed)


def _map_values(connection: Connection, taxonomy: Taxonomy, before: _Upto | None) -> tuple[list[Meaning], _Upto]:
    """Ask the taxonomy once for every distinct value; return what is shown strongly, and what is mapped now.

    `before` is what was mapped the last time: the same taxonomy is asked only for values that are new since.
    """
    v, known, is_new = fact_values.c, list[Meaning](), None
    query = select(v.id, v.kind, v.language, v.value).order_by(v.id)
    if before is not None and before == _upto(connection, taxonomy, last=before[2]):
        query, is_new = query.where(v.id > before[2]), mappings.c.value_id > before[2]
        known = _mapped(connection)
    shown = [
        (value_id, match)
        for value_id, kind, language, value in connection.execute(query).all()
        for match in plain_matches(taxonomy.match(kind, language, value))
    ]
    replace(connection, mappings, ((n, m.subject_kind, m.subject, m.needs, m.weak, m.rule) for n, m in shown), is_new)
    new = [Meaning(n, m.subject_kind, m.subject, m.needs) for n, m in shown if not m.weak]
    return known + new, _upto(connection, taxonomy)


def _upto(connection: Connection, taxonomy: Taxonomy, *, last: int | None = None) -> _Upto:
    """What there is to map. Values are never removed, but one may come with a lower number than others have."""
    query = select(func.count(), func.coalesce(func.max(fact_values.c.id), -1))
    if last is not None:
        query = query.where(fact_values.c.id <= last)
    return [taxonomy.fingerprint, *connection.execute(query).one()]


def _mapped(connection: Connection) -> list[Meaning]:
    m = mappings.c
    query = select(m.value_id, m.subject_kind, m.subject, m.needs).where(not_(m.weak))
    return [Meaning(*row) for row in connection.execute(query.order_by(m.value_id)).all()]


def _work(connection: Connection, closed: Mapping[int, int]) -> list[Work]:
    a, p = activities.c, projects.c
    of_project = {"project_key": p.key, "own": p.own, "fork": p.fork, "day": type_coerce(a.day, Integer)}
    stored = [item.name for item in fields(Work)[:-1]]  # the last is `closed`
    columns = [of_project[name] if name in of_project else a[name] for name in stored]
    query = select(*columns).join_from(activities, projects)
    of = stored.index("project_id")
    return [Work(*(*row, closed.get(row[of], 0))) for row in connection.execute(query).all()]


def _uses(connection: Connection, touched: Sequence[int] | None) -> Uses:
    query = select(facts.c.activity_id, facts.c.value_id, facts.c["count"])
    if touched is not None:
        query = query.where(facts.c.activity_id.in_(_within(touched)))
    numbers = np.fromiter(chain.from_iterable(plain_rows(connection, query)), dtype=np.int64).reshape(-1, 3)
    return Uses(numbers[:, 0], numbers[:, 1], numbers[:, 2])


def _within(touched: Sequence[int]) -> Select[Any]:
    return select(activities.c.id).where(activities.c.project_id.in_(touched))


def _struck(connection: Connection, correction: Correction, touched: Sequence[int] | None) -> Struck:
    """Return the facts that a correction of paths or subjects takes away."""
    of = select(activities.c.id).join(projects)
    is_it: list[ColumnElement[bool]] = []
    if correction.project_key:
        of = of.where(projects.c.key == correction.project_key)
    if correction.activity_key:
        of = of.where(activities.c.key == correction.activity_key)
    if touched is not None:
        of = of.where(activities.c.project_id.in_(touched))
    if correction.path:
        is_it.append(stands_in(correction.path))
    if correction.subject:
        shows = select(mappings.c.value_id).where(mappings.c.subject == correction.subject)
        is_it.append(facts.c.value_id.in_(shows))
    query = select(facts.c.activity_id, facts.c.value_id).where(facts.c.activity_id.in_(of), *is_it)
    return Struck(frozenset((row[0], row[1]) for row in connection.execute(query)), correction.subject)

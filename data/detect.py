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
from sqlalchemy import Integer, and_, delete, func, insert, or_, select, text, type_coerce, update

from data import identities, saving
from data.counted import Work, left_out, narrows
from data.evidence import evidence_of, plain_matches
from data.schema import activities, conditions, evidence, fact_values, facts, mappings, projects, settings
from data.schema import left_out as left_out_table
from data.tally import Meaning, Placed, Struck, Uses, tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Select, Table

    from data.models import Correction, Known
    from data.store import Store
    from data.taxonomy import Taxonomy

__all__ = ["DetectResult", "detect", "evidence_of"]

_DETECTED = "detected"
_AT_ONCE = 50_000  # facts read at a time: a bounded part of them as Python objects


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

    Returns at once when none of them changed since the last time, unless `force` says otherwise.
    """
    person_id = store.person_id()
    corrections = store.corrections()
    with store.writing(alone=True) as connection:  # what is saved meanwhile would pass for detected
        known = identities.known_by(identities.read_identities(connection, person_id))
        state = _state(taxonomy, known, corrections)
        if not force and _stored(connection, _DETECTED) == {"state": state, "version": _stored(connection, "version")}:
            return _counts(connection, changed=False)
        meanings = _map_values(connection, taxonomy)
        work = _work(connection)
        out = left_out(work, known, corrections)
        _replace(connection, left_out_table, out.items())
        placed = {w.id: Placed(w.project_id, w.day, w.assisted) for w in work if w.id not in out}
        struck = [_struck(connection, correction) for correction in corrections if narrows(correction)]
        rows, held = tally(_uses(connection), placed, meanings, struck)
        _replace(connection, evidence, rows)
        _replace(connection, conditions, held)
        saving.grow_version(connection)
        _keep(connection, {"state": state, "version": _stored(connection, "version")})
        return _counts(connection, changed=True)


def _state(taxonomy: Taxonomy, known: Known, corrections: Sequence[Correction]) -> str:
    who = [sorted(getattr(known, item.name)) for item in fields(known)]  # sets have another order in each process
    return hashlib.sha256(repr((taxonomy.fingerprint, who, corrections)).encode()).hexdigest()[:32]


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


def _map_values(connection: Connection, taxonomy: Taxonomy) -> list[Meaning]:
    """Ask the taxonomy once for every distinct value; return what is shown strongly."""
    query = select(fact_values.c.id, fact_values.c.kind, fact_values.c.language, fact_values.c.value)
    shown = [
        (value_id, match)
        for value_id, kind, language, value in connection.execute(query.order_by(fact_values.c.id)).all()
        for match in plain_matches(taxonomy.match(kind, language, value))
    ]
    _replace(connection, mappings, ((n, m.subject_kind, m.subject, m.needs, m.weak, m.rule) for n, m in shown))
    return [Meaning(n, m.subject_kind, m.subject, m.needs) for n, m in shown if not m.weak]


def _work(connection: Connection) -> list[Work]:
    a, p = activities.c, projects.c
    of_project = {"project_key": p.key, "own": p.own, "fork": p.fork, "day": type_coerce(a.day, Integer)}
    columns = [of_project[item.name] if item.name in of_project else a[item.name] for item in fields(Work)]
    query = select(*columns).join_from(activities, projects)
    return [Work(*row) for row in connection.execute(query).all()]


def _uses(connection: Connection) -> Uses:
    query = select(facts.c.activity_id, facts.c.value_id, facts.c["count"])
    numbers = np.fromiter(chain.from_iterable(_plain_rows(connection, query)), dtype=np.int64).reshape(-1, 3)
    return Uses(numbers[:, 0], numbers[:, 1], numbers[:, 2])


def _struck(connection: Connection, correction: Correction) -> Struck:
    """Return the facts that a correction of paths or subjects takes away."""
    is_it: list[ColumnElement[bool]] = []
    if correction.project_key:
        is_it.append(projects.c.key == correction.project_key)
    if correction.activity_key:
        is_it.append(activities.c.key == correction.activity_key)
    if correction.path:
        path = correction.path.rstrip("/")
        below = [facts.c.path.startswith(path + end, autoescape=True) for end in ("/", "#")]
        is_it.append(or_(facts.c.path == path, *below))
    if correction.subject:
        shows = select(mappings.c.value_id).where(mappings.c.subject == correction.subject)
        is_it.append(facts.c.value_id.in_(shows))
    joined = facts.join(activities).join(projects)
    query = select(facts.c.activity_id, facts.c.value_id).select_from(joined).where(and_(*is_it))
    return Struck(frozenset((row[0], row[1]) for row in connection.execute(query)), correction.subject)


def _replace(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    """Make a derived table hold these rows (stored values, in the order of its columns), writing what differs."""
    wanted = list(rows)
    stored = set(_plain_rows(connection, select(table)))
    new = [row for row in wanted if row not in stored]
    old = stored.difference(wanted)
    if len(old) == len(stored):
        connection.execute(delete(table))
    elif old:
        names = [column.name for column in table.columns]
        is_it = [f"{column.name} = :{column.name}" for column in table.primary_key]
        remove = text(f"DELETE FROM {table.name} WHERE {' AND '.join(is_it)}")  # noqa: S608 - names of our own tables
        connection.execute(remove, [dict(zip(names, row, strict=True)) for row in old])
    if new:
        _insert_plain(connection, table, new)


def _insert_plain(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose values the driver takes as they are: SQLAlchemy's own way costs three times as much."""
    names = [column.name for column in table.columns]
    statement = insert(table).compile(dialect=connection.dialect, column_keys=names)
    if statement.positional:
        connection.exec_driver_sql(str(statement), list(rows))
    else:
        connection.exec_driver_sql(str(statement), [dict(zip(names, row, strict=True)) for row in rows])


def _plain_rows(connection: Connection, query: Select[Any]) -> Iterator[tuple[Any, ...]]:
    """Fetch rows of numbers and texts through the driver's own cursor, for the same reason."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(str(query.compile(connection)))
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows
    finally:
        cursor.close()

"""Stored facts × taxonomy → evidence: one row per project, subject and active day.

Everything here is derived and rebuilt whole; nothing is collected. Values are mapped once each, then joined.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, delete, func, insert, literal, not_, or_, select, update

from data import identities, saving
from data.counted import Work, left_out, narrows
from data.evidence import CONDITION, evidence_of, plain_matches
from data.schema import activities, conditions, evidence, fact_values, facts, mappings, projects, settings
from data.schema import left_out as left_out_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Connection, Select

    from data.models import Correction
    from data.store import Store
    from data.taxonomy import Taxonomy

__all__ = ["DetectResult", "detect", "evidence_of"]

_DETECTED = "detected"


@dataclass(frozen=True, slots=True)
class DetectResult:
    """How many rows there are now; `changed` is False when nothing had to be done."""

    facts: int
    mappings: int
    evidence: int
    left_out: int
    changed: bool


def detect(store: Store, taxonomy: Taxonomy, *, force: bool = False) -> DetectResult:
    """Rebuild mappings and evidence, unless neither facts, taxonomy, identities nor corrections changed."""
    person_id = store.person_id()
    corrections = store.corrections()
    with store.writing() as connection:
        known = identities.known_by(identities.read_identities(connection, person_id))
        state = _state(taxonomy, known, corrections)
        if not force and _stored(connection, _DETECTED) == {"state": state, "version": _stored(connection, "version")}:
            return _counts(connection, changed=False)
        _map_values(connection, taxonomy)
        _leave_out(connection, left_out(_work(connection), known, corrections))
        _rebuild_evidence(connection, corrections)
        saving.grow_version(connection)
        _keep(connection, {"state": state, "version": _stored(connection, "version")})
        return _counts(connection, changed=True)


def _state(taxonomy: Taxonomy, *said: object) -> str:
    return hashlib.sha256(repr((taxonomy.fingerprint, said)).encode()).hexdigest()[:32]


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


def _map_values(connection: Connection, taxonomy: Taxonomy) -> None:
    """Ask the taxonomy once for every distinct value."""
    connection.execute(delete(mappings))
    query = select(fact_values.c.id, fact_values.c.kind, fact_values.c.language, fact_values.c.value)
    rows = [
        {
            "value_id": value_id,
            "subject_kind": match.subject_kind,
            "subject": match.subject,
            "needs": match.needs,
            "weak": match.weak,
            "rule": match.rule,
        }
        for value_id, kind, language, value in connection.execute(query.order_by(fact_values.c.id)).all()
        for match in plain_matches(taxonomy.match(kind, language, value))
    ]
    if rows:
        connection.execute(insert(mappings), rows)


def _work(connection: Connection) -> list[Work]:
    a, p = activities.c, projects.c
    query = select(
        a.id, p.key, p.own, p.fork, a.kind, a.key, a.when, a.author, a.fingerprint, a.bulk, a.reverted
    ).join_from(activities, projects)
    return [Work(*row) for row in connection.execute(query)]


def _leave_out(connection: Connection, out: dict[int, str]) -> None:
    connection.execute(delete(left_out_table))
    if out:
        rows = [{"activity_id": key, "reason": reason} for key, reason in sorted(out.items())]
        connection.execute(insert(left_out_table), rows)


def _rebuild_evidence(connection: Connection, corrections: Sequence[Correction]) -> None:
    connection.execute(delete(evidence))
    connection.execute(delete(conditions))
    narrowing = [_narrowed(c) for c in corrections if narrows(c)]
    columns = [column.name for column in evidence.c]
    plain = _uses(mappings.c.needs == "", mappings.c.subject_kind != CONDITION, *narrowing)
    connection.execute(insert(evidence).from_select(columns, plain))
    since = _uses(mappings.c.subject_kind == CONDITION, *narrowing).subquery()
    query = select(since.c.subject, since.c.project_id, func.min(since.c.day)).group_by(
        since.c.subject, since.c.project_id
    )
    connection.execute(insert(conditions).from_select(["rule", "project_id", "day"], query))
    _add_conditional(connection, narrowing)


def _uses(*where: ColumnElement[bool]) -> Select[Any]:
    """Select strong uses that count, by project, subject and day."""
    keys = (activities.c.project_id, mappings.c.subject_kind, mappings.c.subject, activities.c.day)
    assisted = case((activities.c.assisted, facts.c["count"]), else_=literal(0))
    return (
        select(*keys, func.sum(facts.c["count"]).label("uses"), func.sum(assisted).label("assisted_uses"))
        .select_from(facts)
        .join(activities, activities.c.id == facts.c.activity_id)
        .join(mappings, mappings.c.value_id == facts.c.value_id)
        .outerjoin(left_out_table, left_out_table.c.activity_id == activities.c.id)
        .where(left_out_table.c.activity_id.is_(None), not_(mappings.c.weak), *where)
        .group_by(*keys)
    )


def _narrowed(correction: Correction) -> ColumnElement[bool]:
    """Say what a correction of paths or subjects leaves standing."""
    is_it: list[ColumnElement[bool]] = []
    if correction.project_key:
        of_project = select(projects.c.id).where(projects.c.key == correction.project_key)
        is_it.append(activities.c.project_id.in_(of_project))
    if correction.activity_key:
        is_it.append(activities.c.key == correction.activity_key)
    if correction.path:
        path = correction.path.rstrip("/")
        is_it.append(or_(facts.c.path == path, facts.c.path.startswith(path + "/", autoescape=True)))
    if correction.subject:
        is_it.append(mappings.c.subject == correction.subject)
    return not_(and_(*is_it))


def _add_conditional(connection: Connection, narrowing: list[ColumnElement[bool]]) -> None:
    """Add what counts only beside something else, from the day when its project shows both."""
    uses = _uses(mappings.c.needs != "", *narrowing).add_columns(mappings.c.needs).group_by(mappings.c.needs).subquery()
    query = select(uses, conditions.c.day.label("since")).join(
        conditions, and_(conditions.c.rule == uses.c.needs, conditions.c.project_id == uses.c.project_id)
    )
    added: dict[tuple[int, str, str, date], list[int]] = defaultdict(lambda: [0, 0])
    for row in connection.execute(query).mappings():
        total = added[row["project_id"], row["subject_kind"], row["subject"], max(row["day"], row["since"])]
        total[0] += row["uses"]
        total[1] += row["assisted_uses"]
    for key, (count, assisted) in sorted(added.items()):
        place: dict[str, Any] = dict(zip(("project_id", "subject_kind", "subject", "day"), key, strict=True))
        if not saving.insert_if_new(connection, evidence, {**place, "uses": count, "assisted_uses": assisted}):
            is_it = and_(*(evidence.c[name] == value for name, value in place.items()))
            more = {"uses": evidence.c.uses + count, "assisted_uses": evidence.c.assisted_uses + assisted}
            connection.execute(update(evidence).where(is_it).values(more))

"""The person's word on what was found, as stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, or_, select

from data.models import Correction, Verdict
from data.rows import clean_text
from data.schema import corrections, facts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

_TEXTS = {"project_key": 200, "activity_key": 200, "path": 4096, "subject": 60, "note": 2000}


def add(connection: Connection, person_id: int, correction: Correction, made: datetime) -> int:
    row = {name: clean_text(getattr(correction, name), limit) for name, limit in _TEXTS.items()}
    values = {**row, "verdict": str(correction.verdict), "person_id": person_id, "made": made}
    key = connection.execute(insert(corrections).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def remove(connection: Connection, correction_id: int) -> None:
    connection.execute(delete(corrections).where(corrections.c.id == correction_id))


def read(connection: Connection, person_id: int) -> list[Correction]:
    query = select(corrections).where(corrections.c.person_id == person_id).order_by(corrections.c.id)
    return [
        Correction(verdict=Verdict(row["verdict"]), id=row["id"], **{name: row[name] for name in _TEXTS})
        for row in connection.execute(query).mappings()
    ]


def stands_in(path: str) -> ColumnElement[bool]:
    """Say of a fact whether it stands in a file, below a folder, or in a cell of a notebook."""
    plain = path.rstrip("/")
    below = func.substr(facts.c.path, 1, len(plain) + 1).in_([f"{plain}/", f"{plain}#"])
    return or_(facts.c.path == plain, below)

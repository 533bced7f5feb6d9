"""Values as rows of the store and back.

Everything here may come from a hostile repository: text loses what a database refuses (NUL, lone surrogates)
and is cut to its column, numbers are kept in range, addresses lose their passwords.
"""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, String, Text

from data import schema
from data.models import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Table

    from data.models import Activity, Author, Fact

MAX_INTEGER = 2**31 - 1
# A value stands in a unique index, whose rows PostgreSQL limits to a third of a page (2,704 bytes).
MAX_VALUE = 500
MAX_TEXT = 10_000
MAX_KEY = 200  # activities.key

FactKey = tuple[str, str, str]  # kind, language, value
Place = tuple[str, int, int]  # path, line, count

_USERINFO = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/?#]*@", re.IGNORECASE)


def clean_text(text: str, limit: int = MAX_TEXT) -> str:
    """Return the text as both engines store it: valid UTF-8 without NUL, at most `limit` characters."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text if len(text) <= limit else text[:limit]


def clean_url(url: str) -> str:
    """Return the address without user and password."""
    return _USERINFO.sub(r"\1", clean_text(url.strip()))


def _cleaners(table: Table) -> dict[str, Callable[[Any], Any]]:
    result: dict[str, Callable[[Any], Any]] = {}
    for column in table.columns:
        if isinstance(column.type, Text):
            result[column.name] = clean_text
        elif isinstance(column.type, String):
            result[column.name] = _cut(column.type.length or MAX_TEXT)
        elif isinstance(column.type, Integer):
            result[column.name] = _in_range
    return result


def _cut(limit: int) -> Callable[[str], str]:
    return lambda text: clean_text(text, limit)


def _in_range(number: int) -> int:
    return max(-MAX_INTEGER, min(MAX_INTEGER, int(number)))


_CLEANERS = {table: _cleaners(table) for table in (schema.projects, schema.authors, schema.activities)}


def _clean(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    cleaners = _CLEANERS[table]
    return {name: cleaners[name](value) if name in cleaners else value for name, value in row.items()}


def project_row(project: Project) -> dict[str, Any]:
    row = {f.name: getattr(project, f.name) for f in fields(Project)}
    for name in ("topics", "vanished"):
        row[name] = [clean_text(text, 200) for text in row[name]]
    for name in ("url", "homepage"):
        row[name] = clean_url(row[name])
    return _clean(schema.projects, row)


def project_of(row: Mapping[Any, Any]) -> Project:
    values = {f.name: row[f.name] for f in fields(Project)}
    return Project(**{**values, "topics": tuple(values["topics"]), "vanished": tuple(values["vanished"])})


def author_row(author: Author) -> dict[str, Any]:
    row = {"email": author.email.casefold(), "name": author.name, "commits": author.commits}
    return {
        **_clean(schema.authors, row),
        "first": author.first.astimezone(UTC),
        "last": author.last.astimezone(UTC),
    }


def activity_row(activity: Activity) -> dict[str, Any]:
    """Return the columns of an activity; raises ValueError when its time has no offset."""
    offset = activity.when.utcoffset()
    if offset is None:
        raise ValueError(f"the time of {activity.kind} {activity.key} has no offset")
    row = {
        "kind": activity.kind,
        "key": activity.key,
        "author": activity.author.casefold(),
        "role": str(activity.role),
        "url": clean_url(activity.url),
        "title": clean_text(activity.title, 500),
        "fingerprint": activity.fingerprint,
        "offset": int(offset.total_seconds() // 60),
    }
    return {
        **_clean(schema.activities, row),
        "when": activity.when.astimezone(UTC),
        "day": activity.when.date(),
        "assisted": activity.assisted,
        "bulk": activity.bulk,
        "reverted": activity.reverted,
    }


def fact_places(facts: Iterable[Fact]) -> dict[FactKey, Place]:
    """Join facts of equal kind, language and value: the place of the first, the sum of the counts."""
    places: dict[FactKey, Place] = {}
    for fact in facts:
        key = (str(fact.kind), clean_text(fact.language, 20), clean_text(fact.value, MAX_VALUE))
        found = places.get(key)
        if found is None:
            places[key] = (clean_text(fact.path), _in_range(fact.line), _in_range(fact.count))
        else:
            places[key] = (found[0], found[1], _in_range(found[2] + fact.count))
    return places

"""Small stores and frames for tests."""

from datetime import UTC, date, datetime, timedelta, timezone

import pandas as pd
from sqlalchemy import select

from data.models import Activity, Author, Batch, Fact, FactKind, Project
from data.schema import metadata

ME = "me@example.org"
START = datetime(2020, 1, 6, 12, tzinfo=UTC)


def fact(value, kind=FactKind.SYMBOL, language="python", *, path="a.py", line=1, count=1):
    return Fact(kind, value, language, path, line, count)


def commit(key, *facts, day=0, author=ME, hours=0, **more):
    zone = timezone(timedelta(hours=hours))
    when = (START + timedelta(days=day)).astimezone(zone)
    return Activity("commit", key, when, author=author, facts=tuple(facts), **more)


def author(email=ME, name="Ada Lovelace", commits=3):
    return Author(email, name, commits, START, START + timedelta(days=9))


def project(name="me/one", key="git:1", source="git", **more):
    return Project(source, key, name, **more)


def batch(*activities, of=None, **more):
    return Batch(of or project(), activities, **more)


def rows(store, skip=("settings",)):
    """Everything that is stored, table by table, in a comparable order."""
    with store.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in metadata.sorted_tables
            if table.name not in skip
        }


def evidence(*cells):
    """A frame of evidence from (subject, project_id, day or ISO date, [uses, [assisted_uses, [kind]]])."""
    made = []
    for subject, project_id, day, *rest in cells:
        uses, assisted, kind = (*rest, *(1, 0, "skill")[len(rest) :])
        when = date.fromisoformat(day) if isinstance(day, str) else START.date() + timedelta(days=day)
        made.append((kind, subject, project_id, when, uses, assisted))
    columns = ["subject_kind", "subject", "project_id", "day", "uses", "assisted_uses"]
    frame = pd.DataFrame(made, columns=columns)
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[s]")
    return frame.astype(
        {
            "subject_kind": "category",
            "subject": "category",
            "project_id": "int32",
            "uses": "int32",
            "assisted_uses": "int32",
        }
    )

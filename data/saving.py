"""Saving what a collector hands over: steps of one transaction, each says whether it changed a row."""

from __future__ import annotations

from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import and_, bindparam, delete, insert, select, update
from sqlalchemy.dialects import sqlite

from data.rows import MAX_KEY, activity_row, author_row, clean_text, fact_places, project_row
from data.schema import (
    accounts,
    activities,
    authors,
    bookmarks,
    fact_values,
    facts,
    head_facts,
    project_accounts,
    projects,
    settings,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection, Table
    from sqlalchemy.sql.dml import Insert

    from data.models import Activity, Author, Batch, Fact, Project
    from data.rows import FactKey, Place

T = TypeVar("T")
FOR_EVER = frozenset({"github"})  # what was private there was written for nobody else
CHUNK = 500  # values in one IN (...): every SQLite takes 999


def save_batch(connection: Connection, account_id: int, batch: Batch) -> bool:
    """Save a batch inside the caller's transaction; saving it twice changes nothing the second time.

    Returns whether anything that pages show has changed. Raises ValueError for a time without an offset.
    """
    if connection.dialect.name == "postgresql":
        _save_values_first(connection, batch)
    project_id, changed = save_project(connection, account_id, batch.project)
    gone = set(batch.gone) - {activity.key for activity in batch.activities}
    if gone and not _is_shared(connection, project_id, besides=account_id):
        changed |= retire(connection, project_id, gone)
    changed |= save_activities(connection, project_id, batch.activities)
    if batch.head_facts is not None:
        changed |= save_head_facts(connection, project_id, batch.head_facts)
    if batch.authors is not None:
        changed |= save_authors(connection, project_id, batch.authors)
    save_bookmarks(connection, account_id, batch.bookmarks)
    return changed


def _save_values_first(connection: Connection, batch: Batch) -> None:
    """Take all values at once and in order: two savers that want the same new ones never wait for each other."""
    keys = {key for activity in batch.activities for key in fact_places(activity.facts)}
    save_values(connection, keys | fact_places(batch.head_facts or ()).keys())


def grow_version(connection: Connection) -> None:
    """Tell pages that something they show has changed; the last step of a transaction."""
    row = select(settings.c.value).where(settings.c.name == "version").with_for_update()
    version = connection.execute(row).scalar_one()
    connection.execute(update(settings).where(settings.c.name == "version").values(value=version + 1))


def insert_if_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert the row unless its key is there; returns whether it was inserted."""
    # inline: the new id is not asked for. SQLAlchemy promises the number of inserted rows only on demand.
    insertion = _insert_new(connection, table).inline().execution_options(preserve_rowcount=True)
    return connection.execute(insertion, row).rowcount > 0


def _insert_new(connection: Connection, table: Table) -> Insert:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 1.5 MB that few need

        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def save_project(connection: Connection, account_id: int, project: Project) -> tuple[int, bool]:
    """Insert or update a project; a new name keeps the old one in `vanished`.

    What was private stays private where `FOR_EVER` says so, and where another account leads to it too, which may know
    more; elsewhere the latest word counts.
    """
    account = connection.execute(select(accounts).where(accounts.c.id == account_id)).mappings().one()
    person_id, row = account["person_id"], _with_word(account, project_row(project))
    is_it = and_(projects.c.person_id == person_id, projects.c.key == row["key"])
    stored = connection.execute(select(projects).where(is_it).with_for_update(key_share=True)).mappings().first()
    if stored is None:
        insert_if_new(connection, projects, {**row, "person_id": person_id})
        stored = connection.execute(select(projects).where(is_it).with_for_update(key_share=True)).mappings().one()
        changed = True
    else:
        changed = False
    wanted = _merged(stored, row)
    stays = row["source"] in FOR_EVER or _is_shared(connection, stored["id"], besides=account_id)
    wanted["private"] = row["private"] or (stored["private"] and stays)
    if wanted != {name: stored[name] for name in wanted}:
        connection.execute(update(projects).where(projects.c.id == stored["id"]).values(wanted))
        changed = True
    link = {"project_id": stored["id"], "account_id": account_id}
    changed |= insert_if_new(connection, project_accounts, link)
    return stored["id"], changed


def _with_word(account: Mapping[Any, Any], row: dict[str, Any]) -> dict[str, Any]:
    """A clone as the person speaks of its folder now: the run may have begun before they did."""
    said = account["options"].get("public") if account["source"] == row["source"] == "git" else None
    return row if said is None else {**row, "private": not said}


def _merged(stored: Mapping[Any, Any], row: dict[str, Any]) -> dict[str, Any]:
    names = [*stored["vanished"], *row["vanished"], stored["name"]]
    return {
        **row,
        "head": row["head"] or stored["head"],
        "vanished": [name for name in dict.fromkeys(names) if name != row["name"]],
    }


def _is_shared(connection: Connection, project_id: int, *, besides: int) -> bool:
    """Whether other accounts lead to the project: what one of them does not see another one may."""
    a = project_accounts.c
    leading = select(a.account_id).where(a.project_id == project_id, a.account_id != besides)
    return connection.execute(leading.limit(1)).first() is not None


def save_activities(connection: Connection, project_id: int, items: Sequence[Activity]) -> bool:
    """Insert or update activities with their facts; the last of equal kind and key stands."""
    wanted = {(row["kind"], row["key"]): (row, a) for a in items for row in [activity_row(a)]}
    stored = _stored_activities(connection, project_id, [key for _, key in wanted])
    new = [{**row, "project_id": project_id} for key, (row, _) in wanted.items() if key not in stored]
    if new:
        connection.execute(insert(activities), new)
    altered = [
        {**row, "b_id": stored[key]["id"]}
        for key, (row, _) in wanted.items()
        if key in stored and any(stored[key][name] != value for name, value in row.items())
    ]
    if altered:
        connection.execute(update(activities).where(activities.c.id == bindparam("b_id")), altered)
    ids = {key: row["id"] for key, row in stored.items()}
    ids |= _ids(connection, project_id, [row["key"] for row in new])
    places = {ids[key]: fact_places(a.facts) for key, (_, a) in wanted.items()}
    # a stored one of equal key may be of another kind, which is not what is saved here
    known = {row["id"] for key, row in stored.items() if key in wanted}
    return _save_facts(connection, places, known) or bool(new or altered)


def _stored_activities(
    connection: Connection, project_id: int, keys: Iterable[str]
) -> dict[tuple[str, str], Mapping[Any, Any]]:
    found: dict[tuple[str, str], Mapping[Any, Any]] = {}
    for chunk in _chunks(keys):
        which = and_(activities.c.project_id == project_id, activities.c.key.in_(chunk))
        for row in connection.execute(select(activities).where(which)).mappings():
            found[row["kind"], row["key"]] = row
    return found


def _ids(connection: Connection, project_id: int, keys: Iterable[str]) -> dict[tuple[str, str], int]:
    found = {}
    for chunk in _chunks(keys):
        which = and_(activities.c.project_id == project_id, activities.c.key.in_(chunk))
        for row in connection.execute(select(activities.c.kind, activities.c.key, activities.c.id).where(which)):
            found[row.kind, row.key] = row.id
    return found


def _save_facts(connection: Connection, places: Mapping[int, Mapping[FactKey, Place]], known: Collection[int]) -> bool:
    value_ids = save_values(connection, {key for found in places.values() for key in found})
    wanted = {activity: {value_ids[key]: place for key, place in found.items()} for activity, found in places.items()}
    stored: dict[int, dict[int, Place]] = {activity: {} for activity in known}
    query = select(facts.c.activity_id, facts.c.value_id, facts.c.path, facts.c.line, facts.c.count)
    for chunk in _chunks(known):
        for activity, value, path, line, count in connection.execute(query.where(facts.c.activity_id.in_(chunk))):
            stored[activity][value] = (path, line, count)
    altered = [activity for activity in known if stored[activity] != wanted[activity]]
    for chunk in _chunks(altered):
        connection.execute(delete(facts).where(facts.c.activity_id.in_(chunk)))
    rows = [
        {"activity_id": activity, "value_id": value, "path": path, "line": line, "count": count}
        for activity in (wanted.keys() - set(known)) | set(altered)
        for value, (path, line, count) in wanted[activity].items()
    ]
    rows.sort(key=lambda row: (row["activity_id"], row["value_id"]))  # the order of the table
    if rows:
        connection.execute(insert(facts), rows)
    return bool(rows or altered)


def save_values(connection: Connection, keys: AbstractSet[FactKey]) -> dict[FactKey, int]:
    """Give each distinct value its id, making those that are new."""
    found = _value_ids(connection, sorted(keys))
    missing = sorted(keys - found.keys())
    if missing:
        rows = [{"kind": kind, "language": language, "value": value} for kind, language, value in missing]
        connection.execute(_insert_new(connection, fact_values), rows)
        found |= _value_ids(connection, missing)
    return found


def _value_ids(connection: Connection, keys: Iterable[FactKey]) -> dict[FactKey, int]:
    """Of the values that are there; sorted keys are asked for with the fewest questions."""
    found: dict[FactKey, int] = {}
    for (kind, language), alike in groupby(keys, key=itemgetter(0, 1)):
        which = and_(fact_values.c.kind == kind, fact_values.c.language == language)
        # whole keys as IN ((…), …) would make SQLite look through the table for each chunk
        for chunk in _chunks(key[2] for key in alike):
            query = select(fact_values.c.value, fact_values.c.id).where(which, fact_values.c.value.in_(chunk))
            for value, number in connection.execute(query):
                found[kind, language, value] = number
    return found


def save_head_facts(connection: Connection, project_id: int, items: Iterable[Fact]) -> bool:
    """Replace what the tree at HEAD says."""
    places = fact_places(items)
    value_ids = save_values(connection, places.keys())
    wanted = {value_ids[key]: place for key, place in places.items()}
    of_project = head_facts.c.project_id == project_id
    query = select(head_facts.c.value_id, head_facts.c.path, head_facts.c.line, head_facts.c.count).where(of_project)
    stored = {value: (path, line, count) for value, path, line, count in connection.execute(query)}
    if stored == wanted:
        return False
    connection.execute(delete(head_facts).where(of_project))
    rows = [
        {"project_id": project_id, "value_id": value, "path": path, "line": line, "count": count}
        for value, (path, line, count) in sorted(wanted.items())
    ]
    if rows:
        connection.execute(insert(head_facts), rows)
    return True


def save_authors(connection: Connection, project_id: int, items: Iterable[Author]) -> bool:
    """Replace the identities found in a project's history."""
    wanted = {row["email"]: {**row, "project_id": project_id} for row in map(author_row, items)}
    of_project = authors.c.project_id == project_id
    stored = {row["email"]: dict(row) for row in connection.execute(select(authors).where(of_project)).mappings()}
    if stored == wanted:
        return False
    connection.execute(delete(authors).where(of_project))
    if wanted:
        connection.execute(insert(authors), list(wanted.values()))
    return True


def save_bookmarks(connection: Connection, account_id: int, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        is_it = and_(bookmarks.c.account_id == account_id, bookmarks.c.name == name)
        if value is None:
            connection.execute(delete(bookmarks).where(is_it))
        elif not insert_if_new(connection, bookmarks, {"account_id": account_id, "name": name, "value": value}):
            connection.execute(update(bookmarks).where(is_it).values(value=value))


def retire(connection: Connection, project_id: int, keys: Collection[str]) -> bool:
    """Delete activities that no longer exist at their source, with their facts."""
    deleted = 0
    for chunk in _chunks(clean_text(key, MAX_KEY) for key in keys):
        which = and_(activities.c.project_id == project_id, activities.c.key.in_(chunk))
        deleted += connection.execute(delete(activities).where(which)).rowcount
    return deleted > 0


def _chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk

"""What is stored, as rows and arrays: the same as the frames of data/frames.py, for pages, which do without pandas.

Rows are named tuples; each function says in data/frames.py which fields they have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import case, exists, func, not_, select

from data import ledger, schema
from data.aliases import clones_apart, said_of_all, shown_as, shown_ids, stored_projects
from data.columns import read_numbers, read_rows, row_type
from data.counted import hidden_projects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from data.ledger import Ledger
    from data.store import Store

KINDS = ("skill", "technology", "language")
WORK = ("first", "last", "active_days", "commits")  # of a project, besides what models.Project knows


def evidence(store: Store) -> tuple[list[tuple[str, str]], list[int], NDArray[np.int32]]:
    """Kind and subject, how many rows each has, and their numbers: project (as stored), day, uses, assisted uses."""
    e = schema.evidence.c
    # + 0: read in the table's own order, not project by project through an index and then sorted
    mine = (e.project_id + 0).in_(projects_of(store))
    order = (e.subject_kind, e.subject, e.project_id, e.day)
    sizes = select(*order[:2], func.count()).where(mine).group_by(*order[:2]).order_by(*order[:2])
    rows = select(e.project_id, e.day, e.uses, e.assisted_uses).where(mine).order_by(*order)
    with store.reading() as connection:
        # the words apart, so that a million rows don't carry them
        found = [(str(kind), str(subject), int(size)) for kind, subject, size in connection.execute(sizes)]
        numbers = read_numbers(connection, rows)
    return [(kind, subject) for kind, subject, _ in found], [size for _, _, size in found], numbers


def ledgers(store: Store) -> dict[str, Ledger]:
    """See frames.ledgers."""
    subjects, sizes, numbers = evidence(store)
    shown = shown_ids(store)
    ends = np.cumsum([0, *sizes])
    found = {}
    for kind in KINDS:
        places = [place for place, (of, _) in enumerate(subjects) if of == kind]  # they stand together
        first, last = (places[0], places[-1] + 1) if places else (0, 0)
        codes = np.repeat(np.arange(last - first), sizes[first:last])
        names = [subject for _, subject in subjects[first:last]]
        rows = np.column_stack([codes, numbers[ends[first] : ends[last]]])
        if shown:
            rows = _joined(rows, shown, 1, 3)
        found[kind] = ledger.of_numbers(names, rows[:, 0], rows[:, 1:])
    return found


def activity(store: Store) -> NDArray[Any]:
    """What frames.active_days tells, by project and day: these, activities and commits."""
    a = schema.activities.c
    commits = func.sum(case((a.kind == "commit", 1), else_=0))
    query = (
        select(a.project_id, a.day, func.count(), commits)
        .where(a.project_id.in_(projects_of(store)))
        .where(not_(exists().where(schema.left_out.c.activity_id == a.id)))
        .group_by(a.project_id, a.day)
        .order_by(a.project_id, a.day)
    )
    with store.reading() as connection:
        numbers = read_numbers(connection, query)
    shown = shown_ids(store)
    return _joined(numbers, shown, 0, 2) if shown else numbers


def _joined(rows: NDArray[Any], shown: Mapping[int, int], project: int, key: int) -> NDArray[Any]:
    """Give rows the id that their project is shown as, and add up those whose first `key` columns become equal."""
    rows = rows.copy()
    for stored, as_ in shown.items():
        rows[rows[:, project] == stored, project] = as_
    rows = rows[np.lexsort(rows[:, :key].T[::-1])]
    if not len(rows):
        return rows
    starts = np.flatnonzero(np.r_[True, (rows[1:, :key] != rows[:-1, :key]).any(axis=1)])
    return np.column_stack([rows[starts, :key], np.add.reduceat(rows[:, key:], starts, axis=0, dtype=np.int64)])


def projects(store: Store) -> list[Any]:
    """See frames.projects."""
    stored = stored_projects(store)
    hidden = hidden_projects(said_of_all(stored, store.corrections()))
    stored = [row for row in stored if row.key not in hidden]
    shown, apart = shown_as(stored), clones_apart(stored)
    private = {shown[row.project_id] for row in stored if row.private}
    work = _work(activity(store))
    found = [
        _project(row, private, work.get(row.project_id))
        for row in stored
        if shown[row.project_id] == row.project_id and (row.project_id not in apart or row.project_id in work)
    ]
    twice = {name for name, count in Counter(row.name for row in found).items() if count > 1}
    for place, row in enumerate(found):
        if row.project_id in apart and row.name in twice:
            found[place] = row._replace(name=f"{row.name} (only in your clone)")
    return sorted(found, key=lambda row: row.name.casefold())


def _project(row: Any, private: set[int], work: tuple[int, int, int, int] | None) -> Any:
    first, last, days, commits = work or (None, None, 0, 0)
    row = row._replace(
        private=row.project_id in private, topics=tuple(row.topics or ()), vanished=tuple(row.vanished or ())
    )
    ends = (None if day is None else ledger.date_of(day) for day in (first, last))
    return row_type(*row._fields, *WORK)(*row, *ends, days, commits)


def _work(days: NDArray[Any]) -> dict[int, tuple[int, int, int, int]]:
    """Of each project its first and last day, how many days, and commits; from `activity`."""
    if not len(days):
        return {}
    project = days[:, 0]
    starts = np.flatnonzero(np.r_[True, project[1:] != project[:-1]])
    sizes = np.diff(np.r_[starts, len(project)])
    commits = np.add.reduceat(days[:, 3], starts, dtype=np.int64)
    columns = (days[starts, 1], days[starts + sizes - 1, 1], sizes, commits)
    return dict(zip(project[starts].tolist(), zip(*(column.tolist() for column in columns), strict=True), strict=True))


def head_subjects(store: Store) -> dict[tuple[int, str], frozenset[str]]:
    """What the tree at HEAD of each project shows, whoever wrote it: subjects by project_id and kind of subject."""
    from data.proofs import head_query  # noqa: PLC0415 - proofs are linked, which this is not

    shown = shown_ids(store)
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    with store.reading() as connection:
        for project, kind, subject in connection.execute(head_query(store)):
            found[shown.get(project, project), kind].add(subject)
    return {key: frozenset(subjects) for key, subjects in found.items()}


def authors(store: Store) -> list[Any]:
    """See frames.authors."""
    a = schema.authors.c
    query = select(a.project_id, a.email, a.name, a.commits, a.first, a.last).where(
        a.project_id.in_(projects_of(store))
    )
    with store.reading() as connection:
        rows = read_rows(connection, query)
    shown = shown_ids(store)
    of: dict[str, dict[int, Any]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: (-row.commits, row.name)):
        # one repository that two accounts reach holds the same commits twice
        of[row.email].setdefault(shown.get(row.project_id, row.project_id), row)
    found = [_author(email, list(places.values())) for email, places in of.items()]
    return sorted(found, key=lambda row: (-row.commits, row.email))


def count_authors(store: Store) -> int:
    """Say how many are found in the histories."""
    a = schema.authors.c
    query = select(func.count(a.email.distinct())).where(a.project_id.in_(projects_of(store)))
    with store.reading() as connection:
        return int(connection.execute(query).scalar_one())


def _author(email: str, rows: list[Any]) -> Any:
    made = row_type("email", "name", "commits", "first", "last", "projects")
    first, last = min(row.first for row in rows), max(row.last for row in rows)
    return made(email, rows[0].name, sum(row.commits for row in rows), first, last, len(rows))


def projects_of(store: Store) -> Any:
    """Ids of the person's projects, as a query."""
    return select(schema.projects.c.id).where(schema.projects.c.person_id == store.person_id())

"""What is stored, as frames: each function reads one moment of the store and documents its columns.

Days are `datetime64[s]` at midnight, words that repeat are categories, ids are int32: ten years of a portfolio
stay small in memory. Rows of one repository that two accounts reach carry the id of the project that they are
shown as.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import case, exists, func, not_, select

from data import ledger, schema
from data.aliases import joined, renumbered, said_of_all, shown_as, shown_ids, stored_projects
from data.columns import DAY, as_day, read_frame, read_numbers
from data.counted import hidden_projects
from data.proofs import read_head, read_proofs
from data.unmapped import read_unmapped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from data.ledger import Ledger
    from data.store import Store

KINDS = ("skill", "technology", "language")


def evidence_days(store: Store) -> pd.DataFrame:
    """Evidence by subject, project and active day, sorted by these.

    Columns: subject_kind (category: skill, technology, language), subject (category), project_id, day,
    uses, assisted_uses (int32; those of activities that an assistant had a part in, counted in uses too).
    """
    subjects, sizes, numbers = _evidence(store)
    found = pd.DataFrame(
        {
            "subject_kind": _repeated([kind for kind, _ in subjects], sizes),
            "subject": _repeated([subject for _, subject in subjects], sizes),
            "project_id": numbers[:, 0],
            "day": numbers[:, 1].astype("datetime64[D]").astype(DAY),
            "uses": numbers[:, 2],
            "assisted_uses": numbers[:, 3],
        }
    )
    return joined(found, shown_ids(store), ["subject_kind", "subject", "project_id", "day"])


def ledgers(store: Store) -> dict[str, Ledger]:
    """The same evidence by kind of subject, as arrays: less than half the memory, quicker to filter."""
    if shown_ids(store):
        evidence = evidence_days(store)
        return {kind: ledger.of_frame(evidence, kind) for kind in KINDS}
    subjects, sizes, numbers = _evidence(store)
    ends = np.cumsum([0, *sizes])
    found = {}
    for kind in KINDS:
        places = [place for place, (of, _) in enumerate(subjects) if of == kind]  # they stand together
        first, last = (places[0], places[-1] + 1) if places else (0, 0)
        codes = np.repeat(np.arange(last - first), sizes[first:last])
        names = [subject for _, subject in subjects[first:last]]
        found[kind] = ledger.of_numbers(names, codes, numbers[ends[first] : ends[last]])
    return found


def _evidence(store: Store) -> tuple[list[tuple[str, str]], list[int], NDArray[np.int32]]:
    """Kind and subject, how many rows each has, and their numbers: project, day, uses, assisted uses."""
    e = schema.evidence.c
    # + 0: read in the table's own order, not project by project through an index and then sorted
    mine = (e.project_id + 0).in_(_projects_of(store))
    order = (e.subject_kind, e.subject, e.project_id, e.day)
    sizes = select(*order[:2], func.count()).where(mine).group_by(*order[:2]).order_by(*order[:2])
    rows = select(e.project_id, e.day, e.uses, e.assisted_uses).where(mine).order_by(*order)
    with store.reading() as connection:
        # the words apart, so that a million rows don't carry them
        found = [(str(kind), str(subject), int(size)) for kind, subject, size in connection.execute(sizes)]
        numbers = read_numbers(connection, rows)
    return [(kind, subject) for kind, subject, _ in found], [size for _, _, size in found], numbers


def projects(store: Store) -> pd.DataFrame:
    """Projects as shown, by name.

    Columns: project_id, those of models.Project, first, last (day; NaT without activities), active_days,
    commits. Of rows that are one repository the one that GitHub names stands, private if any of them is. Those that
    the person hid are not there.
    """
    stored = stored_projects(store)
    stored = stored[~stored["key"].isin(hidden_projects(said_of_all(stored, store.corrections())))]
    days = active_days(store)
    shown = shown_as(stored)
    private = set(stored["project_id"][stored["private"]].map(shown))
    stored = stored[stored["project_id"] == stored["project_id"].map(shown)].copy()
    stored["private"] = stored["project_id"].isin(private)
    grouped = days.groupby("project_id")
    work = pd.DataFrame(
        {
            "first": grouped["day"].min(),
            "last": grouped["day"].max(),
            "active_days": grouped["day"].nunique(),
            "commits": grouped["commits"].sum(),
        }
    )
    found = stored.merge(work, how="left", left_on="project_id", right_index=True)
    counts = ["active_days", "commits"]
    found[counts] = found[counts].fillna(0).astype("int64")
    found["topics"] = found["topics"].map(tuple)
    found["vanished"] = found["vanished"].map(tuple)
    by_name = found["name"].str.casefold()
    return found.iloc[by_name.argsort(kind="stable")].reset_index(drop=True)


def proofs(
    store: Store,
    subject_kind: str,
    subject: str,
    *,
    limit: int = 50,
    offset: int = 0,
    projects: Sequence[int] | None = None,
    since: date | None = None,
    until: date | None = None,
) -> pd.DataFrame:
    """The dated facts behind a claim, newest first; weak facts and what was left out or taken back are not there.

    Columns: day, project_id, project (name as stored), project_url, kind (of the activity), key (a commit's id),
    path, line, value (what was seen), rule (of the taxonomy), uses, url (the line or the activity in the web; may be
    empty), assisted. `projects` are ids of frames.projects; None: all. `since` and `until` are the first and last day.
    """
    stored, shown = None, shown_ids(store)
    if projects is not None:
        wanted = set(projects)
        stored = [*wanted, *(project for project, as_ in shown.items() if as_ in wanted)]
    found = read_proofs(
        store,
        subject_kind,
        subject,
        limit=limit,
        offset=offset,
        projects_shown=stored,
        since=since,
        until=until,
    )
    return found.assign(project_id=renumbered(found["project_id"], shown))


def head_subjects(store: Store) -> pd.DataFrame:
    """What the tree at HEAD shows, whoever wrote it, each with the place that shows it best.

    Columns: project_id, subject_kind (category), subject (category), path, line; one row for each project
    and subject.
    """
    found = read_head(store)
    shown = shown_ids(store)
    found["project_id"] = renumbered(found["project_id"], shown)
    return found.drop_duplicates(["project_id", "subject_kind", "subject"]).reset_index(drop=True)


def active_days(store: Store) -> pd.DataFrame:
    """Days on which the person did something, by day and project; what detection left out does not count.

    Columns: day, project_id, activities, commits (of these).
    """
    a = schema.activities.c
    commits = func.sum(case((a.kind == "commit", 1), else_=0)).label("commits")
    query = (
        select(as_day(a.day), a.project_id, func.count().label("activities"), commits)
        .where(a.project_id.in_(_projects_of(store)))
        .where(not_(exists().where(schema.left_out.c.activity_id == a.id)))
        .group_by(a.project_id, a.day)
        .order_by(a.day, a.project_id)
    )
    with store.reading() as connection:
        found = read_frame(connection, query)
    return joined(found, shown_ids(store), ["day", "project_id"])


def left_out(store: Store) -> pd.DataFrame:
    """Activities that add nothing, with the reason, newest first.

    Columns: day, project (name), kind, key, title, reason (category), url.
    """
    a, p, o = schema.activities, schema.projects, schema.left_out
    query = (
        select(as_day(a.c.day), p.c.name.label("project"), a.c.kind, a.c.key, a.c.title, o.c.reason, a.c.url)
        .join(a, a.c.id == o.c.activity_id)
        .join(p, p.c.id == a.c.project_id)
        .where(p.c.person_id == store.person_id())
        .order_by(a.c.day.desc(), a.c.key)
    )
    with store.reading() as connection:
        return read_frame(connection, query, words=("reason",))


def unmapped_imports(store: Store) -> pd.DataFrame:
    """Packages of the person's imports that the taxonomy does not know, the most used first.

    Columns: language, package, distribution (what brings it, where that is known and called otherwise),
    uses, active_days, projects. A package is known when any of its imports is mapped; what comes with a language is
    no package.
    """
    return read_unmapped(store)


def authors(store: Store) -> pd.DataFrame:
    """Everyone found in the histories, with how much they did there, the most active first.

    Columns: email, name (the one with most commits), commits, first, last (UTC), projects.
    """
    columns = schema.authors.c
    query = select(columns.project_id, columns.email, columns.name, columns.commits, columns.first, columns.last).where(
        columns.project_id.in_(_projects_of(store))
    )
    with store.reading() as connection:
        found = read_frame(connection, query)
    found["project_id"] = renumbered(found["project_id"], shown_ids(store))
    found = found.sort_values(["commits", "name"], ascending=[False, True])
    # one repository that two accounts reach holds the same commits twice
    found = found.drop_duplicates(["project_id", "email"])
    grouped = found.groupby("email")
    table = pd.DataFrame(
        {
            "name": grouped["name"].first(),
            "commits": grouped["commits"].sum(),
            "first": grouped["first"].min(),
            "last": grouped["last"].max(),
            "projects": grouped["project_id"].nunique(),
        }
    )
    return table.reset_index().sort_values(["commits", "email"], ascending=[False, True], ignore_index=True)


def sources(store: Store) -> pd.DataFrame:
    """Accounts with their last run.

    Columns: account_id, source, handle, added, projects, state (of the last run; empty without one), started,
    ended, issues (of the last run), done (end of the last run that went to its end).
    """
    links = schema.project_accounts.c
    with store.reading() as connection:
        counted = connection.execute(select(links.account_id, func.count()).group_by(links.account_id)).all()
        ended = connection.execute(
            select(schema.runs.c.account_id, func.max(schema.runs.c.ended))
            .where(schema.runs.c.state == "done")
            .group_by(schema.runs.c.account_id)
        ).all()
    number, done = dict(map(tuple, counted)), dict(map(tuple, ended))
    rows: list[dict[str, Any]] = []
    for account in store.accounts():
        last = next(iter(store.runs(1, account.id)), None)
        rows.append(
            {
                "account_id": account.id,
                "source": account.source,
                "handle": account.handle,
                "added": account.added,
                "projects": number.get(account.id, 0),
                "state": str(last.state) if last else "",
                "started": last.started if last else None,
                "ended": last.ended if last else None,
                "issues": last.issues if last else 0,
                "done": done.get(account.id),
            }
        )
    names = ("account_id", "source", "handle", "added", "projects", "state", "started", "ended", "issues", "done")
    found = pd.DataFrame(rows, columns=list(names))
    for name in ("added", "started", "ended", "done"):
        found[name] = pd.to_datetime(found[name], utc=True).dt.as_unit("s")
    return found


def _projects_of(store: Store) -> Any:
    return select(schema.projects.c.id).where(schema.projects.c.person_id == store.person_id())


def _repeated(words: Sequence[str], times: Sequence[int]) -> Any:
    categories = sorted(set(words))
    places = {word: place for place, word in enumerate(categories)}
    codes: Any = np.repeat(np.array([places[word] for word in words], dtype="int16"), times)
    return pd.Categorical.from_codes(codes, categories=pd.Index(categories, dtype="str"))

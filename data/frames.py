"""What is stored, as frames: each function reads one moment of the store and documents its columns.

Days are `datetime64[s]` at midnight, words that repeat are categories, ids are int32: ten years of a portfolio
stay small in memory. Rows of one repository that two accounts reach carry the id of the project that they are
shown as.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import func, select

from data import schema, shown
from data.aliases import joined, renumbered, shown_ids
from data.columns import DAY, as_day, frame_of, read_frame
from data.later import pd
from data.proofs import PROOF, read_head, read_proofs
from data.unmapped import read_unmapped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from data.ledger import Ledger
    from data.store import Store

_PROJECT = {
    "project_id": "int32",
    **dict.fromkeys(("source", "key", "name", "url"), "text"),
    **dict.fromkeys(("private", "fork", "own", "archived"), "bool"),
    "description": "text",
    "topics": "object",
    "licence": "text",
    "stars": "int32",
    "readme": "bool",
    **dict.fromkeys(("homepage", "default_branch", "head", "state"), "text"),
    "vanished": "object",
}


def evidence_days(store: Store) -> pd.DataFrame:
    """Evidence by subject, project and active day, sorted by these.

    Columns: subject_kind (category: skill, technology, language), subject (category), project_id, day,
    uses, assisted_uses (int32; those of activities that an assistant had a part in, counted in uses too).
    """
    subjects, sizes, numbers = shown.evidence(store)
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
    return shown.ledgers(store)


def projects(store: Store) -> pd.DataFrame:
    """Projects as shown, by name.

    Columns: project_id, those of models.Project, first, last (day; NaT without activities), active_days,
    commits. Of rows that are one repository the one that GitHub names stands, private if any of them is. Those that
    the person hid are not there.
    """
    counts = {"active_days": "int64", "commits": "int64"}
    return frame_of(shown.projects(store), _PROJECT | {"first": "day", "last": "day"} | counts)


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
    rows = read_proofs(
        store, subject_kind, subject, limit=limit, offset=offset, projects_shown=projects, since=since, until=until
    )
    return frame_of(rows, PROOF)


def head_subjects(store: Store) -> pd.DataFrame:
    """What the tree at HEAD shows, whoever wrote it, each with the place that shows it best.

    Columns: project_id, subject_kind (category), subject (category), path, line; one row for each project
    and subject.
    """
    found, same = read_head(store), shown_ids(store)
    found["project_id"] = renumbered(found["project_id"], same)
    return found.drop_duplicates(["project_id", "subject_kind", "subject"]).reset_index(drop=True)


def active_days(store: Store) -> pd.DataFrame:
    """Days on which the person did something, by day and project; what detection left out does not count.

    Columns: day, project_id, activities, commits (of these).
    """
    found = pd.DataFrame(shown.activity(store), columns=["project_id", "day", "activities", "commits"])
    found = found.sort_values(["day", "project_id"], ignore_index=True)
    days = found["day"].to_numpy().astype("datetime64[D]").astype(DAY)
    return pd.DataFrame(
        {
            "day": days,
            "project_id": found["project_id"].astype("int32"),
            "activities": found["activities"].astype("int64"),
            "commits": found["commits"].astype("int64"),
        }
    )


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
    counts = dict.fromkeys(("uses", "active_days", "projects"), "int64")
    return frame_of(read_unmapped(store), dict.fromkeys(("language", "package", "distribution"), "text") | counts)


def authors(store: Store) -> pd.DataFrame:
    """Everyone found in the histories, with how much they did there, the most active first.

    Columns: email, name (the one with most commits), commits, first, last (UTC), projects.
    """
    rows = shown.authors(store)
    counts = {"commits": "int64", "projects": "int64"}
    found = frame_of(rows, {"email": "text", "name": "text", "first": "object", "last": "object"} | counts)
    for name in ("first", "last"):
        found[name] = pd.to_datetime(found[name], utc=True).dt.as_unit("s")
    return found[["email", "name", "commits", "first", "last", "projects"]]


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


def _repeated(words: Sequence[str], times: Sequence[int]) -> Any:
    categories = sorted(set(words))
    places = {word: place for place, word in enumerate(categories)}
    codes: Any = np.repeat(np.array([places[word] for word in words], dtype="int16"), times)
    return pd.Categorical.from_codes(codes, categories=pd.Index(categories, dtype="str"))

"""What Kaggle said of a person, as frames: competitions, submissions, notebooks, data sets and models, standing.

Read from activities of Kaggle's projects and their `community` facts (see docs/architecture.md, Kaggle). Days are
`datetime64[s]`. Medals and tiers are those that Kaggle awarded; none is worked out here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, not_, select

from data.columns import DAY
from data.later import pd
from data.links import safe_url
from data.models import FactKind, Verdict
from data.schema import activities, fact_values, facts, left_out, projects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from data.store import Store

SOURCE = "kaggle"
_MARK = "kaggle-"
TAKEN_BACK = (Verdict.NOT_MINE, Verdict.WRONG, Verdict.HIDE)
COMPETITIONS = {
    "project_id": "int32", "slug": "str", "title": "str", "url": "str", "day": DAY, "deadline": DAY, "rank": "Int64",
    "teams": "Int64", "top_share": "float64", "submissions": "int64", "score": "str", "metric": "str",
    "category": "str", "awards_points": "bool", "medal": "str", "medal_day": DAY, "private": "bool",
}  # fmt: skip
SUBMISSIONS = {
    "project_id": "int32", "slug": "str", "competition": "str", "day": DAY, "key": "str", "title": "str",
    "score": "str", "private_score": "str", "url": "str", "private": "bool",
}  # fmt: skip
WORKS = {
    "project_id": "int32", "name": "str", "title": "str", "url": "str", "votes": "int64", "versions": "int64",
    "first": DAY, "last": DAY, "medal": "str", "medal_day": DAY, "state": "str", "fork": "bool", "private": "bool",
}  # fmt: skip
STANDING = {
    "person": "str", "category": "str", "tier": "str", "day": DAY, "points": "int64", "rank": "Int64",
    "highest_rank": "Int64", "gold": "int64", "silver": "int64", "bronze": "int64",
}  # fmt: skip


@dataclass(slots=True)
class _Done:
    """An activity with what Kaggle said of it: numbers by name, and texts by what stands before the first colon."""

    project: Mapping[Any, Any]
    kind: str
    key: str
    day: Any
    url: str
    title: str
    numbers: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return str(self.project["key"]).rpartition("/")[2]


def competitions(store: Store) -> pd.DataFrame:
    """Competitions that the person took part in, latest deadline or day first.

    Columns: project_id, slug, title, url, day (the first submission; with a leaderboard file the last one), deadline
    (NaT when not known), rank, teams (<NA> when not known), top_share (rank ÷ teams, 0 to 1: 0.02 is among the best two
    of a hundred; NaN), submissions (the person's), score (as written), metric, category, awards_points, medal (gold,
    silver, bronze, ""), medal_day, private.
    """
    return _frame(competition_rows(store), COMPETITIONS)


def competition_rows(store: Store) -> list[dict[str, Any]]:
    """The same as plain values, `deadline` a date or None."""
    found: dict[int, dict[str, Any]] = {}
    medals = {}
    for done in _read(store, ("competition", "medal")):
        project_id = int(done.project["id"])
        if done.kind == "medal":
            medals[project_id] = {"medal": done.key, "medal_day": done.day}
            continue
        rank, teams = done.numbers.get("rank"), done.numbers.get("teams")
        found[project_id] = {
            "project_id": project_id,
            "slug": done.slug,
            "title": done.title,
            "url": safe_url(str(done.project["url"])),
            "day": done.day,
            "deadline": _date(done.texts.get("deadline", "")),
            "rank": rank,
            "teams": teams,
            "top_share": min(1.0, rank / teams) if rank and teams else None,
            "submissions": done.numbers.get("submissions", 0),
            "score": done.texts.get("score", ""),
            "metric": done.texts.get("metric", ""),
            "category": done.texts.get("category", ""),
            "awards_points": "awards-points" in done.numbers,
            "medal": "",
            "medal_day": None,
            "private": bool(done.project["private"]),
        }
    rows = [{**row, **medals.get(project_id, {})} for project_id, row in found.items()]
    return sorted(rows, key=lambda row: row["deadline"] or row["day"])[::-1]


def submissions(store: Store) -> pd.DataFrame:
    """Submissions to competitions, oldest first.

    Columns: project_id, slug, competition (title), day, key, title, score (public), private_score (both as written, ""
    for none), url, private.
    """
    rows = [
        {
            "project_id": int(done.project["id"]),
            "slug": done.slug,
            "competition": str(done.project["name"]),
            "day": done.day,
            "key": done.key,
            "title": done.title,
            "score": done.texts.get("score", ""),
            "private_score": done.texts.get("private-score", ""),
            "url": safe_url(done.url),
            "private": bool(done.project["private"]),
        }
        for done in _read(store, ("submission",))
    ]
    return _frame(rows, SUBMISSIONS)


def kaggle_notebooks(store: Store) -> pd.DataFrame:
    """Notebooks and scripts, those that ran last first.

    Columns: project_id, name (owner/slug), title, url, votes, versions (that are known), first, last (day of a
    version), medal, medal_day, state (ok, gone), fork, private. Their skills are in frames.evidence_days by project_id.
    """
    return _works(store, "notebook")


def kaggle_datasets(store: Store) -> pd.DataFrame:
    """Data sets that the person published; columns as of `kaggle_notebooks`."""
    return _works(store, "dataset")


def kaggle_models(store: Store) -> pd.DataFrame:
    """Models that the person published; columns as of `kaggle_notebooks`."""
    return _works(store, "model")


def standing(store: Store) -> pd.DataFrame:
    """Tier, ranks and medal totals by category, as Meta Kaggle's files told them.

    Columns: person (user name), category (competitions, scripts, discussion …), tier (novice … grandmaster, "" for an
    unknown one), day (on which it was reached), points, rank, highest_rank (<NA> for none), gold, silver, bronze.
    """
    made = _frame(standing_rows(store), STANDING)
    return made.sort_values(["person", "category"], ignore_index=True)


def standing_rows(store: Store) -> list[dict[str, Any]]:
    """The same as plain values."""
    return [
        {
            "person": done.slug,
            "category": done.key,
            "tier": done.texts.get("tier", "").rpartition(":")[2],
            "day": done.day,
            "points": done.numbers.get("points", 0),
            "rank": done.numbers.get("current-rank"),
            "highest_rank": done.numbers.get("highest-rank"),
            **{colour: done.numbers.get(f"medals:{colour}", 0) for colour in ("gold", "silver", "bronze")},
        }
        for done in _read(store, ("tier",))
    ]


def _works(store: Store, kind: str) -> pd.DataFrame:
    return _frame(work_rows(store, kind), WORKS)


def work_rows(store: Store, kind: str) -> list[dict[str, Any]]:
    """Notebooks (or what `kind` says: dataset, model) as plain values, those that ran last first."""
    grouped: dict[int, list[_Done]] = defaultdict(list)
    for done in _read(store, (kind, "medal")):
        if str(done.project["key"]).startswith(f"kaggle:{kind}/"):
            grouped[int(done.project["id"])].append(done)
    rows = [_work(each, kind) for each in grouped.values() if any(done.kind == kind for done in each)]
    return sorted(rows, key=lambda row: (-row["last"].toordinal(), row["name"]))


def _work(done: Sequence[_Done], kind: str) -> dict[str, Any]:
    versions = [each for each in done if each.kind == kind]
    medal = next((each for each in reversed(done) if each.kind == "medal"), None)
    project = done[0].project
    return {
        "project_id": int(project["id"]),
        "name": str(project["name"]),
        "title": versions[-1].title or str(project["name"]),
        "url": safe_url(str(project["url"])),
        "votes": int(project["stars"]),
        "versions": len(versions),
        "first": versions[0].day,
        "last": versions[-1].day,
        "medal": medal.key if medal else "",
        "medal_day": medal.day if medal else None,
        "state": str(project["state"]),
        "fork": bool(project["fork"]),
        "private": bool(project["private"]),
    }


def _read(store: Store, kinds: Sequence[str]) -> list[_Done]:
    """Activities of Kaggle's projects, by day and time; not those that the person took back."""
    p, a, v = projects.c, activities.c, fact_values.c
    taken_back = exists().where(left_out.c.activity_id == a.id, left_out.c.reason.in_(TAKEN_BACK))
    of_person = (p.person_id == store.person_id(), p.source == SOURCE, a.kind.in_(kinds), not_(taken_back))
    about = (p.id, p.key, p.name, p.url, p.stars, p.state, p.fork, p.private)
    done = select(
        a.id.label("activity_id"), a.kind, a.key.label("activity_key"), a.day, a.url.label("link"), a.title, *about
    )
    said = select(facts.c.activity_id, v.value, facts.c["count"].label("times"))
    with store.reading() as connection:
        rows = connection.execute(
            done.join_from(activities, projects).where(*of_person).order_by(a.day, a.when, a.id)
        ).mappings()
        found = {
            row["activity_id"]: _Done(row, row["kind"], row["activity_key"], row["day"], row["link"], row["title"])
            for row in rows
        }
        query = (
            said.join_from(facts, fact_values)
            .join(activities, a.id == facts.c.activity_id)
            .join(projects, p.id == a.project_id)
            .where(*of_person, v.kind == str(FactKind.COMMUNITY), v.value.startswith(_MARK))
        )
        for activity_id, value, times in connection.execute(query):
            name, colon, text = str(value).removeprefix(_MARK).partition(":")
            if colon and name != "medals":
                found[activity_id].texts[name] = text
            else:
                found[activity_id].numbers[f"{name}{colon}{text}"] = int(times)
    return list(found.values())


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _frame(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    made = pd.DataFrame(list(rows), columns=list(columns))
    for name, dtype in columns.items():
        made[name] = pd.to_datetime(made[name]).astype(DAY) if dtype == DAY else made[name].astype(dtype)  # type: ignore[call-overload]
    return made

"""What is kept of a Kaggle work: its project, and the activities with what Kaggle says of them. Pure.

Values of `community` facts, all beginning in `kaggle-`: notebook, dataset, model, competition, submission say what
was done in public; rank, teams, submissions, vote carry a number as their count; score:, private-score:, metric:,
deadline:, tier:, medal: carry a text. Only what the taxonomy maps shows a skill.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from collectors.kaggle.address import WEB
from data.models import Activity, Fact, FactKind, Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from collectors.kaggle.parse import Competition, Dataset, Model, Notebook, Publication, Submission

SOURCE = "kaggle"
PLACES = {"notebook": "code", "dataset": "datasets", "model": "models"}  # in addresses of pages


def says(value: str, count: int = 1) -> Fact:
    return Fact(FactKind.COMMUNITY, f"kaggle-{value}", count=count)


def author(user: str) -> str:
    return f"kaggle:{user}"


def tags(names: Iterable[str]) -> list[Fact]:
    return [Fact(FactKind.TAG, name) for name in names]


def data(names: Iterable[str]) -> list[Fact]:
    return [Fact(FactKind.DATA, name) for name in names]


# ---- notebooks ---------------------------------------------------------------------------------------


def notebook_key(found: Notebook) -> str:
    return f"kaggle:notebook/{found.id or found.ref.lower()}"


def notebook_project(found: Notebook, *, private: bool, fork: bool = False) -> Project:
    return replace(_project(found, "notebook", private=private), description=found.title, fork=fork)


def notebook_version(found: Notebook, user: str, when: datetime, code: Sequence[Fact], *, private: bool) -> Activity:
    """One version that was seen, on the day of its run. `code` are the facts of the lines it brought."""
    facts = [says("private-notebook" if private else "notebook"), *code, *tags(found.tags), *data(found.data)]
    facts += data(found.competitions)
    return Activity(
        kind="notebook",
        key=run_key(found, when),
        when=when,
        author=author(user),
        url=f"{WEB}/code/{found.ref}",
        title=found.title or found.ref,
        fingerprint=hash_of(f"{user}\0{found.source}") if found.source else "",
        facts=tuple(facts),
    )


def run_key(found: Notebook, when: datetime) -> str:
    """The key of the activity of a version that ran then."""
    return version_key(found.version) or f"run-{when.isoformat()}"


def version_key(version: int) -> str:
    return f"v{version}" if version else ""


def hash_of(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


# ---- data sets and models ----------------------------------------------------------------------------


def dataset_project(found: Dataset, *, private: bool) -> Project:
    project = _project(found, "dataset", private=private)
    return replace(project, description=found.about or found.title, licence=found.licence)


def dataset_versions(found: Dataset, user: str, *, private: bool) -> list[Activity]:
    versions = dict(found.versions)
    if not versions and found.updated is not None:
        versions = {found.version: found.updated}
    facts = (
        says("private-dataset" if private else "dataset"),
        *tags(found.tags),
        *data([found.ref.rpartition("/")[2]]),
    )
    when = {version_key(number) or "latest": when for number, when in versions.items()}
    return _activities(found, "dataset", user, when, facts)


def model_project(found: Model, *, private: bool) -> Project:
    project = _project(found, "model", private=private)
    return replace(project, description=found.about or found.title)


def model_versions(found: Model, user: str, *, private: bool) -> list[Activity]:
    """Its publication, and each day on which a run saw that it was changed."""
    days = {"published": found.published}
    if found.updated and (not found.published or found.updated.date() > found.published.date()):
        days[f"updated-{found.updated.date()}"] = found.updated
    facts = (says("private-model" if private else "model"), *tags([*found.tags, *found.frameworks]))
    return _activities(found, "model", user, days, facts)


# ---- alike of all of them ----------------------------------------------------------------------------


def _project(found: Notebook | Publication, kind: str, *, private: bool) -> Project:
    return Project(
        source=SOURCE,
        key=f"kaggle:{kind}/{found.id or found.ref.lower()}",
        name=found.ref,
        url=f"{WEB}/{PLACES[kind]}/{found.ref}",
        private=private,
        topics=found.tags,
        stars=found.votes,
    )


def _activities(
    found: Publication,
    kind: str,
    user: str,
    days: Mapping[str, datetime | None],
    facts: tuple[Fact, ...],
) -> list[Activity]:
    """One for each key that has a day."""
    url, title = f"{WEB}/{PLACES[kind]}/{found.ref}", found.title or found.ref
    return [
        Activity(kind=kind, key=key, when=when, author=author(user), url=url, title=title, facts=facts)
        for key, when in days.items()
        if when is not None
    ]


# ---- competitions ------------------------------------------------------------------------------------


def competition_key(slug: str) -> str:
    return f"kaggle:competition/{slug}"


def competition_project(found: Competition) -> Project:
    return Project(
        source=SOURCE,
        key=competition_key(found.slug),
        name=found.title or found.slug,
        url=f"{WEB}/competitions/{found.slug}",
        own=False,
        description=found.about,
        topics=tuple(dict.fromkeys([*([found.category] if found.category else []), *found.tags])),
    )


def competition_result(found: Competition, user: str, when: datetime, *, entries: int = 0, score: str = "") -> Activity:
    """Having taken part, with where the person stands. `entries` are submissions, `score` as written."""
    facts = [says("competition"), *tags(found.tags), *data([found.slug])]
    for name, count in (("rank", found.rank), ("teams", found.teams), ("submissions", entries)):
        if count:
            facts.append(says(name, count))
    for name, text in (
        ("metric", found.metric),
        ("score", score),
        ("category", found.category),
        ("deadline", found.deadline.date().isoformat() if found.deadline else ""),
    ):
        if text:
            facts.append(says(f"{name}:{text}"))
    if found.points:
        facts.append(says("awards-points"))
    return Activity(
        kind="competition",
        key="result",
        when=when,
        author=author(user),
        url=f"{WEB}/competitions/{found.slug}",
        title=found.title or found.slug,
        facts=tuple(facts),
    )


def submission(found: Submission, slug: str, user: str) -> Activity:
    facts = [says("submission")]
    facts += [says(f"score:{found.public}")] if found.public else []
    facts += [says(f"private-score:{found.private}")] if found.private else []
    return Activity(
        kind="submission",
        key=found.key,
        when=found.when,
        author=author(user),
        url=f"{WEB}/competitions/{slug}/submissions",
        title=found.title,
        facts=tuple(facts),
    )


# ---- what Kaggle awards ------------------------------------------------------------------------------


def medal(colour: str, when: datetime, user: str, url: str, title: str) -> Activity:
    return Activity(
        kind="medal",
        key=colour,
        when=when,
        author=author(user),
        url=url,
        title=title,
        facts=(says(f"medal:{colour}"),),
    )

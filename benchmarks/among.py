"""What ten years among others add to the generated portfolio: Kaggle, Stack Overflow, others' repositories, entries.

The shapes are those that the collectors save (docs/architecture.md), the numbers those of someone very busy:
60 competitions with 600 submissions, 120 notebooks with 480 versions, 3,000 answers, 240 badges, 1,200 pull requests,
reviews and issues in 40 repositories, 300 entries.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from data.learning import Entry, import_entries
from data.models import Activity, Batch, Fact, FactKind, Project

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from data.store import Store

FIRST = datetime(2016, 1, 4, 12, tzinfo=UTC)
DAYS = 3_640
TAGS = ("python", "pandas", "numpy", "pytorch", "sql", "scikit-learn", "matplotlib", "dataframe", "r", "keras")


def fill(store: Store, chance: np.random.Generator, code: Sequence[Fact]) -> None:
    """Save it; `code` are facts as they stand in notebooks."""
    kaggle, exchange = store.add_account("kaggle", "me"), store.add_account("stackoverflow", "7")
    github = store.add_account("github", "me")
    for number in range(60):
        store.save_batch(kaggle, _competition(chance, number))
    for number in range(120):
        store.save_batch(kaggle, _notebook(chance, number, code))
    site = Project("stackoverflow", "stackoverflow:7", "Stack Overflow", "https://stackoverflow.com/users/7")
    reputation = [Fact(FactKind.COMMUNITY, "reputation", count=31_000)]
    store.save_batch(exchange, Batch(site, [*_answers(chance), *_badges(chance)], reputation))
    for number in range(40):
        store.save_batch(github, _repository(chance, number))
    kinds = ("course", "certificate", "talk", "meetup", "reading")
    entries = [
        Entry(kinds[n % 5], f"Evening {n}", _when(chance).date(), 90, public=n % 3 == 0, key=f"ics-{n}")
        for n in range(300)
    ]
    import_entries(store, entries)


def _when(chance: np.random.Generator) -> datetime:
    return FIRST + timedelta(days=int(chance.integers(0, DAYS)), seconds=int(chance.integers(0, 30_000)))


def _said(value: str, count: int = 1) -> Fact:
    return Fact(FactKind.COMMUNITY, value, count=count)


def _competition(chance: np.random.Generator, number: int) -> Batch:
    begin, teams = _when(chance), int(chance.integers(200, 5_000))
    facts = [
        _said("kaggle-competition"),
        _said("kaggle-rank", int(chance.integers(1, teams))),
        _said("kaggle-teams", teams),
    ]
    facts += [_said("kaggle-submissions", 10), _said(f"kaggle-deadline:{(begin + timedelta(days=60)).date()}")]
    done = [Activity("competition", "result", begin, title=f"Cup {number}", facts=tuple(facts))]
    for place in range(10):
        score = (_said("kaggle-submission"), _said(f"kaggle-score:0.{900 + place}"))
        done.append(
            Activity("submission", f"{number}-{place}", begin + timedelta(days=place), title="blend", facts=score)
        )
    url = f"https://www.kaggle.com/competitions/cup-{number}"
    return Batch(Project("kaggle", f"kaggle:competition/cup-{number}", f"Cup {number}", url, own=False), done)


def _notebook(chance: np.random.Generator, number: int, code: Sequence[Fact]) -> Batch:
    begin = _when(chance)
    done = []
    for version in range(1, 5):
        seen = [code[int(place)] for place in chance.choice(len(code), 12, replace=False)]
        facts = (_said("kaggle-notebook"), *seen)
        when = begin + timedelta(days=3 * version)
        done.append(Activity("notebook", f"v{version}", when, title=f"Notebook {number}", facts=facts))
    url = f"https://www.kaggle.com/code/me/notebook-{number}"
    return Batch(Project("kaggle", f"kaggle:notebook/{number}", f"me/notebook-{number}", url, stars=number % 40), done)


def _answers(chance: np.random.Generator) -> list[Activity]:
    found = []
    for number in range(3_000):
        tags = [Fact(FactKind.TAG, TAGS[int(place)]) for place in chance.choice(len(TAGS), 3, replace=False)]
        facts = [_said("answer"), _said("score", int(chance.integers(0, 30))), *tags]
        facts += [_said("accepted-answer")] if number % 3 == 0 else []
        url = f"https://stackoverflow.com/a/{number}"
        found.append(
            Activity("answer", str(number), _when(chance), url=url, title=f"How {number}?", facts=tuple(facts))
        )
    return found


def _badges(chance: np.random.Generator) -> list[Activity]:
    facts = (_said("badge"), _said("badge-bronze"))
    return [Activity("badge", f"badge-{n}", _when(chance), title=f"Badge {n % 60}", facts=facts) for n in range(240)]


def _repository(chance: np.random.Generator, number: int) -> Batch:
    name, done = f"others/library-{number}", []
    for place in range(30):
        kind = ("pull-request", "review", "issue")[place % 3]
        facts = [Fact(FactKind.FORGE, kind if kind == "review" else f"{kind}-elsewhere")]
        facts += [Fact(FactKind.FORGE, "pull-request-merged")] if place % 2 and kind == "pull-request" else []
        url = f"https://github.com/{name}/pull/{place}"
        done.append(Activity(kind, str(place), _when(chance), url=url, title=f"Part {place}", facts=tuple(facts)))
    return Batch(Project("github", f"github:{9_000 + number}", name, f"https://github.com/{name}", own=False), done)

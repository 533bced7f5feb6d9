"""A store as a working engineer's might be after ten years: 300 repositories, about a million facts. Always the same.

What is generated follows what histories look like: a few large repositories and many small ones, each worked on
for a while and then left; bursts of days, seasons of technologies, few values that are used everywhere and a long
tail. Values are those of the taxonomy's own patterns, and as many that no entry knows.

    with generated.portfolio(Path("store.db"), taxonomy) as store: ...
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import among
import numpy as np

from data.detect import detect
from data.models import Activity, Author, Batch, Fact, FactKind, Identity, IdentityKind, IdentityState, Project
from data.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from data.taxonomy import Taxonomy

ME = "me@example.org"
FIRST = datetime(2016, 1, 4, 12, tzinfo=UTC)
DAYS = 3_650
REPOSITORIES = 300
FACTS = 1_000_000
FACTS_A_COMMIT = 25
UNKNOWN = 20_000  # values that no entry knows


@contextmanager
def portfolio(path: Path, taxonomy: Taxonomy, facts: int = FACTS, seed: int = 1) -> Iterator[Store]:
    """Make the store at `path` unless it is there, with its evidence, and open it."""
    is_there = path.exists()
    with Store.open(path) as store:
        if not is_there:
            fill(store, taxonomy, facts, seed)
        detect(store, taxonomy)
        yield store


def fill(store: Store, taxonomy: Taxonomy, facts: int = FACTS, seed: int = 1) -> None:
    """Save one batch for each repository, as a collector would."""
    chance = np.random.default_rng(seed)
    entries, unknown = _entries(taxonomy), _unknown()
    store.save_identity(Identity(IdentityKind.EMAIL, ME, IdentityState.CONFIRMED, "person"))
    account = store.add_account("git", "/home/me/work")
    weights = np.sort(chance.pareto(1.1, REPOSITORIES) + 0.05)[::-1]
    weights = np.minimum(weights, weights.sum() / 12)
    commits = np.maximum(3, (weights / weights.sum() * facts / FACTS_A_COMMIT)).astype(int)
    for number, size in enumerate(commits):
        store.save_batch(account, _batch(chance, number, int(size), entries, unknown))
    among.fill(store, chance, [fact for found in entries[:40] for fact in found[:5]])


def _entries(taxonomy: Taxonomy) -> list[list[Fact]]:
    """Return the values that each technology and rule knows, those with most of them first."""
    known: dict[str, dict[tuple[str, str, str], None]] = {}
    for clause in taxonomy.clauses:
        if not clause.matches:  # it only says what a name does not show
            continue
        found = known.setdefault(clause.matches[0].rule.partition(":")[0], {})
        language = clause.languages[0] if clause.languages else ""
        found |= {(clause.kind, language, _fitting(pattern)): None for pattern in clause.patterns}
    facts = [[Fact(FactKind(kind), value, language) for kind, language, value in found] for found in known.values()]
    return sorted(facts, key=lambda found: (-len(found), found[0].value))


def _unknown() -> list[Fact]:
    return [
        Fact(FactKind.SYMBOL if n % 7 else FactKind.IMPORT, f"library{n % 900}.part{n % 31}.name{n}", "python")
        for n in range(UNKNOWN)
    ]


def _fitting(pattern: str) -> str:
    return pattern.replace("~()", ".thing()").replace("**", "inner").replace("*", "x")


def _batch(
    chance: np.random.Generator, number: int, commits: int, entries: list[list[Fact]], unknown: list[Fact]
) -> Batch:
    start = int(chance.integers(0, DAYS - 30))
    span = int(min(DAYS - start, 20 + chance.exponential(60) + commits * 2))
    weights = 1 / (np.arange(len(entries)) + 3)  # few technologies are everywhere, most in few repositories
    size = min(len(entries), 5 + int(commits**0.5))
    stack = chance.choice(len(entries), size=size, replace=False, p=weights / weights.sum())
    used = [fact for n in stack for fact in entries[n][: 4 + commits // 10]]
    tail = chance.choice(len(unknown), size=min(len(unknown), 2 * len(used)), replace=False)
    palette = [*used, *(unknown[n] for n in tail)]
    chance.shuffle(palette)  # type: ignore[arg-type]
    ranks = chance.zipf(1.25, size=(commits, FACTS_A_COMMIT * 2)) - 1
    days = np.sort((chance.beta(1.2, 1.6, commits) * span).astype(int))
    activities = [
        _commit(number, place, FIRST + timedelta(days=start + int(day), seconds=place % 30_000), row, palette)
        for place, (day, row) in enumerate(zip(days, ranks, strict=True))
    ]
    name = f"me/project-{number:03d}"
    return Batch(
        Project(
            "git", f"git:{number:040x}", name, url=f"https://github.com/{name}", private=number % 9 == 0, readme=True
        ),
        activities,
        head_facts=[_placed(fact, place) for place, fact in enumerate(palette[: 40 + commits // 3])],
        authors=[Author(ME, "Me", commits, activities[0].when, activities[-1].when)],
    )


def _commit(repository: int, place: int, when: datetime, ranks: np.ndarray, palette: list[Fact]) -> Activity:
    # what is used most in a repository moves on as it grows, a little with every commit
    shift = place // 12
    chosen = dict.fromkeys(int(rank + shift) % len(palette) for rank in np.minimum(ranks, len(palette)))
    facts = [_placed(palette[rank], rank) for rank in list(chosen)[:FACTS_A_COMMIT]]
    facts.append(Fact(FactKind.LANGUAGE, "python", "python", f"src/module{place % 40}.py", 1, 20))
    facts.append(Fact(FactKind.FORGE, "commit"))
    return Activity(
        kind="commit",
        key=f"{repository:08x}{place:032x}",
        when=when,
        author=ME,
        title=f"Change {place}",
        fingerprint=f"{repository:08x}{place:024x}",
        assisted=place % 20 == 0,
        facts=tuple(facts),
    )


def _placed(fact: Fact, rank: int) -> Fact:
    return Fact(fact.kind, fact.value, fact.language, f"src/module{rank % 40}.py", rank % 300 + 1, 1 + rank % 3)

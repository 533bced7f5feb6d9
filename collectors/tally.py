"""Facts of one commit or one tree, equal ones counted together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from collectors.planning import Surroundings
    from collectors.reading import Document
    from data.models import Fact, FactKind


def read_facts(
    document: Document, path: str, indexes: Collection[int] | None, surroundings: Surroundings
) -> Sequence[Fact]:
    try:
        return document.facts(indexes)
    except Exception:  # noqa: BLE001 - hostile text: whatever a parser raises is an issue, not a crash
        surroundings.problem("reader-failed", path)
        return ()


class Tally:
    """Equal facts counted together, at the place where they were seen first (or best, by `rank`)."""

    def __init__(self, most: int, rank: Callable[[Fact], int] = lambda _: 0) -> None:
        self._most = most
        self._rank = rank
        self._found: dict[tuple[FactKind, str, str], tuple[int, Fact, int]] = {}
        self.full = False

    def add(self, facts: Iterable[Fact]) -> None:
        found = self._found
        for fact in facts:
            key = (fact.kind, fact.language, fact.value)
            known = found.get(key)
            if known is None:
                if len(found) >= self._most:
                    self.full = True
                    continue
                found[key] = (self._rank(fact), fact, fact.count)
            else:
                rank, first, count = known
                mine = self._rank(fact)
                found[key] = (mine, fact, count + fact.count) if mine < rank else (rank, first, count + fact.count)

    def facts(self) -> list[Fact]:
        return [fact if fact.count == count else replace(fact, count=count) for _, fact, count in self._found.values()]

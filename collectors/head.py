"""What the tree at HEAD says, whoever wrote it."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

from collectors.firstparty import OwnModules
from collectors.parallel import Job
from collectors.planning import Surroundings
from collectors.reading import paths
from collectors.tally import Tally, read_facts
from collectors.versions import Versions
from data.garbage import without_garbage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from collectors.parallel import Children
    from collectors.repository import Repository, TreeFile
    from data.models import Fact, Issue

MOST_FACTS = 200_000
"""Distinct facts kept of one tree."""
_COPIES = 20  # of one file in a tree; a few objects can make a tree of millions of them
_ELSEWHERE = re.compile(r"(?:^|/)(?:tests?|examples?|docs?|samples?|benchmarks?)/|(?:^|/)test_[^/]*$", re.IGNORECASE)

File = tuple[str, str]  # blob id, path


def read_head(
    repository: Repository, *, on_issue: Callable[[Issue], None] | None = None, children: Children | None = None
) -> list[Fact]:
    """Each fact of the tree at HEAD once, with how often and its best place; `on_issue` once per sort of trouble."""
    return begin_head(repository, on_issue=on_issue, children=children)()


def begin_head(
    repository: Repository, *, on_issue: Callable[[Issue], None] | None = None, children: Children | None = None
) -> Callable[[], list[Fact]]:
    """The same in two steps: the children begin at once, the facts are had by calling what is returned."""
    files = list(repository.tree(repository.head)) if repository.head is not None else []
    names = [file.path for file in files]
    surroundings = Surroundings(OwnModules(names), paths.environments(names))
    chosen = [(file.blob, file.path) for file in _few_copies(files) if surroundings.is_wanted(file.path)]
    if children is None or not children.are_worth(len(chosen)):
        read: Iterator[list[Fact]] = (_facts_of(repository, unit, surroundings) for unit in (chosen,))
    else:
        height = max(1, -(-len(chosen) // children.processes))
        units = [chosen[at : at + height] for at in range(0, len(chosen), height)]
        read = children.read(repository, units, surroundings, Job(_facts_of, lambda _: [], lambda file: file[1]))

    def facts() -> list[Fact]:
        tally = _tally()
        for some in read:
            tally.add(some)
        if on_issue is not None:
            for issue in surroundings.issues():
                on_issue(issue)
        return tally.facts()

    return facts


def _few_copies(files: Iterable[TreeFile]) -> Iterator[TreeFile]:
    seen: Counter[str] = Counter()
    for file in files:
        seen[file.blob] += 1
        if seen[file.blob] <= _COPIES:
            yield file


def _tally() -> Tally:
    return Tally(MOST_FACTS, rank=lambda fact: 1 if _ELSEWHERE.search(fact.path) else 0)


def _facts_of(repository: Repository, files: Sequence[File], surroundings: Surroundings) -> list[Fact]:
    versions = Versions(repository, files, surroundings.own, surroundings.problem)
    tally = _tally()
    with without_garbage(), closing(versions):
        for blob, path in files:
            document = versions.get(blob, path)
            if document is not None:
                tally.add(read_facts(document, path, None, surroundings))
    return tally.facts()

"""Units of history read by several children, each with a repository of its own and bounded memory.

A file may be made to kill what parses it. A child that dies takes its unit with it; the unit is then read in
halves, each in a fresh child, until the one commit is found that cannot be read: that one is listed without facts.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from collectors import history
from collectors.planning import Surroundings
from collectors.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from collectors.planning import Planned
    from data.models import Activity

MEMORY_LIMIT = 3_000_000_000
"""Address space of a child, bytes: a parser that a hostile file makes grow ends here."""

Done = tuple["list[Activity]", "Counter[str]", "dict[str, str]"]
"""Activities of a unit, problems by code, an example of each."""

_child: dict[str, object] = {}


def _end_with_parent() -> None:
    """A pool's children outlive a parent that is killed, waiting for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _begin(path: Path, scratch: Path, surroundings: Surroundings) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - Unix only

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    # a child that dies clears nothing away: its shadow lies in its parent's
    _child["repository"] = Repository(path, within=scratch)
    _child["surroundings"] = surroundings


def work(planned: Sequence[Planned]) -> Done:
    """Read one unit, in a child."""
    repository, surroundings = _child["repository"], _child["surroundings"]
    assert isinstance(repository, Repository)
    assert isinstance(surroundings, Surroundings)
    surroundings.problems, surroundings.examples = Counter(), {}
    activities = history.read_unit(repository, planned, None, surroundings)
    return activities, surroundings.problems, surroundings.examples


class _Children:
    def __init__(
        self,
        repository: Repository,
        surroundings: Surroundings,
        worked: Callable[[Sequence[Planned]], Done],
    ) -> None:
        self._repository = repository
        bare = Surroundings(surroundings.own, surroundings.environments)
        self._begin = (repository.place.path, repository.scratch, bare)
        self._work = worked

    def all(self, units: Sequence[Sequence[Planned]], processes: int) -> Iterator[Done]:
        """Units in their order; ends early when a child dies."""
        # spawned, not forked: the caller may run threads
        context = multiprocessing.get_context("spawn")
        with (
            ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=self._begin) as pool,
            contextlib.suppress(BrokenProcessPool),
        ):
            yield from pool.map(self._work, units)

    def start(self) -> bool:
        """Whether children can be had at all: not from a script that is no importable module (no `__main__` guard)."""
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            try:
                return pool.submit(bool, 1).result()
            except BrokenProcessPool:
                return False

    def carefully(self, unit: Sequence[Planned]) -> Iterator[Done]:
        done = list(self.all([unit], 1))
        if done:
            yield from done
        elif len(unit) > 1:
            middle = len(unit) // 2
            yield from self.carefully(unit[:middle])
            yield from self.carefully(unit[middle:])
        else:
            bare = [history.without_facts(self._repository, entry) for entry in unit]
            yield bare, Counter({"reader-died": 1}), {"reader-died": unit[0].commit.id}


def read_units(
    repository: Repository,
    units: Sequence[Sequence[Planned]],
    surroundings: Surroundings,
    processes: int,
    worked: Callable[[Sequence[Planned]], Done] = work,
) -> Iterator[list[Activity]]:
    """The activities of each unit, in the order of units."""
    children = _Children(repository, surroundings, worked)
    at = 0
    while at < len(units):
        for done in children.all(units[at:], processes):
            at += 1
            yield _noted(done, surroundings)
        if at < len(units):
            repository.check_presence()
            if not children.start():
                yield from (history.read_unit(repository, unit, None, surroundings) for unit in units[at:])
                return
            for done in children.carefully(units[at]):
                yield _noted(done, surroundings)
            at += 1


def _noted(done: Done, surroundings: Surroundings) -> list[Activity]:
    activities, problems, examples = done
    surroundings.problems.update(problems)
    surroundings.examples = {**examples, **surroundings.examples}
    return activities

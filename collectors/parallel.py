"""Units of history read by several children, each with a repository of its own and bounded memory."""

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
from collectors.repository import Repository
from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from data.models import Activity

MEMORY_LIMIT = 3_000_000_000
"""Address space of a child, bytes: a parser that a hostile file makes grow ends here."""

_child: dict[str, object] = {}


def _end_with_parent() -> None:
    """A pool's children outlive a parent that is killed, waiting for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _begin(path: Path, surroundings: history.Surroundings) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - Unix only

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    _child["repository"] = Repository(path)
    _child["surroundings"] = surroundings


def _work(planned: Sequence[history.Planned]) -> tuple[list[Activity], Counter[str], dict[str, str]]:
    repository, surroundings = _child["repository"], _child["surroundings"]
    assert isinstance(repository, Repository)
    assert isinstance(surroundings, history.Surroundings)
    surroundings.problems, surroundings.examples = Counter(), {}
    activities = history.read_unit(repository, planned, None, surroundings)
    return activities, surroundings.problems, surroundings.examples


def read_units(
    repository: Repository,
    units: Sequence[Sequence[history.Planned]],
    surroundings: history.Surroundings,
    processes: int,
) -> Iterator[list[Activity]]:
    """The activities of each unit, in the order of units. Raises NotUsable when a child dies."""
    # spawned, not forked: the caller may run threads
    context = multiprocessing.get_context("spawn")
    bare = history.Surroundings(surroundings.own, surroundings.environments)
    with ProcessPoolExecutor(
        processes, mp_context=context, initializer=_begin, initargs=(repository.place.path, bare)
    ) as pool:
        try:
            for activities, problems, examples in pool.map(_work, units):
                surroundings.problems.update(problems)
                surroundings.examples = {**examples, **surroundings.examples}
                yield activities
        except BrokenProcessPool as error:
            raise NotUsable(f"reading {repository.place.path} ended in the middle of it") from error

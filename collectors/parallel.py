"""Repositories read by several children, each with bounded memory and a view of its own on the objects.

A file may be made to kill what parses it. A child that dies takes its unit with it; the unit is then read in
halves, each in a fresh child, until the one item is found that cannot be read: that one is left out.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Generic, NamedTuple, Self, TypeVar

from collectors import reading
from collectors.planning import Surroundings
from collectors.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from collectors.firstparty import OwnModules

PROCESSES = min(2, os.cpu_count() or 1)
WORTH_STARTING = 700
"""Files; for fewer, starting children takes longer than they save."""
WORTH_ASKING = 60
"""Files that children which are there already are given."""
MEMORY_LIMIT = 3_000_000_000
"""Address space of a child, bytes: a parser that a hostile file makes grow ends here."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class Place(NamedTuple):
    """A repository as a child is told of it. A child clears nothing away: its shadow lies in the parent's `scratch`."""

    path: Path
    scratch: Path
    own: OwnModules
    environments: tuple[str, ...]


class Job(NamedTuple, Generic[Item, Result]):
    """What is done with each unit, in a child, and what stands for an item that ends whoever reads it."""

    read: Callable[[Repository, Sequence[Item], Surroundings], list[Result]]
    lost: Callable[[Item], list[Result]]
    name: Callable[[Item], str]


Done = tuple["list[Result]", "Counter[str]", "dict[str, str]"]
"""Results of a unit, problems by code, an example of each."""

_held: dict[Path, Repository] = {}  # in a child: the repository at hand, by its scratch


class Children:
    """As many children as `processes`, started when first needed and kept for one repository after another.

    Use it in a `with` block, or `close` it.
    """

    def __init__(self, processes: int = PROCESSES, *, worth_starting: int = WORTH_STARTING) -> None:
        self.processes = processes
        self._worth_starting = worth_starting
        self._pool: ProcessPoolExecutor | None = None

    def are_worth(self, files: int) -> bool:
        """Whether it takes less time to have so many files read by them than to read them here."""
        least = self._worth_starting if self._pool is None else min(self._worth_starting, WORTH_ASKING)
        return self.processes > 1 and files >= least

    def start(self) -> None:
        """Begin to start them, without waiting until they are there."""
        if self._pool is None:
            # spawned, not forked: the caller may run threads
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.processes, mp_context=context, initializer=_begin)
            held = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))  # which they inherit, see `_begin`
            for _ in range(self.processes):
                self._pool.submit(bool)
            signal.pthread_sigmask(signal.SIG_SETMASK, held)

    def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(
        self,
        repository: Repository,
        units: Sequence[Sequence[Item]],
        surroundings: Surroundings,
        job: Job[Item, Result],
    ) -> Iterator[list[Result]]:
        """The results of each unit, in the order of units; problems are told to the surroundings.

        Raises NotUsable when the repository goes away meanwhile.
        """
        place = Place(repository.place.path, repository.scratch, surroundings.own, surroundings.environments)
        at = 0
        while at < len(units):
            for done in self._until_death(place, units[at:], job):
                at += 1
                yield _noted(done, surroundings)
            if at < len(units):
                repository.check_presence()
                if not self._can_start():
                    yield from (job.read(repository, unit, surroundings) for unit in units[at:])
                    return
                for done in self._carefully(place, units[at], job):
                    yield _noted(done, surroundings)
                at += 1

    def _until_death(
        self, place: Place, units: Sequence[Sequence[Item]], job: Job[Item, Result]
    ) -> Iterator[Done[Result]]:
        """Units in their order; ends early when a child dies."""
        self.start()
        assert self._pool is not None
        try:
            yield from self._pool.map(partial(_done, job.read, place), units)
        except BrokenProcessPool:
            self.close()

    def _can_start(self) -> bool:
        """Whether children can be had at all: not from a script that is no importable module (no `__main__` guard)."""
        self.start()
        assert self._pool is not None
        try:
            return self._pool.submit(bool, 1).result()
        except BrokenProcessPool:
            self.close()
            return False

    def _carefully(self, place: Place, unit: Sequence[Item], job: Job[Item, Result]) -> Iterator[Done[Result]]:
        done = list(self._until_death(place, [unit], job))
        if done:
            yield from done
        elif len(unit) > 1:
            middle = len(unit) // 2
            yield from self._carefully(place, unit[:middle], job)
            yield from self._carefully(place, unit[middle:], job)
        else:
            yield job.lost(unit[0]), Counter({"reader-died": 1}), {"reader-died": job.name(unit[0])}


def _noted(done: Done[Result], surroundings: Surroundings) -> list[Result]:
    results, problems, examples = done
    surroundings.problems.update(problems)
    surroundings.examples = {**examples, **surroundings.examples}
    return results


# ---- in a child -------------------------------------------------------------------------------------


def _end_with_parent() -> None:
    """A pool's children outlive a parent that is killed, waiting for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _begin() -> None:
    # Ctrl-C reaches the whole group, and the parent says what there is to say
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT,))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    atexit.register(os._exit, 0)  # without taking apart all that was kept
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - Unix only

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    reading.readers()


def _repository_at(place: Place) -> Repository:
    """The repository of a place, opened once while its units follow one another."""
    held = _held.get(place.scratch)
    if held is None:
        while _held:
            _held.popitem()[1].close()
        reading.forget()
        held = _held[place.scratch] = Repository(place.path, within=place.scratch)
    return held


def _done(
    read: Callable[[Repository, Sequence[Item], Surroundings], list[Result]], place: Place, unit: Sequence[Item]
) -> Done[Result]:
    surroundings = Surroundings(place.own, place.environments)
    results = read(_repository_at(place), unit, surroundings)
    return results, surroundings.problems, surroundings.examples

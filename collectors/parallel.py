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
import time
from collections import Counter
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Self, TypeVar
from weakref import WeakSet, finalize

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


class _Work(NamedTuple, Generic[Item, Result]):
    place: Place
    units: Sequence[Sequence[Item]]
    job: Job[Item, Result]


Done = tuple["list[Result]", "Counter[str]", "dict[str, str]"]
"""Results of a unit, problems by code, an example of each."""

_Handed = tuple[ProcessPoolExecutor, "list[Future[Done[Result]]]"]  # in the order of units

_HELD = 2
_held: dict[Path, Repository] = {}  # in a child: the repositories at hand by their scratch, the latest last


class Children:
    """As many children as `processes`, started when first needed and kept for one repository after another.

    Use it in a `with` block, or `close` it. It belongs to one thread; another one may let it `rest`.
    """

    def __init__(self, processes: int = PROCESSES, *, worth_starting: int = WORTH_STARTING) -> None:
        self.processes = processes
        self._worth_starting = worth_starting
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.RLock()  # held while units are handed over, so that no pool goes away meanwhile
        self._futures: WeakSet[Future[Any]] = WeakSet()
        self._used = 0.0

    def are_worth(self, files: int) -> bool:
        """Whether it takes less time to have so many files read by them than to read them here."""
        least = self._worth_starting if self._pool is None else min(self._worth_starting, WORTH_ASKING)
        return self.processes > 1 and files >= least

    def start(self) -> None:
        """Begin to start them, without waiting until they are there."""
        with self._lock:
            self._used = time.monotonic()
            if self._pool is None:
                # spawned, not forked: the caller may run threads
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(self.processes, mp_context=context, initializer=_begin)
                held = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))  # which they inherit, see `_begin`
                for _ in range(self.processes):
                    self._pool.submit(bool)
                signal.pthread_sigmask(signal.SIG_SETMASK, held)

    def close(self) -> None:
        if self._pool is not None:
            self._end(self._pool)

    def _end(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:  # else there are new ones
                self._pool = None
        pool.shutdown(cancel_futures=True)

    def rest(self, after: float) -> None:
        """End them when they have had nothing to do for so many seconds; they are started again when needed."""
        with self._lock:
            if time.monotonic() - self._used < after or not all(future.done() for future in self._futures):
                return
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()

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

        The children begin at once, whenever the results are asked for. That raises NotUsable when the repository
        has gone away meanwhile.
        """
        place = Place(repository.place.path, repository.scratch, surroundings.own, surroundings.environments)
        handed = self._hand(place, units, job)
        results = self._results(repository, surroundings, _Work(place, units, job), handed)
        finalize(results, _cancel, handed[1])  # when it goes without ever being asked, too
        return results

    def _results(
        self, repository: Repository, surroundings: Surroundings, work: _Work[Item, Result], handed: _Handed[Result]
    ) -> Iterator[list[Result]]:
        place, units, job = work
        at = 0
        while True:
            for done in self._until_death(handed):
                at += 1
                yield _noted(done, surroundings)
            if at == len(units):
                return
            repository.check_presence()
            with Children(1) as alone:  # what ends it ends nothing else
                if not alone.can_start():
                    yield from (job.read(repository, unit, surroundings) for unit in units[at:])
                    return
                for done in alone.carefully(place, units[at], job):
                    yield _noted(done, surroundings)
            at += 1
            handed = self._hand(place, units[at:], job)

    def _hand(self, place: Place, units: Sequence[Sequence[Item]], job: Job[Item, Result]) -> _Handed[Result]:
        with self._lock:
            self.start()
            assert self._pool is not None
            pool = self._pool
            futures: list[Future[Done[Result]]] = []
            try:
                futures.extend(pool.submit(_done, job.read, place, unit) for unit in units)
            except BrokenProcessPool:  # by another repository
                self._end(pool)
            self._futures.update(futures)
            return pool, futures

    def _until_death(self, handed: _Handed[Result]) -> Iterator[Done[Result]]:
        """Units in their order; ends early when a child dies, and the others with it."""
        pool, futures = handed
        try:
            for future in futures:
                yield future.result()
                self._used = time.monotonic()
        except BrokenProcessPool:
            self._end(pool)
        finally:
            _cancel(futures)

    def can_start(self) -> bool:
        """Whether children can be had at all: not from a script that is no importable module (no `__main__` guard)."""
        self.start()
        assert self._pool is not None
        try:
            return self._pool.submit(bool, 1).result()
        except BrokenProcessPool:
            return False

    def carefully(self, place: Place, unit: Sequence[Item], job: Job[Item, Result]) -> Iterator[Done[Result]]:
        """One unit, without the items in it that end whoever reads them."""
        done = list(self._until_death(self._hand(place, [unit], job)))
        if done:
            yield from done
        elif len(unit) > 1:
            middle = len(unit) // 2
            yield from self.carefully(place, unit[:middle], job)
            yield from self.carefully(place, unit[middle:], job)
        else:
            yield job.lost(unit[0]), Counter({"reader-died": 1}), {"reader-died": job.name(unit[0])}


def _cancel(futures: Sequence[Future[Any]]) -> None:
    for future in futures:
        future.cancel()


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
    """The repository of a place, opened once while its units come."""
    held = _held.pop(place.scratch, None)
    if held is None:
        while len(_held) >= _HELD:
            _held.pop(next(iter(_held))).close()
        reading.forget()
        held = Repository(place.path, within=place.scratch)
    _held[place.scratch] = held
    return held


def _done(
    read: Callable[[Repository, Sequence[Item], Surroundings], list[Result]], place: Place, unit: Sequence[Item]
) -> Done[Result]:
    surroundings = Surroundings(place.own, place.environments)
    results = read(_repository_at(place), unit, surroundings)
    return results, surroundings.problems, surroundings.examples

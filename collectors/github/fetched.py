"""The histories of repositories: fetched a few at a time in threads, read and handed over one by one.

A repository is done when its batch is saved; only then its bookmark says up to where. What failed for a reason
that may pass (no answer, too slow) keeps its old bookmark and is tried again by the next run.
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from collectors import fetching, histories
from collectors.fetching import Fetched, NotFetched
from collectors.fetchprocess import Limits, Remote
from collectors.github import parse
from collectors.github.parse import Repo  # noqa: TC001 - a target is read from JSON by its types
from collectors.repository import Repository
from data.errors import NotUsable
from data.models import Activity, Batch

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from collectors.github.address import Forge
    from collectors.github.identity import Person
    from collectors.run import Run
    from data.models import Project

WORKERS = 3
HUGE = 1 << 20  # kB; beyond it only small files are fetched
TOO_LARGE = 8 << 20  # kB; beyond it nothing is
OTHERS_EVERY = timedelta(days=7)
SETTLING = timedelta(seconds=5)  # a fork's last push is its parent's, made before the fork
PASSING = frozenset({"repository-moved", "repository-timeout", "forge-unreachable"})
STATES = {"repository-empty": "empty", "repository-gone": "gone", "repository-blocked": "blocked"}


@dataclass(frozen=True, slots=True)
class Target:
    """A repository to look at. Of one that is not the person's own only their work is kept.

    `history` is False where nothing of the person is in it but `activities`.
    """

    repo: Repo
    own: bool
    history: bool = True
    activities: tuple[Activity, ...] = ()


@dataclass(slots=True)
class Histories:
    """Collects targets; `unsettled` counts those that have to be tried again."""

    run: Run
    forge: Forge
    person: Person
    wanted: str
    readers: str
    token: str = field(default="", repr=False)
    authors: tuple[str, ...] = ()  # the person's addresses
    unsettled: int = 0
    changed: list[Repo] = field(default_factory=list)

    @classmethod
    def of(cls, run: Run, forge: Forge, person: Person) -> Self:
        """For the identities that count now."""
        wanted = run.wanted
        emails = tuple(sorted(wanted.emails))
        token = run.settings.github_token or ""
        return cls(run, forge, person, histories.wanted_hash(wanted), histories.readers(wanted), token, emails)

    def has_news(self, target: Target) -> bool:
        """Whether collecting the target would do anything."""
        if self._can_wait(target):
            return False
        return bool(target.activities) or self._bookmark(target.repo) != self._state(target)

    def collect(self, targets: Iterable[Target]) -> Generator[Batch]:
        """Batches of every target that has news."""
        todo = deque(targets)
        total, done = len(todo), 0
        if total:
            self.run.progress(step="fetching histories", done=0, total=total)
        stop = threading.Event()
        pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="fetch")
        pending: dict[Future[Fetched], Target] = {}
        try:
            while todo or pending:
                if self.run.stopping():
                    return
                while todo and len(pending) <= WORKERS:
                    target = todo.popleft()
                    if self._can_wait(target):
                        done += 1
                        continue
                    if self._wants_fetch(target):
                        pending[self._submit(pool, target, stop)] = target
                        continue
                    yield from self._read(target, None)
                    done += 1
                ready, _ = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in ready:
                    target = pending.pop(future)
                    self.run.progress(step=target.repo.full_name, done=done)
                    yield from self._settle(target, future)
                    done += 1
                self.run.progress(done=done, total=total)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)

    # ---- what there is to do --------------------------------------------------------------------

    def _bookmark(self, repo: Repo) -> dict[str, Any]:
        return dict((self.run.bookmark(f"repo:{repo.key}") or {}).get("state", {}))

    def _state(self, target: Target) -> dict[str, Any]:
        about = _about(target)
        return {"pushed": target.repo.pushed, "wanted": self.wanted, "readers": self.readers, "about": about}

    def _settled(self, target: Target, state: dict[str, Any]) -> dict[str, Any]:
        """The bookmark that says a repository is done, up to a state."""
        return {f"repo:{target.repo.key}": {"state": state, "at": datetime.now(UTC).isoformat()}}

    def _can_wait(self, target: Target) -> bool:
        """Others push to their repositories all day; without news of the person a look a week is enough."""
        if target.own or target.activities:
            return False
        stored = self.run.bookmark(f"repo:{target.repo.key}")
        if not stored or stored["state"].get("wanted") != self.wanted:
            return False
        return datetime.now(UTC) - datetime.fromisoformat(stored["at"]) < OTHERS_EVERY

    def _wants_history(self, target: Target) -> bool:
        repo = target.repo
        if not target.history or not repo.pushed or repo.disabled or repo.size > TOO_LARGE:
            return False
        return not (repo.fork and parse.when(repo.pushed) <= repo.created + SETTLING)

    def _wants_fetch(self, target: Target) -> bool:
        """New pushes are fetched; for new identities at most large notebooks of theirs, often nothing."""
        if not self._wants_history(target):
            return False
        stored = self._bookmark(target.repo)
        return (stored.get("pushed"), stored.get("wanted")) != (target.repo.pushed, self.wanted)

    def _submit(self, pool: ThreadPoolExecutor, target: Target, stop: threading.Event) -> Future[Fetched]:
        """Everything the thread needs is looked up here: the store is not for threads."""
        repo = target.repo
        url = self.forge.clone_url(repo.full_name, repo.clone_url)
        return pool.submit(
            fetching.fetch,
            Remote(url, self.token if self.forge.owns(url) else ""),
            self._path(repo),
            limits=Limits(blob="64k") if repo.size > HUGE else Limits(),
            stop=stop,
            authors=self.authors,
            again=self._bookmark(repo).get("pushed") != repo.pushed,
        )

    def _path(self, repo: Repo) -> Path:
        return self.run.cache / self.forge.place / f"{repo.id}.git"

    # ---- what came of it ------------------------------------------------------------------------

    def _settle(self, target: Target, future: Future[Fetched]) -> Iterator[Batch]:
        try:
            fetched = future.result()
        except NotFetched as problem:
            if problem.code == "stopped":
                return
            self.run.issue(problem.code, str(problem), target.repo.full_name)
            yield from self._without(target, problem.code)
        else:
            self.run.counts["fetched"] += 1
            if fetched.lenient:
                self.run.issue(
                    "repository-malformed",
                    "Some objects of its history are malformed; git's own check was left out to read it.",
                    target.repo.full_name,
                )
            yield from self._read(target, fetched)

    def _read(self, target: Target, fetched: Fetched | None) -> Iterator[Batch]:
        """What is in the cache, when something changed: pushes, identities, or what the forge says."""
        repo, stored, state = target.repo, self._bookmark(target.repo), self._state(target)
        if not self._wants_history(target):
            yield from self._unread(target, stored, state)
            return
        if stored == state and not target.activities:
            return
        if target.own and not repo.fork and stored.get("pushed") != repo.pushed:
            self.changed.append(repo)
        known = self.run.known(repo.key)
        read_already = fetched is not None and known is not None and known.head == fetched.head
        if fetched is None or (read_already and stored.get("wanted") == self.wanted):
            yield from self._about_only(target, state)
            return
        try:
            with Repository(self._path(repo)) as repository:
                yield from self._saved(target, repository, state, partial=repo.size > HUGE)
        except NotUsable:  # its text names the place in our cache
            self.run.issue("repository-broken", "Its history could not be read to the end.", repo.full_name)
            yield from self._without(target, "repository-broken")

    def _saved(
        self, target: Target, repository: Repository, state: dict[str, Any], *, partial: bool
    ) -> Iterator[Batch]:
        repo, speaks = target.repo, target.own and not target.repo.fork
        readme = any(_is_readme(file.path) for file in repository.tree(repository.head or "")) if speaks else False
        if partial:
            self.run.issue(
                "repository-huge", "It is larger than 1 GB: files above 64 kB were left out.", repo.full_name
            )
        known = self.run.known(repo.key)  # may be an own one of another account of the person
        reading = histories.Reading(
            project=parse.project(
                repo,
                own=target.own or (known is not None and known.own),
                readme=readme,
                state="partial" if partial else "ok",
            ),
            bookmarks=self._settled(target, state),
            speaks=speaks,
            anew=histories.by_other_readers(self._bookmark(repo), self.readers),
            keep_empty=speaks,
            more=(*self._making(target, readme=readme), *target.activities),
        )
        saved = False
        for batch in histories.read(self.run, repository, reading):
            saved = True
            yield batch
        if not saved:  # a fork or someone's repository without anything of the person
            self.run.remember(self._settled(target, state))

    def _unread(self, target: Target, stored: dict[str, Any], state: dict[str, Any]) -> Iterator[Batch]:
        """A repository whose history is not wanted or cannot be had."""
        repo = target.repo
        if stored == state and not target.activities:
            return
        if repo.disabled:
            self.run.issue("repository-blocked", "GitHub has disabled this repository.", repo.full_name)
            yield from self._without(target, "repository-blocked")
        elif target.history and repo.size > TOO_LARGE:
            self.run.issue("repository-too-large", "It is larger than 8 GB and was left out.", repo.full_name)
            yield from self._without(target, "repository-too-large")
        elif target.history and not repo.pushed:
            self.run.issue("repository-empty", "The repository has no commits yet.", repo.full_name)
            yield from self._without(target, "repository-empty")
        elif target.activities:
            yield from self._about_only(target, None)

    def _about_only(self, target: Target, state: dict[str, Any] | None) -> Iterator[Batch]:
        """The project as the forge tells it now, its history as it was."""
        known = self.run.known(target.repo.key)
        if state is None:  # seen from elsewhere, with less said of it than in the listing
            yield Batch(known or parse.project(target.repo, own=target.own), target.activities)
            return
        bookmarks = self._settled(target, state)
        if known is None and not target.activities and not target.own:
            self.run.remember(bookmarks)
            return
        project = parse.project(target.repo, own=target.own, readme=known is not None and known.readme)
        if known is not None:
            project = replace(project, head=known.head, state=_revived(known))
        yield Batch(project, [*self._making(target, readme=project.readme), *target.activities], bookmarks=bookmarks)

    def _without(self, target: Target, code: str) -> Iterator[Batch]:
        """The project without (more of) its history; what was read before stays."""
        repo = target.repo
        if code in PASSING:
            self.unsettled += 1
        known = self.run.known(repo.key)
        if known is None and not target.own and not target.activities:
            self.run.remember(self._settled(target, self._state(target)))
            return
        project = parse.project(repo, own=target.own, state=STATES.get(code, "failed"))
        if known is not None:
            state = known.state if code in PASSING else project.state
            project = replace(project, head=known.head, readme=known.readme, state=state)
        more = [*self._making(target, readme=project.readme), *target.activities] if code != "repository-gone" else []
        again = code in PASSING or code == "repository-denied"
        settled = {} if again else self._settled(target, self._state(target))
        yield Batch(project, more, bookmarks=settled)

    def _making(self, target: Target, *, readme: bool) -> list[Activity]:
        if not target.own or target.repo.fork:
            return []
        return [parse.repository_activity(target.repo, self.person.id, readme=readme)]


def _revived(known: Project) -> str:
    return "ok" if known.state in {"gone", "failed"} and known.head else known.state


def _is_readme(path: str) -> bool:
    return "/" not in path and path.lower().partition(".")[0] == "readme"


def _about(target: Target) -> str:
    """Changes with what the forge says of a repository."""
    said = repr(replace(target.repo, pushed="", size=0, clone_url="")) + repr(target.own)
    return hashlib.sha256(said.encode()).hexdigest()[:16]

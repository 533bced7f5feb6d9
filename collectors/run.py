"""What a source declares about itself, and the context that its `collect(run)` is handed.

A source is a module of `collectors/sources/` with

    SOURCE: Source
    def check(handle: str, settings: Settings) -> str        # raises NotUsable
    def collect(run: Run) -> Iterator[Batch]

It knows neither the store nor other sources: what it needs to remember it asks of its Run, what it found it
yields. The runner saves each batch before it asks for the next one.

A source whose projects can be read apart from one another, by several workers at once, says so besides:

    STEPS: int
    def plan(run: Run, step: int) -> Iterator[Batch | Part]  # a part for each project with news
    def read_part(run: Run, data: dict[str, Any]) -> Iterator[Batch]

Steps follow one another, each when all parts of the one before are done; doing one twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from data.models import Issue, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from collectors.attribution import Wanted
    from collectors.parallel import Children
    from data.models import Identity, Project
    from data.settings import Settings


@dataclass(frozen=True, slots=True)
class Source:
    """The facts about a source that do not depend on a run.

    `handle` says in two or three words what a person names when they add it, `example` shows one. `settings` are
    the names of environment variables that it can use; none is needed. `expect` holds the least count per stream of
    a complete run; fewer is an issue on the run.
    """

    title: str
    handle: str
    example: str
    schedule: str = "daily"
    settings: tuple[str, ...] = ()
    expect: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One project to be read, as data that JSON holds. `key` tells it from the others of its step."""

    key: str
    data: dict[str, Any]


class Memory(Protocol):
    """What a run may ask of, and tell to, whoever keeps things."""

    def bookmark(self, name: str, default: Any = None) -> Any: ...
    def set_bookmarks(self, values: Mapping[str, Any]) -> None: ...
    def project(self, key: str) -> Project | None: ...
    def known_commits(self, project_key: str) -> set[str]: ...
    def known_keys(self, project_key: str, kind: str) -> set[str]: ...
    def wanted(self) -> Wanted: ...
    def propose(self, identity: Identity) -> None: ...
    def note(self, issue: Issue) -> None: ...
    def show(self, progress: Progress) -> None: ...


class Run:
    """One execution of one source for one account."""

    def __init__(
        self,
        *,
        handle: str,
        options: Mapping[str, Any],
        settings: Settings,
        cache: Path,
        memory: Memory,
        stop: Callable[[], bool] = lambda: False,
        children: Children | None = None,
    ) -> None:
        self.handle = handle
        self.options = dict(options)
        self.settings = settings
        self.cache = cache  # a folder of the source's own; may vanish between runs
        self.counts: Counter[str] = Counter()  # by stream, for expectations and the run's summary
        self.carried: dict[str, Any] = {}  # JSON that a step leaves for the next one
        self.told: list[dict[str, Any]] = []  # what the parts of the step before told
        self.unread = 0  # parts of the run that did not end well
        self._memory = memory
        self._stop = stop
        self._progress = Progress()
        self._lent = children  # by whoever runs several
        self._children: Children | None = None

    @property
    def children(self) -> Children:
        """The programs that read the run's histories; `close` ends them, unless they were lent."""
        if self._lent is not None:
            return self._lent
        if self._children is None:
            from collectors.parallel import Children  # noqa: PLC0415 - most sources have no histories

            self._children = Children()
        return self._children

    def close(self) -> None:
        if self._children is not None:
            self._children.close()

    @property
    def wanted(self) -> Wanted:
        """Whose work counts, as of now: what was proposed in this run is already in it."""
        known = self._memory.wanted()
        return replace(known, assistants=(*known.assistants, *self.settings.assistants))

    def bookmark(self, name: str, default: Any = None) -> Any:
        return self._memory.bookmark(name, default)

    def remember(self, values: Mapping[str, Any]) -> None:
        """Set bookmarks that belong to no project; call it only after what they stand for was yielded."""
        self._memory.set_bookmarks(values)

    def known(self, project_key: str) -> Project | None:
        return self._memory.project(project_key)

    def known_commits(self, project_key: str) -> set[str]:
        return self._memory.known_commits(project_key)

    def known_keys(self, project_key: str, kind: str) -> set[str]:
        """Return the keys of the project's activities of one kind that are stored."""
        return self._memory.known_keys(project_key, kind)

    def tell(self, **facts: Any) -> None:
        """Leave something (JSON) of a part for the step that follows."""
        self.carried.update(facts)

    def propose(self, identity: Identity) -> None:
        """Say that an identity is (or may be) the person's; their own word is never overridden."""
        self._memory.propose(identity)

    def issue(self, code: str, message: str, subject: str = "", count: int = 1) -> None:
        """Note one bad item; the caller goes on with the next one."""
        self._memory.note(Issue(code, message, subject, count))

    def progress(
        self,
        *,
        step: str | None = None,
        done: int | None = None,
        total: int | None = None,
        budget: Mapping[str, int] | None = None,
    ) -> None:
        """Tell how far the run is; what is left out stays as it was."""
        shown = self._progress
        self._progress = Progress(
            step=shown.step if step is None else step,
            done=shown.done if done is None else done,
            total=shown.total if total is None else total,
            budget=shown.budget if budget is None else dict(budget),
        )
        self._memory.show(self._progress)

    def stopping(self) -> bool:
        """Whether the person asked to stop; a source looks before each item and returns."""
        return self._stop()

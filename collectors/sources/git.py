"""Git folders: every clone below a folder of this machine, without the network.

Whether a clone is public cannot be known here, so its project is private unless the account says
`{"public": true}`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collectors import histories, identification
from collectors.folders import find_clones
from collectors.gitdir import locate
from collectors.repository import Repository
from collectors.run import Part, Source
from data.errors import NotUsable
from data.models import Project

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from collectors.attribution import Wanted
    from collectors.gitdir import GitDir
    from collectors.run import Run
    from data.models import Batch
    from data.settings import Settings

    _Steps = Generator[Batch | None]

SOURCE = Source(title="Git folders", handle="a folder", example="~/code", schedule="daily", expect={"repositories": 1})
STEPS = 1


@dataclass(frozen=True, slots=True)
class _Clone:
    folder: Path
    place: GitDir

    @property
    def bookmark(self) -> str:
        return f"clone:{_hash(str(self.place.common))}"

    def state(self, wanted: Wanted) -> dict[str, Any]:
        """What decides whether there is anything to read: some file stats, no git process."""
        stamps = [_stamp(self.place.common / name) for name in ("config", "shallow", "packed-refs", "refs/tags")]
        return {
            "head": self.place.ref("HEAD") or "",
            "files": stamps,
            "wanted": histories.wanted_hash(wanted),
            "readers": histories.readers(wanted),
        }


def check(handle: str, settings: Settings) -> str:  # noqa: ARG001 - the same for every source
    """The folder as an absolute path; raises NotUsable."""
    folder = Path(handle).expanduser()
    try:
        folder = folder.resolve(strict=True)
    except OSError:
        raise NotUsable(f"There is no folder {folder}; check the path.") from None
    if not folder.is_dir():
        raise NotUsable(f"{folder} is a file; name the folder that holds your clones.")
    if any("\ud800" <= character <= "\udfff" for character in str(folder)):  # bytes, and a store keeps text
        raise NotUsable(f"The name of {str(folder)!a} is not written in UTF-8; name the folder above it.")
    return str(folder)


def collect(run: Run) -> Generator[Batch]:
    """Every clone below the folder whose HEAD, tags or identities have changed since the last run."""
    clones = _clones(run)
    wanted = run.wanted
    stored = {clone.bookmark: run.bookmark(clone.bookmark) or {} for clone in clones}
    keys = {name: str(value.get("key", "")) for name, value in stored.items()}
    run.progress(step="reading", total=len(clones), done=0)
    held, its_key = _nothing(), ""
    for done, clone in enumerate(clones):
        if run.stopping():
            return
        run.progress(step=clone.folder.name, done=done)
        run.counts["repositories"] += 1
        if clone.state(wanted) == stored[clone.bookmark].get("state"):
            continue
        steps = _tried(run, clone, wanted, keys)
        next(steps, None)
        if keys[clone.bookmark] == its_key:  # what is read of a second clone hangs on what is saved of the first
            yield from _saved(held)
        next(steps, None)
        yield from _saved(held)  # while the children read the next one
        held, its_key = steps, keys[clone.bookmark]
    yield from _saved(held)
    run.progress(step="done", done=len(clones))


def plan(run: Run, step: int) -> Generator[Part]:  # noqa: ARG001 - there is only one
    """A part for each history with news: all its clones, since one of them speaks for it."""
    clones = _clones(run)
    wanted = run.wanted
    run.counts["repositories"] += len(clones)
    keys: dict[str, str] = {}
    changed: dict[str, list[_Clone]] = {}
    for clone in clones:
        if run.stopping():
            return
        stored = run.bookmark(clone.bookmark) or {}
        keys[clone.bookmark] = str(stored.get("key", ""))
        if clone.state(wanted) != stored.get("state"):
            keys[clone.bookmark] = _key(clone)
            changed.setdefault(keys[clone.bookmark] or clone.bookmark, []).append(clone)
    for key, found in changed.items():
        twins = {name: other for name, other in keys.items() if other == key}
        folders = [str(clone.folder) for clone in found]
        yield Part(key, {"name": found[0].folder.name, "folders": folders, "keys": twins})


def read_part(run: Run, data: dict[str, Any]) -> Generator[Batch]:
    """The clones of one history."""
    keys = dict(data["keys"])
    run.progress(step=str(data["name"]))
    for folder in map(Path, data["folders"]):
        place = locate(folder)
        if place is None:
            run.issue("repository-unreadable", "It is not there any more.", str(folder))
            continue
        yield from _saved(_tried(run, _Clone(folder, place), run.wanted, keys))
        if run.stopping():
            return


def _clones(run: Run) -> list[_Clone]:
    """Every clone below the folder; addresses that git's settings tell are proposed on the way."""
    folder = Path(run.handle)
    if not folder.is_dir():
        raise NotUsable(f"The folder {folder} is not there any more. Put it back, or remove the source.")
    run.progress(step="looking for repositories")
    identification.propose(run, identification.own_emails())
    clones = [_Clone(*found) for found in find_clones(folder)]
    _propose_local(run, clones)
    return clones


def _key(clone: _Clone) -> str:
    """The history's key; "" when it has none yet, or cannot be read."""
    try:
        with Repository(clone.folder) as repository:
            return repository.key if repository.head is not None else ""
    except NotUsable:
        return ""  # reading it says why


def _nothing() -> _Steps:
    yield from ()


def _saved(steps: _Steps) -> Iterator[Batch]:
    """What is left to save."""
    return (batch for batch in steps if batch is not None)


def _tried(run: Run, clone: _Clone, wanted: Wanted, keys: dict[str, str]) -> _Steps:
    try:
        yield from _read(run, clone, wanted, keys)
    except NotUsable as problem:
        run.issue("repository-unreadable", str(problem), str(clone.folder))


def _propose_local(run: Run, clones: list[_Clone]) -> None:
    """Before the first history is read: an address found in the last clone counts in all of them."""
    for clone in clones:
        stamp = _stamp(clone.place.common / "config")
        if (run.bookmark(clone.bookmark) or {"state": {"files": [None]}})["state"]["files"][0] != stamp:
            identification.propose(run, identification.emails_of(clone.place))


def _read(run: Run, clone: _Clone, wanted: Wanted, keys: dict[str, str]) -> _Steps:
    """`keys` holds the history's key of each clone that was ever read, by bookmark.

    Yields None once this one's is known, and again once the children have begun.
    """
    state = clone.state(wanted)
    with Repository(clone.folder) as repository:
        if repository.head is None:
            run.issue("repository-empty", "The repository has no commits yet.", str(clone.folder))
            run.remember({clone.bookmark: {"state": state, "key": ""}})
            return
        key = keys[clone.bookmark] = repository.key
        yield None
        twins = [name for name, other in keys.items() if other == key and name != clone.bookmark]
        speaker = run.bookmark(f"speaker:{key}")
        speaks = speaker not in twins  # of several clones of one history, the first that was read stands for it
        reading = histories.Reading(
            project=_project(run, clone, repository, wanted, speaks=speaks),
            bookmarks={
                clone.bookmark: {"state": state, "key": key},
                f"speaker:{key}": clone.bookmark if speaks else speaker,
            },
            speaks=speaks,
            anew=histories.by_other_readers((run.bookmark(clone.bookmark) or {}).get("state") or {}, state["readers"]),
            retires=not twins,  # a commit that one clone has not got may be in another
            keep_empty=True,
        )
        batches = histories.read(run, repository, reading)
        yield None
        yield from batches


def _project(run: Run, clone: _Clone, repository: Repository, wanted: Wanted, *, speaks: bool) -> Project:
    known = run.known(repository.key)
    if known is not None and not speaks:
        return known
    authors = repository.authors()
    project = Project(
        source="git",
        key=repository.key,
        name=_name(clone, repository),
        url=repository.remote_url,
        private=not run.options.get("public", False),
        own=bool(authors) and wanted.holds(authors[0].email),
        default_branch=clone.place.branch,
        readme=any(_is_readme(file.path) for file in repository.tree(repository.head or "")),
    )
    return project if known is None else replace(project, vanished=known.vanished)


def _is_readme(path: str) -> bool:
    return "/" not in path and path.lower().partition(".")[0] == "readme"


def _name(clone: _Clone, repository: Repository) -> str:
    if repository.remote_url:
        return "/".join(repository.remote_url.split("/")[3:])
    return clone.folder.name.removesuffix(".git")


def _stamp(path: Path) -> list[int]:
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_mtime_ns, status.st_size]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]

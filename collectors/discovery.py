"""A first look around, quick and bounded: which folders of the person hold clones, and who wrote in them.

Nothing is kept: what is found is shown to the person, who decides.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from collectors import identification
from collectors.folders import PRUNED, find_clones
from collectors.repository import Repository
from data.discovered import FoundAuthor, FoundFolder, FoundFolders, FoundPeople
from data.errors import NotUsable, SkillfolioError
from data.identities import suggest_identities
from data.models import Author, Identity, IdentityKind, IdentityState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from collectors.gitdir import GitDir

DEEPEST = 4  # folders below the home folder; ~/code/client/2024/project
MOST_FOLDERS = 20_000  # looked into
MOST_COMMITS = 20_000  # of one history
MOST_CLONES = 400  # of one proposal
SECONDS_FOR_FOLDERS, SECONDS_FOR_PEOPLE = 2.0, 10.0
_ELSEWHERE = PRUNED | {"Applications", "Desktop.ini", "Movies", "Music", "Pictures", "Videos", "snap", "lost+found"}


def find_folders(home: Path, *, without: Path | None = None, seconds: float = SECONDS_FOR_FOLDERS) -> FoundFolders:
    """Propose folders below `home` that hold clones, those with most first; hidden folders are left out.

    What lies together becomes one proposal: the deepest folder that holds all clones of a folder of `home`.
    `without` is left out (our own store). Symbolic links and other disks are not followed.
    """
    found: dict[Path, list[Path]] = {}
    looked = _Looking(home, without, seconds)
    for clone in looked:
        found.setdefault(home / clone.relative_to(home).parts[0], []).append(clone)
    folders = [_proposal(home, clones) for clones in found.values()]
    folders.sort(key=lambda folder: (-folder.clones, folder.path))
    return FoundFolders(tuple(folders), looked.whole)


class _Looking:
    """Iterates over clones, breadth first, so that what ran out of time is what lies deepest."""

    def __init__(self, home: Path, without: Path | None, seconds: float) -> None:
        self.whole = True
        self._home, self._without = home, without
        self._end = time.monotonic() + seconds

    def __iter__(self) -> Iterator[Path]:
        level, looked = [self._home], 0
        for depth in range(DEEPEST + 1):
            below: list[Path] = []
            for folder in level:
                looked += 1
                if looked > MOST_FOLDERS or time.monotonic() > self._end:
                    self.whole = False
                    return
                names = self._names(folder)
                if depth and (".git" in names or names >= {"HEAD", "objects", "refs"}):
                    yield folder
                elif depth < DEEPEST:
                    below += [folder / name for name in sorted(names) if self._wanted(folder / name)]
            level = below

    def _names(self, folder: Path) -> set[str]:
        try:
            with os.scandir(folder) as entries:
                return {entry.name for entry in entries if entry.name == "HEAD" or _is_folder(entry)}
        except OSError:
            return set()

    def _wanted(self, folder: Path) -> bool:
        if folder.name.startswith(".") or folder.name in _ELSEWHERE or folder == self._without:
            return False
        with suppress(OSError, ValueError):
            str(folder).encode()
            return not os.path.ismount(folder)
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):
        return entry.is_dir(follow_symlinks=False) or (entry.name == ".git" and entry.is_file(follow_symlinks=False))
    return False


def _proposal(home: Path, clones: Sequence[Path]) -> FoundFolder:
    folder = Path(os.path.commonpath(clones))
    used = max(map(_used, clones))
    return FoundFolder(
        str(folder), f"~/{folder.relative_to(home)}", len(clones), datetime.fromtimestamp(used, UTC).date()
    )


def _used(clone: Path) -> float:
    """When something was last committed, checked out or fetched there."""
    times = [0.0]
    for name in (".git/logs/HEAD", ".git/FETCH_HEAD", ".git/HEAD", ".git", "HEAD"):
        with suppress(OSError):
            times.append((clone / name).stat().st_mtime)
    return max(times)


def find_people(folders: Iterable[Path], *, seconds: float = SECONDS_FOR_PEOPLE) -> FoundPeople:
    """Count who wrote in the clones below `folders`, as far as time goes; git's own settings say who is likely.

    Raises NotUsable when git is missing.
    """
    end = time.monotonic() + seconds
    clones = _clones(folders, end)
    own = set(identification.own_emails())
    authors: dict[str, Author] = {}
    projects: Counter[str] = Counter()
    read = 0
    for folder, place in clones:
        if time.monotonic() > end:
            break
        with suppress(NotUsable):
            own |= set(identification.emails_of(place))
            found = _authors(folder, end)
            projects.update(list(found))
            for author in found.values():
                authors[author.email] = _together(authors.get(author.email), author)
        read += 1
    rows = [_row(author, projects[author.email], author.email in own) for author in authors.values()]
    rows += [FoundAuthor(email, said_by=identification.SAID_BY, likely=True) for email in sorted(own - set(authors))]
    return _ordered(FoundPeople(tuple(rows), read=read, clones=len(clones)))


def _clones(folders: Iterable[Path], end: float) -> list[tuple[Path, GitDir]]:
    found: dict[tuple[int, int], tuple[Path, GitDir]] = {}
    for folder in folders:
        for number, (clone, place) in enumerate(find_clones(folder)):
            if number >= MOST_CLONES or time.monotonic() > end:
                break
            found.setdefault(place.identity, (clone, place))
    return list(found.values())


def _authors(folder: Path, end: float) -> dict[str, Author]:
    """Who wrote the newest commits of a history, by address; merges are nobody's writing."""
    found: dict[str, Author] = {}
    with Repository(folder) as repository:
        for number, commit in enumerate(repository.commits()):
            if number >= MOST_COMMITS or time.monotonic() > end:
                break
            email = commit.email.casefold()
            if email and not commit.is_merge:
                one = Author(email, commit.name, 1, commit.authored, commit.authored)
                found[email] = _together(found.get(email), one)
    return found


def _together(known: Author | None, more: Author) -> Author:
    if known is None:
        return more
    name = known.name if known.last >= more.last else more.name
    first, last = min(known.first, more.first), max(known.last, more.last)
    return Author(known.email, name, known.commits + more.commits, first, last)


def _row(author: Author, projects: int, likely: bool) -> FoundAuthor:
    said = identification.SAID_BY if likely else ""
    return FoundAuthor(
        author.email, author.name, author.commits, projects, author.first, author.last, said_by=said, likely=likely
    )


def with_identities(people: FoundPeople, told: Iterable[Identity], login: str) -> FoundPeople:
    """Add what GitHub told of a login: addresses that are surely theirs, and those to be asked about."""
    told = list(told)
    said = {item.value: item for item in told if item.kind is IdentityKind.EMAIL}
    rows = [
        replace(author, likely=True, said_by=author.said_by or said[author.email].said_by)
        if author.email in said
        else author
        for author in people.authors
    ]
    known = {author.email for author in people.authors}
    rows += [
        FoundAuthor(value, said_by=item.said_by, likely=True)
        for value, item in said.items()
        if value not in known and "@users.noreply." not in value
    ]
    listed = {author.email for author in rows}
    certain = tuple(item for item in told if item.state is IdentityState.CONFIRMED and item.value not in listed)
    return _ordered(replace(people, authors=tuple(rows), certain=certain, login=login))


def _ordered(people: FoundPeople) -> FoundPeople:
    """Likely ones first, then those that look like them, then by commits."""
    dated = [author for author in people.authors if author.first and author.last]
    found = [Author(a.email, a.name, a.commits, a.first, a.last) for a in dated if a.first and a.last]
    known = [
        Identity(IdentityKind.EMAIL, author.email, IdentityState.PROPOSED, author.said_by)
        for author in people.authors
        if author.likely
    ]
    alike = {item.value for item in suggest_identities(found, known)}
    rows = [replace(author, alike=author.email in alike) for author in people.authors]
    rows.sort(key=lambda author: (not author.likely, not author.alike, -author.commits, author.email))
    return replace(people, authors=tuple(rows))


def look(folders: Sequence[Path], login: str, told: Sequence[Identity] | SkillfolioError) -> FoundPeople:
    """Everyone in the clones below `folders`, with what GitHub told of `login`, or why it did not."""
    people = find_people(folders) if folders else FoundPeople()
    if isinstance(told, SkillfolioError):
        return replace(people, login=login, trouble=str(told))
    return with_identities(people, told, login) if login else people

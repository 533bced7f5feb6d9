"""What a first look around finds, before anything is read: folders with clones, and who wrote in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from data.models import Identity


@dataclass(frozen=True, slots=True)
class FoundFolder:
    """A folder that holds clones: as it is opened, as its owner writes it, how many, when one was last used."""

    path: str
    shown: str  # ~/code
    clones: int
    used: date


@dataclass(frozen=True, slots=True)
class FoundFolders:
    """`whole` is False when time or number ran out before everything was looked at."""

    folders: tuple[FoundFolder, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class FoundAuthor:
    """An address in the histories (or at GitHub), and why it may be the person's.

    `said_by` as in `models.Identity`, "" when nothing but the history itself speaks for it. `likely` proposes it;
    `alike` only asks (the same name beside another address).
    """

    email: str
    name: str = ""
    commits: int = 0
    projects: int = 0
    first: datetime | None = None
    last: datetime | None = None
    said_by: str = ""
    likely: bool = False
    alike: bool = False


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """Everyone found, the likely ones first, then those with most commits.

    `certain` is what GitHub itself knows and nobody has to decide (its own addresses of the login). `trouble` says
    what could not be asked. `read` of `clones` were looked at before time ran out.
    """

    authors: tuple[FoundAuthor, ...] = ()
    certain: tuple[Identity, ...] = ()
    login: str = ""
    trouble: str = ""
    read: int = 0
    clones: int = 0

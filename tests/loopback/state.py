"""What the loopback GitHub holds: people, repositories, what was done in them. Tests change it between runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class User:
    id: int
    login: str
    name: str = ""
    email: str | None = None
    type: str = "User"
    created_at: str = "2015-03-01T10:00:00Z"
    emails: tuple[str, ...] = ()  # verified, seen by their own token only


@dataclass
class Repo:
    id: int
    owner: User
    name: str
    path: Path | None = None  # a bare repository; None: empty
    private: bool = False
    fork: bool = False
    archived: bool = False
    disabled: bool = False
    description: str | None = None
    homepage: str | None = None
    topics: tuple[str, ...] = ()
    licence: str | None = None
    stars: int = 0
    size: int = 10
    created_at: str = "2020-01-01T00:00:00Z"
    pushed_at: str | None = "2023-01-01T00:00:00Z"
    blocked: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"


@dataclass
class Thread:
    """A pull request or an issue."""

    number: int
    repo: Repo
    author: User
    title: str = "A title"
    pull: bool = True
    merged: bool = False
    created_at: str = "2022-05-01T12:00:00Z"
    updated_at: str = "2022-05-02T12:00:00Z"
    reviews: list[tuple[User, str]] = field(default_factory=list)  # (reviewer, submitted at)


@dataclass
class Release:
    id: int
    repo: Repo
    author: User | None
    tag: str = "v1.0"
    published_at: str = "2022-06-01T12:00:00Z"
    draft: bool = False


@dataclass
class World:
    users: list[User] = field(default_factory=list)
    repos: list[Repo] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    tokens: dict[str, User] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)  # earlier full name → repository id
    linked: list[tuple[User, str, Repo]] = field(default_factory=list)  # commits: who, with which address, where
    committed_to: list[tuple[User, Repo, int]] = field(default_factory=list)  # (who, where, year)

    def user(self, login: str) -> User | None:
        return next((user for user in self.users if user.login.casefold() == login.casefold()), None)

    def repo(self, full_name: str) -> Repo | None:
        return next((repo for repo in self.repos if repo.full_name.casefold() == full_name.casefold()), None)

    def by_id(self, number: int) -> Repo | None:
        return next((repo for repo in self.repos if repo.id == number), None)

    def visible(self, viewer: User | None) -> list[Repo]:
        return [repo for repo in self.repos if not repo.private or (viewer is not None and repo.owner is viewer)]

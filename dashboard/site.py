"""What pages are handed: the app, the portfolio, and what the command line lent us; and which page an address means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashboard import asking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from dash import Dash

    from dashboard.portfolio import Portfolio
    from dashboard.public.routes import PublicPages
    from dashboard.sides import Side
    from dashboard.views import View
    from data.discovered import FoundFolders, FoundPeople
    from data.settings import Settings
    from data.store import Store
    from data.taxonomy import Taxonomy
    from data.tokens import GitHubToken

FIXED = "This is a sample: nothing in it can be changed."
VARIABLE = re.compile(r"<(\w+)>")
SPLIT = "source"
SPLIT_PAGES = ("/", "/growth")


@dataclass(frozen=True)
class SourceChoice:
    """A source that a person can add on the Sources page.

    `check(handle)` gives the handle in its normal form and raises NotUsable with a sentence when it cannot be used.
    """

    title: str
    label: str  # of the field, e.g. "Login"
    hint: str  # an example
    check: Callable[[str], str] = str.strip
    schedule: str = "daily"  # how often it is read unless something else was chosen


@dataclass(frozen=True)
class FirstLook:
    """What the page Welcome may ask before anything is read; each answers within seconds.

    `owner_of(token, login)` gives the login that a token belongs to, and raises NotUsable when it is refused or
    another's, TryLater when GitHub does not answer. `people(folders, login)` tells trouble in what it returns, but
    raises NotUsable when there is no such login.
    """

    folders: Callable[[], FoundFolders]
    people: Callable[[Sequence[Path], str], FoundPeople]
    owner_of: Callable[[str, str], str]
    token: GitHubToken


@dataclass(frozen=True)
class Ask:
    """What one reader asks for: the page's variables from the path, the query, and the view that it makes."""

    view: View
    search: str
    path: str
    variables: Mapping[str, str]
    command: str = "skillfolio"  # how the program is called here
    can_begin: bool = False  # the page Welcome can name sources

    @property
    def split(self) -> bool:
        """Whether figures are split by source."""
        return asking.word(self.search, "split") == SPLIT

    def link(self, path: str, **extra: str | int) -> str:
        if self.split and path in SPLIT_PAGES:
            extra = {"split": SPLIT, **extra}
        return self.view.filters.link(path, **extra)


@dataclass(frozen=True)
class Shown:
    """A page as it is sent: its title (for the window) and its parts."""

    title: str
    body: list[Any]
    found: bool = True


@dataclass(frozen=True)
class Page:
    """One address. `place` orders it in the menu; pages without one are reached from others."""

    path: str  # e.g. /area/<area>
    title: str
    layout: Callable[[Ask], Shown]
    place: int | None = None
    filtered: bool = False  # the filters apply to it
    charts: bool = True
    kept: bool = False  # it follows from the store alone, whoever asks: its answers are kept while that stands

    def variables(self, path: str) -> dict[str, str] | None:
        """The variables in a path, or None when it is not this page's."""
        pattern = VARIABLE.sub(r"(?P<\1>[a-z0-9-]{1,60})", self.path)
        found = re.fullmatch(pattern, path.rstrip("/") or "/")
        return found.groupdict() if found else None


@dataclass
class Site:
    """One dashboard. Nothing here is shared between two of them in one process."""

    app: Dash
    settings: Settings
    store: Store
    portfolio: Portfolio
    launch: Callable[[int | None], None] | None = None
    sources: Mapping[str, SourceChoice] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    command: str = "skillfolio"
    public: PublicPages | None = None  # what it answers to anyone; the app sets it
    first_look: FirstLook | None = None
    side: Side | None = None  # where the sample and the person's own dashboard share an address

    @property
    def taxonomy(self) -> Taxonomy:
        return self.portfolio.taxonomy

    @property
    def is_sample(self) -> bool:
        """A sample is looked at: nothing of it can be changed."""
        return bool(self.portfolio.frames().sample)

    def add(self, page: Page) -> None:
        self.pages.append(page)

    @property
    def menu(self) -> Sequence[Page]:
        return sorted((page for page in self.pages if page.place is not None), key=lambda page: page.place or 0)

    def find(self, path: str | None) -> tuple[Page, dict[str, str]] | None:
        """The page of an address with the variables in it, or None."""
        for page in self.pages:
            variables = page.variables(path or "/")
            if variables is not None:
                return page, variables
        return None

"""The roles that pages measure against: ours and the person's own, read again when a file of theirs changes."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from dashboard import cards
from dashboard.markup import html
from data.errors import TaxonomyError
from data.roles import load_roles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.roles import Role
    from data.taxonomy import Taxonomy


class Shelf:
    """Hands out roles. A broken file of the person's own is told, and ours are there all the same."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = Lock()
        self._taxonomy: Taxonomy | None = None
        self._files: Any = None
        self._roles: dict[str, Role] = {}
        self._problem = ""

    def roles(self) -> tuple[Mapping[str, Role], str]:
        """Roles by id, and what is wrong with files of the person's own (empty: nothing)."""
        folder = self._site.settings.roles
        files = sorted(folder.glob("*.toml")) if folder else []
        written = [(path.name, path.stat().st_mtime_ns) for path in files]
        taxonomy = self._site.taxonomy
        with self._lock:
            if taxonomy is not self._taxonomy or written != self._files:
                self._taxonomy, self._files = taxonomy, written
                self._roles, self._problem = self._load()
            return self._roles, self._problem

    def _load(self) -> tuple[dict[str, Role], str]:
        taxonomy = self._site.taxonomy
        try:
            return load_roles(taxonomy, self._site.settings.roles), ""
        except TaxonomyError as error:
            return load_roles(taxonomy), str(error)


def wrong_files(problem: str) -> list[Component]:
    """What is wrong with role files, above the page."""
    if not problem:
        return []
    lines = [html.P("Your own role files are left out until this is put right:"), *map(html.P, problem.splitlines())]
    return [html.Div(lines, className="sf-note", role="status")]


def choice(roles: Mapping[str, Role], chosen: str, href: Callable[[str], str], label: str) -> Component:
    """Links to the same page for each role, the one in use marked."""
    items = []
    for role in roles.values():
        here = role.id == chosen
        current = {"aria-current": "true"} if here else {}
        link = cards.link(role.name, href(role.id), className=f"sf-pick{' sf-picked' if here else ''}")
        items.append(html.Li(link, **current))
    return html.Nav(html.Ul(items, className="sf-picks"), **{"aria-label": label})

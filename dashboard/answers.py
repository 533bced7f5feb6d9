"""What is sent for an address: page, menu and filters in one answer; and the answers that are kept."""

from __future__ import annotations

from collections import OrderedDict
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard import shell
from dashboard.markup import as_json
from dashboard.site import Ask, Shown

if TYPE_CHECKING:
    from collections.abc import Hashable

    from dashboard.site import Site

KEPT_BYTES = 2_000_000
LONGEST_KEPT = 300  # of a query: longer ones are nobody's link
AT_ONCE = 1  # one interpreter makes pages one after the other anyway; side by side each only takes longer, and memory


def answer(site: Site, path: str, search: str) -> tuple[Shown, Ask, bool]:
    """The page of an address, what was asked, and whether the filters apply to it."""
    found = site.find(path)
    view, notes = site.portfolio.view(search)
    page, variables = found or (None, {})
    ask = Ask(view, search, path.rstrip("/") or "/", variables, site.command, site.first_look is not None)
    shown = page.layout(ask) if page else shell.not_found(path)
    view.rest()
    filtered = bool(page and page.filtered and not view.frames.empty)
    body = [*shell.cards.notes(notes), *shown.body] if filtered else shown.body
    return Shown(shown.title, body, shown.found), ask, filtered


class Answer(NamedTuple):
    """An answer as it is sent."""

    body: bytes  # as JSON
    menu: bytes
    unfiltered: bool
    arrival: dict[str, str]

    @property
    def size(self) -> int:
        return len(self.body) + len(self.menu)


class Answers:
    """Makes answers and keeps those that follow from the store alone, the latest asked for, up to a number of bytes.

    What is kept is sent to whoever passes the gate: nothing about the one who asks may enter a page that is `kept`.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = Lock()
        self._making = BoundedSemaphore(AT_ONCE)
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()

    def of(self, path: str, search: str) -> Answer:
        found = self._site.find(path)
        if found is None or not found[0].kept or len(search) > LONGEST_KEPT:
            return self._make(path, search)
        key = (self._site.portfolio.edition(), path, search)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = self._make(path, search)
        self._keep(key, made)
        return made

    def _make(self, path: str, search: str) -> Answer:
        with self._making:
            shown, ask, filtered = answer(self._site, path, search)
            arrival = {"title": f"{shown.title} · Skillfolio", "path": ask.path}
            return Answer(as_json(shown.body), as_json(shell.menu(self._site, ask)), not filtered, arrival)

    def _keep(self, key: tuple[Any, ...], made: Answer) -> None:
        with self._lock:
            self._kept[key] = made
            for other in [other for other in self._kept if other[0] != key[0]]:  # of another edition
                del self._kept[other]
            while sum(each.size for each in self._kept.values()) > KEPT_BYTES:
                self._kept.popitem(last=False)

"""Public pages, made once for each version of the store and kept: what a visitor waits for is a look-up."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from threading import Lock, RLock
from time import monotonic
from typing import TYPE_CHECKING

from dashboard.heap import give_back
from dashboard.public import page
from data import published

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from data.public_parts import PublicArea, PublicPortfolio
    from data.sharing import ShareLink
    from data.store import Store
    from data.taxonomy import Taxonomy

KEPT = 64  # links
PROJECTS = 2_000  # on all of their pages: 500 take 3 MB
NAMES = 4  # of this server, under which the page of a link is asked for; each page takes 150 KB
YOUNG = 10.0  # seconds: while a collection saves many times a second, pages follow this often


@dataclass
class Kept:
    """What a link shows, with the pages and the picture made of it."""

    link: ShareLink
    portfolio: PublicPortfolio
    stamp: str
    version: int
    day: date
    made: float

    def __post_init__(self) -> None:
        self._pages: dict[page.Addresses, tuple[bytes, str]] = {}
        self._drawings: dict[tuple[str, str, str], tuple[bytes, str]] = {}
        self._lock = Lock()

    def page(self, addresses: page.Addresses) -> tuple[bytes, str]:
        """Return the page for these addresses, and its mark for caches."""
        with self._lock:
            if addresses not in self._pages:
                if len(self._pages) >= NAMES:  # somebody asks under many names
                    self._pages.clear()
                self._pages[addresses] = _marked(page.render(self.portfolio, addresses).encode())
            return self._pages[addresses]

    def drawing(self, draw: Callable[..., str], area: PublicArea | None, scheme: str) -> tuple[bytes, str]:
        """Return a badge or a card, and its mark for caches."""
        asked = (draw.__name__, area.id if area else "", scheme)
        with self._lock:
            if asked not in self._drawings:
                self._drawings[asked] = _marked(draw(self.portfolio, area, scheme).encode())
            return self._drawings[asked]

    @cached_property
    def picture(self) -> tuple[bytes, str]:
        from dashboard.public import picture  # noqa: PLC0415 - Pillow only where a preview is asked for: 4 MB

        made = _marked(picture.draw(self.portfolio))
        give_back()
        return made


class Portfolios:
    """What links show, kept while the store stands. Safe to share between threads.

    While the store changes, a young page is kept on, unless the link, the visibility of a project or the person's word
    on work changed.
    """

    def __init__(
        self, store: Store, taxonomy: Callable[[], Taxonomy], today: Callable[[], date], *, projects: int = PROJECTS
    ) -> None:
        self._store, self._taxonomy, self._today, self._most = store, taxonomy, today, projects
        self._lock = RLock()
        self._making = RLock()  # one at a time: each takes half a second and memory
        self._kept: OrderedDict[int, Kept] = OrderedDict()

    def of(self, link: ShareLink) -> Kept:
        """Return what a link shows now."""
        kept = self._fresh(link)
        if kept is None:
            with self._making:
                kept = self._fresh(link) or self._make(link)
        return kept

    def _fresh(self, link: ShareLink) -> Kept | None:
        with self._lock:
            kept = self._kept.get(link.id)
            if kept is not None:
                self._kept.move_to_end(link.id)
        # another link: made for a visitor who came with it as it was before its owner changed it
        if kept is None or kept.link != link or kept.day != self._today():
            return None
        if kept.version == self._store.version:
            return kept
        is_young = monotonic() - kept.made < YOUNG
        return kept if is_young and kept.stamp == published.visibility(self._store, link) else None

    def _make(self, link: ShareLink) -> Kept:
        # asked for before what they mark is read: a change in between makes the next look anew
        stamp, version = published.visibility(self._store, link), self._store.version
        day = self._today()
        made = published.portfolio(self._store, self._taxonomy(), link, published.as_of(self._store, day))
        kept = Kept(link, made, stamp, version, day, monotonic())
        with self._lock:
            self._kept[link.id] = kept
            self._kept.move_to_end(link.id)
            while len(self._kept) > 1 and self._is_full():
                self._kept.popitem(last=False)
        give_back()
        return kept

    def _is_full(self) -> bool:
        projects = sum(len(kept.portfolio.projects) for kept in self._kept.values())
        return len(self._kept) > KEPT or projects > self._most


def _marked(body: bytes) -> tuple[bytes, str]:
    return body, sha256(body).hexdigest()[:20]

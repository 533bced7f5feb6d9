"""What pages show, finished: frames loaded once for each version of the store, views of them kept for a while.

Pages read properties of a `View` (views.py) and compute nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from datetime import UTC, date, datetime
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from dashboard import filters as filtering
from dashboard.loaded import load
from dashboard.views import View
from data.errors import TaxonomyError
from data.ledger import date_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

    from dashboard.loaded import Frames
    from data.store import Store
    from data.taxonomy import Taxonomy

VIEWS_KEPT = 6
FRESH_SECONDS = 2.0  # while a collection saves many times a second, pages follow this often


class Portfolio:
    """Hands out views. Safe to share between threads: frames are never changed once loaded."""

    def __init__(
        self,
        store: Store,
        taxonomy: Taxonomy,
        today: Callable[[], date] | None = None,
        *,
        own_file: Path | None = None,
        load: Callable[[], Taxonomy] | None = None,
    ) -> None:
        self.store = store
        self.taxonomy = taxonomy
        self._own_file = own_file
        self._load_taxonomy = load
        self._written = _written(own_file)
        self._today = today or (lambda: datetime.now(UTC).astimezone().date())
        self._lock = Lock()
        self._frames: Frames | None = None
        self._checked = 0.0
        self._taken = 0
        self._views: OrderedDict[tuple[Any, ...], View] = OrderedDict()

    def frames(self) -> Frames:
        """The frames of the store as it is now, or as it was a moment ago."""
        with self._lock:
            if self._frames is None or monotonic() - self._checked > FRESH_SECONDS:
                version = self.store.version
                if self._frames is None or self._frames.version != version:
                    self._follow()
                    self._frames = load(self.store, version)
                    self._views.clear()
                self._checked = monotonic()
            return self._frames

    def forget(self) -> None:
        """Look at the store again at the next request; for after a change that was made here."""
        with self._lock:
            self._checked = 0.0

    def take(self, taxonomy: Taxonomy) -> None:
        """Go on with another taxonomy: the person's own entries were changed here."""
        with self._lock:
            self.taxonomy = taxonomy
            self._taken += 1
            self._written = _written(self._own_file)
            self._views.clear()

    def edition(self) -> tuple[Hashable, ...]:
        """What every page rests on: two that rest on equal editions are the same page."""
        frames = self.frames()
        return frames.version, self._taken, self.today(frames)

    def _follow(self) -> None:
        """Take the taxonomy anew when the person's own entries were changed elsewhere; not from a broken file."""
        written = _written(self._own_file)
        if written != self._written and self._load_taxonomy is not None:
            self._written = written
            with suppress(TaxonomyError):
                self.taxonomy = self._load_taxonomy()

    def view(self, search: str | None) -> tuple[View, list[str]]:
        """The view that an URL's query asks for, with notes on what in it was left out."""
        frames = self.frames()
        today = self.today(frames)
        filters, notes = filtering.parse(search, frames.project_rows.keys(), today)
        key = (frames.version, filters, today)
        with self._lock:
            view = self._views.get(key)
            if view is None:
                view = self._views[key] = View(frames, filters, self.taxonomy, today)
                while len(self._views) > VIEWS_KEPT:
                    self._views.popitem(last=False)
            self._views.move_to_end(key)
        return view, notes

    def today(self, frames: Frames) -> date:
        """Today; for a sample the day that it says, or its last active one, so that it does not age on the shelf."""
        if not frames.sample or not len(frames.activity):
            return self._today()
        given = frames.sample.get("as_of")
        return date.fromisoformat(given) if given else date_of(int(frames.activity.days[-1]))


def _written(path: Path | None) -> tuple[int, int] | None:
    """When and how large a file was written; None: there is none."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if found is not None else None

"""What pages show, finished: frames loaded once for each version of the store, views of them kept for a while.

Pages read properties of a `View` (views.py) and compute nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from dashboard import filters as filtering
from dashboard.views import KINDS, View
from data import frames as stored
from data.bulk import bulk_commits
from data.errors import TaxonomyError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

    import pandas as pd

    from data.store import Store
    from data.taxonomy import Taxonomy

VIEWS_KEPT = 12
FRESH_SECONDS = 2.0  # while a collection saves many times a second, pages follow this often


@dataclass  # not frozen: what few pages ask for is read when they do, and kept
class Frames:
    """One version of the store, as frames. Columns as in data/frames.py."""

    version: int
    evidence: dict[str, pd.DataFrame]  # by kind of subject
    projects: pd.DataFrame
    active_days: pd.DataFrame
    sample: dict[str, Any] | None
    sources: frozenset[str]  # of the accounts that are connected
    read: datetime | None  # when a run ended last
    store: Store

    @property
    def empty(self) -> bool:
        return self.active_days.empty and all(frame.empty for frame in self.evidence.values())

    @cached_property
    def unmapped(self) -> pd.DataFrame:
        return stored.unmapped_imports(self.store)

    @cached_property
    def at_head(self) -> pd.DataFrame:
        return stored.head_subjects(self.store)

    @cached_property
    def bulk(self) -> pd.DataFrame:
        """See data.bulk.bulk_commits."""
        return bulk_commits(self.store)

    @cached_property
    def author_count(self) -> int:
        """Everyone found in the histories."""
        return len(self.store.authors())

    @cached_property
    def project_ids(self) -> dict[tuple[str, str], int]:
        """By name and address, as proof names them."""
        return {(row.name, row.url): row.project_id for row in self.projects.itertuples()}


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
                    self._frames = self._load(version)
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
        filters, notes = filtering.parse(search, set(frames.projects["project_id"]), today)
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
        if not frames.sample or frames.active_days.empty:
            return self._today()
        given = frames.sample.get("as_of")
        return date.fromisoformat(given) if given else frames.active_days["day"].max().date()

    def _load(self, version: int) -> Frames:
        return Frames(
            version=version,
            evidence=_by_kind(stored.evidence_days(self.store)),
            projects=stored.projects(self.store),
            active_days=stored.active_days(self.store),
            sample=self.store.setting("sample"),
            sources=frozenset(account.source for account in self.store.accounts()),
            read=max((run.ended for run in self.store.runs(50) if run.ended), default=None),
            store=self.store,
        )


def _written(path: Path | None) -> tuple[int, int] | None:
    """When and how large a file was written; None: there is none."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if found is not None else None


def _by_kind(evidence: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Slices, not copies: rows of a kind stand together."""
    places = {kind: np.flatnonzero(evidence["subject_kind"] == kind) for kind in KINDS}
    return {kind: evidence.iloc[at[0] : at[-1] + 1] if len(at) else evidence.iloc[:0] for kind, at in places.items()}

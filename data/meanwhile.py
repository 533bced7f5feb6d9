"""Evidence worked out now and then while a collection goes on, so that pages show what is in already."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

from data.detect import detect
from data.errors import SkillfolioError
from data.taxonomy.own import load_chosen

if TYPE_CHECKING:
    from data.settings import Settings
    from data.store import Store
    from data.taxonomy import Taxonomy

SHARE = 0.08  # of the time, at most
LEAST = 2.0  # seconds between two


class Meanwhile:
    """Call it as often as you like: it detects when something was saved since and enough time has gone by.

    Never call it within a transaction of the store.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._version, self._next = store.version, 0.0
        self._lock = Lock()
        self._taxonomy: Taxonomy | None = None  # in use till the end, so that it is made once

    def __call__(self) -> bool:
        """Whether evidence was worked out now. What goes wrong is told by the detection that ends a collection."""
        if time.monotonic() < self._next or not self._lock.acquire(blocking=False):
            return False
        try:
            return self._store.version != self._version and self._detect()
        except SkillfolioError:
            return False
        finally:
            self._lock.release()

    def _detect(self) -> bool:
        started = time.monotonic()
        self._next = started + LEAST
        self._taxonomy = load_chosen(self._settings)
        detect(self._store, self._taxonomy)
        ended = time.monotonic()
        self._version, self._next = self._store.version, ended + max(LEAST, (ended - started) / SHARE)
        return True

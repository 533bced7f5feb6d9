"""Counting visits: by link and day, nothing about the visitor. Written a moment later, apart from the answer."""

from __future__ import annotations

import logging
import re
from collections import Counter
from threading import Lock, Timer
from typing import TYPE_CHECKING

from data import sharing
from data.errors import SkillfolioError

if TYPE_CHECKING:
    from datetime import date

    from data.store import Store

log = logging.getLogger(__name__)
PAUSE = 2.0  # seconds: visits that come together are one write
PROGRAMS = re.compile(
    r"bot|crawl|spider|preview|fetch|facebookexternalhit|whatsapp|slack|curl|wget|python", re.IGNORECASE
)


def is_person(agent: str, purpose: str) -> bool:
    """Whether a page was asked for to be read; it is decided and forgotten. Link previews and crawlers are not."""
    return bool(agent) and not PROGRAMS.search(agent) and "prefetch" not in purpose


class Visits:
    """Gathers visits and writes them soon; a store that is held by a collector keeps no visitor waiting."""

    def __init__(self, store: Store, pause: float = PAUSE) -> None:
        self._store, self._pause = store, pause
        self._lock = Lock()
        self._counts: Counter[tuple[int, date]] = Counter()
        self._timer: Timer | None = None

    def count(self, link_id: int, day: date) -> None:
        with self._lock:
            self._counts[link_id, day] += 1
            self._wake()

    def _wake(self) -> None:
        if self._timer is None:
            self._timer = Timer(self._pause, self.write)
            self._timer.daemon = True
            self._timer.start()

    def write(self) -> None:
        """Write what was counted; what cannot be written now is tried again with the next visit."""
        with self._lock:
            counts, self._counts, self._timer = self._counts, Counter(), None
        try:
            sharing.count_visits(self._store, counts)
        except SkillfolioError as error:
            log.warning("visits are not written yet: %s", error)
            with self._lock:
                self._counts.update(counts)

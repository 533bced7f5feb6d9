"""A limit on guessing share addresses: who asks for too many that open nothing has to wait."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from time import monotonic

MISSES = 30  # within WINDOW; then every address of ours is refused to the one who asks
WINDOW = 600.0  # seconds
REMEMBERED = 10_000  # networks; the longest silent are forgotten first


class Misses:
    """Counts of addresses that opened nothing, by network; in memory, and never more than REMEMBERED of them."""

    def __init__(self, limit: int = MISSES, window: float = WINDOW, remembered: int = REMEMBERED) -> None:
        self._limit, self._window, self._remembered = limit, window, remembered
        self._lock = Lock()
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()  # misses, when the first of them was

    def wait(self, who: str) -> int:
        """Return the seconds that somebody has to wait, 0 for nearly everyone."""
        now = monotonic()
        with self._lock:
            misses, since = self._counts.get(who, (0, now))
            left = since + self._window - now
            return max(1, round(left)) if misses >= self._limit and left > 0 else 0

    def count(self, who: str) -> None:
        now = monotonic()
        with self._lock:
            misses, since = self._counts.pop(who, (0, now))
            self._counts[who] = (1, now) if now - since > self._window else (misses + 1, since)
            while len(self._counts) > self._remembered:
                self._counts.popitem(last=False)

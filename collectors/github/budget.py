"""How many requests are left, by resource, as the headers of the replies say.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RESERVE = 5  # left for the person's other programs
SHARE = 10  # of a small budget only this part is left: search has 10 a minute


@dataclass(slots=True)
class Window:
    """One resource until `reset` (seconds since the epoch)."""

    limit: int
    remaining: int
    reset: float


@dataclass(slots=True)
class Budget:
    """The windows seen so far; a resource that was never told is not limited."""

    windows: dict[str, Window] = field(default_factory=dict)

    def note(self, headers: Mapping[str, str], resource: str) -> None:
        """Take over what a reply's headers (lower-case names) say."""
        try:
            window = Window(
                limit=int(float(headers["x-ratelimit-limit"])),
                remaining=int(float(headers["x-ratelimit-remaining"])),
                reset=float(headers["x-ratelimit-reset"]),
            )
        except (KeyError, ValueError, OverflowError):
            return
        self.windows[headers.get("x-ratelimit-resource") or resource] = window

    def wait(self, resource: str, now: float) -> float:
        """Seconds until the next request of a resource may go out; 0.0 for now."""
        window = self.windows.get(resource)
        if window is None or window.remaining > min(RESERVE, window.limit // SHARE):
            return 0.0
        return max(0.0, window.reset - now + 1.0)

    def left(self) -> dict[str, int]:
        return {name: window.remaining for name, window in sorted(self.windows.items())}


def resource_of(path: str) -> str:
    """Which window a request is counted in, when the reply does not say."""
    if path.endswith("/graphql"):
        return "graphql"
    return "search" if "/search/" in path else "core"


def refusal_wait(status: int, headers: Mapping[str, str], message: str, now: float, tries: int) -> float | None:
    """Seconds that a 403 or 429 asks us to wait; None when it is no rate limit.

    In GitHub's order: `retry-after`; the reset when nothing remains; else a minute, doubling.
    """
    if (after := headers.get("retry-after", "")).strip().isdigit():
        return float(after)
    if headers.get("x-ratelimit-remaining") == "0":
        try:
            return max(1.0, float(headers["x-ratelimit-reset"]) - now + 1.0)
        except (KeyError, ValueError):
            return 60.0
    text = message.lower()
    if status == 429 or "rate limit" in text or "abuse detection" in text:  # noqa: PLR2004
        return 60.0 * 2.0**tries
    return None

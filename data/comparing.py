"""Two dates held against each other: pure functions of the rows that `metrics.skill_standings` says of each.

Levels never fall as time goes by; what can be lost is recency.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from data.gap import STALE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from data.gap import Stands


class Between(NamedTuple):
    """A skill at two dates."""

    skill: str
    before: int  # level
    after: int
    new_days: int  # active days in between
    first_use: bool  # nothing was known of it before
    before_recency: str
    recency: str
    last: date | None

    @property
    def rise(self) -> int:
        return self.after - self.before

    @property
    def gone_dormant(self) -> bool:
        return self.recency == "dormant" and self.before_recency not in {"", "dormant"}

    @property
    def come_back(self) -> bool:
        return self.recency == "current" and self.before_recency in STALE


def compare_levels(before: Mapping[str, Stands], after: Mapping[str, Stands]) -> list[Between]:
    """Return every skill of `after` at both dates; both are rows by skill, of the same skills."""
    found = []
    for skill, now in after.items():
        was = before[skill]
        new_days, first_use = now.active_days - was.active_days, not was.active_days and now.active_days > 0
        found.append(Between(skill, was.level, now.level, new_days, first_use, was.recency, now.recency, now.last))
    return found

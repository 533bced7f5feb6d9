"""Which dates an axis of time names: few enough for a phone, and none between two that are as round.

`files/page.js` chooses the same ones when a visitor looks closer; a test holds the two together.
"""

from __future__ import annotations

from datetime import date

from dashboard.phrases import MONTHS

YEAR = 12
APART = (1, 2, 3, 6, YEAR, 2 * YEAR, 5 * YEAR, 10 * YEAR, 20 * YEAR)  # months
MOST = 4  # labels


def ticks(first: date, last: date) -> list[tuple[float, str]]:
    """Return where dates stand between first (0) and last (1), with their labels: "2019", or "Apr" within years."""
    span = (last - first).days
    if span <= 0:
        return []
    months = range(first.year * YEAR + first.month - (first.day == 1), last.year * YEAR + last.month)
    # two labels are a fourth of the axis apart: less would run together on a phone
    found = ([month for month in months if month % step == 0] for step in APART if MOST * step >= len(months) - 1)
    chosen = next((some for some in found if len(some) <= MOST), [])
    days = [date(month // YEAR, month % YEAR + 1, 1) for month in chosen]
    return [((day - first).days / span, _label(day)) for day in days]


def _label(day: date) -> str:
    return str(day.year) if day.month == 1 else MONTHS[day.month - 1]

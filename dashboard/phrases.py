"""Numbers, dates and spans as a reader writes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from data.ledger import date_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
THIN = "\u202f"  # narrow no-break space: between groups of three digits, before a percent sign


def number(value: float) -> str:
    """1234567 → "1 234 567" with narrow spaces; halves are rounded to whole numbers."""
    return f"{round(value):,}".replace(",", THIN)


def count(value: int, one: str, many: str = "") -> str:
    """Say how many: "1 day", "3 repositories"."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """Whole percents; something that is there is never "0 %", and less than all is never "100 %"."""
    if 0 < share < 0.005:  # noqa: PLR2004
        return f"<1{THIN}%"
    if 0.995 <= share < 1:  # noqa: PLR2004
        return f">99{THIN}%"
    return f"{round(share * 100)}{THIN}%"


def as_date(value: Any) -> date | None:
    """A date from what a row, a frame's cell, the store or an URL holds; None when there is none."""
    if value is None or value == "" or value != value:  # noqa: PLR0124 - NaN and NaT differ from themselves
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, np.datetime64):
        return date_of(int(value.astype("datetime64[D]").astype(int)))
    return date.fromisoformat(str(value)[:10])


def day(value: Any) -> str:
    """3 Mar 2024; an en dash when there is no date."""
    found = as_date(value)
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}" if found else "–"


def month(value: Any) -> str:
    """Mar 2024."""
    found = as_date(value)
    return f"{MONTHS[found.month - 1]} {found.year}" if found else "–"


def span(first: Any, last: Any) -> str:
    """3 Mar 2024 – 5 Apr 2025, or the one day."""
    return day(first) if as_date(first) == as_date(last) else f"{day(first)} – {day(last)}"


def months(first: Any, last: Any) -> str:
    """Mar 2024 – Apr 2025, or the one month."""
    return month(first) if month(first) == month(last) else f"{month(first)} – {month(last)}"


def ago(value: Any, today: date) -> str:
    """How long ago, in the largest unit that fits."""
    found = as_date(value)
    if found is None:
        return "never"
    days = (today - found).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    for size, one in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
        if days >= size:
            return f"{count(days // size, one)} ago"
    return day(found)


def moment(value: datetime | None) -> str:
    """21 Nov 2026, 14:05 UTC."""
    return f"{day(value)}, {value:%H:%M} UTC" if value else "–"


def listing(names: list[str], limit: int = 3) -> str:
    """As "a, b and c", or "a, b, c and 4 more"."""
    if len(names) > limit:
        return f"{', '.join(names[:limit])} and {number(len(names) - limit)} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def weeks_of(days: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The year of each day (datetime64[D]), and which seven days of it, from 0, hold the day."""
    years = days.astype("datetime64[Y]")
    weeks = (days - years.astype("datetime64[D]")).astype(int) // 7
    return years.astype(int) + 1970, weeks

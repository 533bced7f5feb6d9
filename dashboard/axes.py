"""Axes of time and labels of charts: what several modules of figures are made with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.skill_views import Month

DAY_IN_MS = 86_400_000
DAYS_TOLD_SINGLY = 62
MONTHS_TOLD_SINGLY = 24
SMALL_TICKS = 3
LEAST_MONTHS = 12  # so that one month is a bar, not a wall


def label(text: str, x: float, y: float, *, anchor: str, colour: str, shift: int, size: int = 13) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "xref": "paper",
        "xanchor": anchor,
        "y": y,
        "yref": "y",
        "yanchor": "bottom",
        "yshift": shift,
        "showarrow": False,
        "font": {"color": colour, "size": size},
    }


def bare_axis(**more: Any) -> dict[str, Any]:
    return {"visible": False, "fixedrange": True, **more}


def time_axis(first: date | None, last: date | None, ticks: int) -> dict[str, Any]:
    """A date axis over a window with ticks at whole days, months or years, at most about `ticks` of them."""
    if first is None or last is None:
        return {"type": "date", "showgrid": False, "tickformat": "%b %Y"}
    days, months = (last - first).days + 1, months_between(first, last) + 1
    if days <= DAYS_TOLD_SINGLY:
        form, start, step = "%-d %b", first, -(-days // ticks) * DAY_IN_MS
    elif months <= MONTHS_TOLD_SINGLY:
        form, start, step = "%b %Y", first.replace(day=1), f"M{_rounded(-(-months // ticks), (1, 2, 3, 6))}"
    else:
        form, start, step = "%Y", date(first.year, 1, 1), f"M{12 * -(-months // 12 // ticks)}"
    return {
        "type": "date",
        "showgrid": False,
        "tickformat": form,
        "tick0": start.isoformat(),
        "dtick": step,
        "range": [first.isoformat(), (last + timedelta(days=1)).isoformat()],
    }


def small_time_axis(first: date | None, last: date | None) -> dict[str, Any]:
    """The same for a chart of some 80 px: few ticks, their words one below the other, never aslant."""
    axis = time_axis(first, last, SMALL_TICKS)
    return {**axis, "tickformat": axis["tickformat"].replace(" ", "\n"), "tickangle": 0}


def month_bounds(months: Sequence[Month], window: tuple[date, date] | None) -> tuple[date, date] | tuple[None, None]:
    """Whole months that hold the window and all rows, at least `LEAST_MONTHS` of them around a short one."""
    if not len(months):
        return None, None
    first, last = months[0].month, months[-1].month
    if window:
        first, last = min(first, window[0]), max(last, window[1])
    missing = max(LEAST_MONTHS - 1 - months_between(first, last), 0)
    begin = month_after(first, -(missing // 2))
    return begin, month_after(last, missing - missing // 2 + 1) - timedelta(days=1)


def month_after(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def months_between(first: Any, last: Any) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _rounded(number: int, steps: Sequence[int]) -> int:
    return next((step for step in steps if step >= number), steps[-1])

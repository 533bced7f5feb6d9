"""Charts as SVG, made on the server: shapes only, coloured by classes of the style sheet.

They hold no text but the labels of an axis: names and numbers stand beside them in HTML, where they keep their size
on every screen, are read out and can be copied. So a drawing that only repeats its label is hidden from screen
readers; the others have a title, and a table stands below them.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from dashboard.phrases import weeks_of
from dashboard.public import axis

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

AREA_COLOURS = 8
WEEKS = 53
CELL, GAP = 9, 2  # of the calendar, in its own units
WIDTH, HEIGHT = 240, 72  # of a growth line
EDGE = 0.06
EPOCH = date(1970, 1, 1)
STEPS = (1, 2, 4, 6)  # active days of a week from which its cell is darker


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _level(share: float) -> float:
    return 2 + (HEIGHT - 4) * (1 - share)


def _svg(
    content: str, width: float, height: float, css: str, title: str = "", *, stretch: bool = False, tip: bool = False
) -> Markup:
    """A drawing; without a title it is hidden from screen readers. `stretch`: it may lose its proportions.

    `tip`: the title is seen by whoever points at it, too.
    """
    named = f'role="img" aria-label="{Markup.escape(title)}"' if title else 'aria-hidden="true"'
    inner = f"<title>{Markup.escape(title)}</title>" if tip else ""
    aspect = ' preserveAspectRatio="none"' if stretch else ""
    head = f'<svg class="{css}" viewBox="0 0 {_number(width)} {_number(height)}" width="{_number(width)}"'
    return Markup(f'{head} height="{_number(height)}"{aspect} {named} focusable="false">{inner}{content}</svg>')  # noqa: S704 - only numbers, our classes and an escaped title


def area_class(place: int) -> str:
    return f"a{place % AREA_COLOURS}"


def share_bar(share: float, place: int) -> Markup:
    """One thin bar on its track, from 0 to 1, in the colour of an area."""
    filled = f'<rect class="fill {area_class(place)}" width="{_number(100 * share)}" height="6"/>' if share else ""
    return _svg(f'<rect class="track" width="100" height="6"/>{filled}', 100, 6, "bar", stretch=True)


def level_marks(level: int) -> Markup:
    """Four marks, as many filled as the level is high."""
    marks = "".join(
        f'<rect class="{"on" if number < level else "track"}" x="{number * 10}" width="8" height="8" rx="1.5"/>'
        for number in range(4)
    )
    return _svg(marks, 38, 8, "marks")


def growth_line(points: Sequence[tuple[date, float]], place: int, title: str) -> Markup:
    """Coverage (0 to 1) of one area over time, with lines at 0, 50 and 100 % and at the ticks of its axis."""
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()
    span = max(last - first, 1)
    places = [((day.toordinal() - first) / span * WIDTH, _level(share)) for day, share in _bends(points)]
    path = "L".join(f"{_number(x)} {_number(y)}" for x, y in places)
    grid = "".join(f'<path class="grid" d="M0 {_number(_level(share))}H{WIDTH}"/>' for share in (0, 0.5, 1))
    upright = "".join(f"M{_number(share * WIDTH)} 0V{HEIGHT}" for share, _ in axis.ticks(points[0][0], points[-1][0]))
    grid = f'<path class="grid tick" d="{upright}"/>{grid}'
    colour = area_class(place)
    fill = f'<path class="under {colour}" d="M{path}L{WIDTH} {_number(_level(0))}L0 {_number(_level(0))}Z"/>'
    return _svg(f'{grid}{fill}<path class="line {colour}" d="M{path}"/>', WIDTH, HEIGHT, "growth", title, stretch=True)


def _bends(points: Sequence[tuple[date, float]]) -> list[tuple[date, float]]:
    """The points without those inside a level stretch, which most of them are."""
    around = zip(points, points[1:], points[2:], strict=False)
    return [points[0], *(one for before, one, after in around if not before[1] == one[1] == after[1]), *points[-1:]]


def growth_axis(points: Sequence[tuple[date, float]]) -> Markup:
    """The labels below a growth line. Places are shares of the width, so that the text keeps its shape."""
    marks = "".join(
        f'<text{_edge(share)} x="{_number(100 * share)}%" y="12">{label}</text>'
        for share, label in axis.ticks(points[0][0], points[-1][0])
    )
    return Markup(f'<svg class="axis" width="100%" height="16" aria-hidden="true" focusable="false">{marks}</svg>')  # noqa: S704 - only numbers and names of months


def _edge(share: float) -> str:
    """Labels at an edge reach over it on a screen, which paper would cut."""
    return ' class="begin"' if share < EDGE else ' class="end"' if share > 1 - EDGE else ""


def growth_days(points: Sequence[tuple[date, float]]) -> str:
    """The days of a line's points, counted from 1970, for the script."""
    return ",".join(str((day - EPOCH).days) for day, _ in points)


def growth_shares(points: Sequence[tuple[date, float]]) -> str:
    """Their values, nothing for one that equals the value before."""
    said = [f"{share:.4f}".rstrip("0").rstrip(".") for _, share in points]
    return ",".join("" if number and said[number - 1] == one else one for number, one in enumerate(said))


def year_of_weeks(days: Iterable[date], year: int, title: str) -> Markup:
    """The weeks of a year as cells, each darker the more of its days were active."""
    counted = _days_by_week(days, year)
    cells: dict[int, list[str]] = {number: [] for number in range(len(STEPS) + 1)}
    for week in range(WEEKS):
        shade = sum(counted.get(week, 0) >= least for least in STEPS)
        cells[shade].append(f"M{week * (CELL + GAP)} 0h{CELL}v{CELL}h-{CELL}z")
    drawn = "".join(f'<path class="shade{shade}" d="{"".join(paths)}"/>' for shade, paths in cells.items() if paths)
    return _svg(drawn, WEEKS * (CELL + GAP) - GAP, CELL, "weeks", title, stretch=True, tip=True)


def weeks_counted(days: Iterable[date], year: int) -> str:
    """The active days of each week of a year, a digit each, for the script."""
    counted = _days_by_week(days, year)
    return "".join(str(counted.get(week, 0)) for week in range(WEEKS))


def _days_by_week(days: Iterable[date], year: int) -> Counter[int]:
    found = np.array(sorted(day for day in days if day.year == year), dtype="datetime64[D]")
    return Counter(weeks_of(found)[1].tolist())


def days_by_year(days: Iterable[date]) -> list[tuple[int, int]]:
    """Years and their active days, the latest first; years without any in between are there too."""
    counted = Counter(day.year for day in days)
    return [(year, counted[year]) for year in range(max(counted), min(counted) - 1, -1)] if counted else []

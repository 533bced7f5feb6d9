"""Charts as SVG, made on the server: shapes only, coloured by classes of the style sheet.

They hold no text: names and numbers stand beside them in HTML, where they keep their size on every screen, are
read out and can be copied. So a drawing that only repeats its label is hidden from screen readers; the others
have a title, and a table stands below them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from markupsafe import Markup

from dashboard.phrases import weeks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

import numpy as np

AREA_COLOURS = 8
WEEKS = 53
CELL, GAP = 9, 2  # of the calendar, in its own units
WIDTH, HEIGHT = 240, 72  # of a growth line
STEPS = (1, 2, 4, 6)  # active days of a week from which its cell is darker


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _level(share: float) -> float:
    return 2 + (HEIGHT - 4) * (1 - share)


def _svg(content: str, width: float, height: float, css: str, title: str = "", *, stretch: bool = False) -> Markup:
    """A drawing; without a title it is hidden from screen readers. `stretch`: it may lose its proportions."""
    named = f'role="img" aria-label="{Markup.escape(title)}"' if title else 'aria-hidden="true"'
    inner = f"<title>{Markup.escape(title)}</title>" if title else ""
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
    """Coverage (0 to 1) of one area over time, with lines at 0, 50 and 100 %."""
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()
    span = max(last - first, 1)
    places = [((day.toordinal() - first) / span * WIDTH, _level(share)) for day, share in points]
    path = "L".join(f"{_number(x)} {_number(y)}" for x, y in places)
    grid = "".join(f'<path class="grid" d="M0 {_number(_level(share))}H{WIDTH}"/>' for share in (0, 0.5, 1))
    colour = area_class(place)
    fill = f'<path class="under {colour}" d="M{path}L{WIDTH} {_number(_level(0))}L0 {_number(_level(0))}Z"/>'
    return _svg(f'{grid}{fill}<path class="line {colour}" d="M{path}"/>', WIDTH, HEIGHT, "growth", title, stretch=True)


def year_of_weeks(days: Iterable[date], year: int, title: str) -> Markup:
    """The weeks of a year as cells, each darker the more of its days were active."""
    found = np.array(sorted(day for day in days if day.year == year), dtype="datetime64[D]")
    counted = Counter(weeks_of(found)[1].tolist())
    cells: dict[int, list[str]] = {number: [] for number in range(len(STEPS) + 1)}
    for week in range(WEEKS):
        shade = sum(counted.get(week, 0) >= least for least in STEPS)
        cells[shade].append(f"M{week * (CELL + GAP)} 0h{CELL}v{CELL}h-{CELL}z")
    drawn = "".join(f'<path class="shade{shade}" d="{"".join(paths)}"/>' for shade, paths in cells.items() if paths)
    return _svg(drawn, WEEKS * (CELL + GAP) - GAP, CELL, "weeks", title, stretch=True)


def days_by_year(days: Iterable[date]) -> list[tuple[int, int]]:
    """Years and their active days, the latest first; years without any in between are there too."""
    counted = Counter(day.year for day in days)
    return [(year, counted[year]) for year in range(max(counted), min(counted) - 1, -1)] if counted else []

"""Charts: pure functions of frames to figures, as plain dictionaries without a template.

Colours are tokens ("@level:3", "@area:mathematics"; "~26" behind one is its opacity in hex) that the browser
replaces by the scheme in use. Names come from repositories, so they are escaped: Plotly reads some HTML.
Labels stand above their bar, not beside it, so that a chart reads the same on a phone.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from dashboard import phrases
from dashboard.axes import (
    DAY_IN_MS,
    bare_axis,
    label,
    month_after,
    month_bounds,
    months_between,
    small_time_axis,
    time_axis,
)
from dashboard.skill_views import Month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dashboard.skill_views import AreaRow, SkillRow
    from dashboard.views import Matrix, TechnologyRow

Figure = dict[str, Any]

ROW = 44  # px of a labelled bar
SPAN_ROW = 30  # px of a labelled span
YEAR_ROW = 24  # px of a calendar's year
MATRIX_ROW = 23
LETTER = 7  # px, about, of a tick's text
DAYS_OF_LEVEL = (1, 5, 15, 40)  # steps of the matrix's colour, in active days
MONTHS_SHOWN_SINGLY = 72  # beyond six years, bars are quarters
DAYS_OF_MONTH = 30.4
WHOLE = 5  # fewer days than this are told one by one
NO_HOVER = "skip"


def labelled_bars(
    names: Sequence[str], shares: Sequence[float], texts: Sequence[str], colours: Sequence[str]
) -> Figure:
    """One bar a name, from 0 to 1, on a track; the name above its left end, the text above its right end."""
    rows = list(range(len(names)))
    bar = {"type": "bar", "orientation": "h", "y": rows, "width": 0.2, "hoverinfo": NO_HOVER}
    labels = [
        each
        for row, name, text in zip(rows, names, texts, strict=True)
        for each in (
            label(escape(name), 0, row, anchor="left", colour="@text", shift=6),
            label(escape(text), 1, row, anchor="right", colour="@dim", shift=6),
        )
    ]
    return {
        "data": [
            {**bar, "x": [1] * len(rows), "marker": {"color": "@track", "cornerradius": 4}},
            {**bar, "x": [float(share) for share in shares], "marker": {"color": list(colours), "cornerradius": 4}},
        ],
        "layout": {
            "barmode": "overlay",
            "xaxis": bare_axis(range=[0, 1]),
            "yaxis": bare_axis(range=[len(rows) - 0.65, -0.75]),
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "annotations": labels,
        },
    }


def coverage_bars(coverage: Sequence[AreaRow]) -> Figure:
    """Coverage by area."""
    texts = [f"{phrases.percent(row.coverage)} · {row.shown} of {phrases.count(row.of, 'skill')}" for row in coverage]
    colours = [f"@area:{row.area}" for row in coverage]
    return labelled_bars([row.name for row in coverage], [row.coverage for row in coverage], texts, colours)


def technology_bars(technologies: Sequence[TechnologyRow]) -> Figure:
    """Active days of each technology; the largest first."""
    days = [row.active_days for row in technologies]
    most = max(days, default=1)
    texts = [phrases.count(each, "day") for each in days]
    shares = [each / most for each in days]
    return labelled_bars([row.name for row in technologies], shares, texts, ["@accent"] * len(texts))


def coverage_history(points: Sequence[tuple[date, float]], area: str, ticks: int = 0) -> Figure:
    """How the coverage (0-1) of one area grew, date by date; without a number of `ticks` it is a small chart."""
    ends = (points[0][0], points[-1][0]) if points else (None, None)
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": [when.isoformat() for when, _ in points],
                "y": [round(coverage, 4) for _, coverage in points],
                "line": {"color": f"@area:{area}", "width": 2},
                "fill": "tozeroy",
                "fillcolor": f"@area:{area}~1f",
                "hovertemplate": "%{x|%-d %b %Y}: %{y:.0%}<extra></extra>",
            }
        ],
        "layout": {
            "xaxis": time_axis(*ends, ticks) if ticks else small_time_axis(*ends),
            "yaxis": {"range": [0, 1.03], "tickvals": [0, 0.5, 1], "tickformat": ".0%"},
            "hovermode": "x",
            "margin": {"l": 8, "r": 12, "t": 6, "b": 4},
        },
    }


def first_uses(rows: Sequence[SkillRow]) -> Figure:
    """From first to last use of each skill; the earliest first."""
    days = [day for row in rows for day in (row.first, row.last) if day]
    ends = (min(days), max(days)) if days else (None, None)
    # room for the dots of the first and last day
    axis = time_axis(ends[0] and ends[0] - timedelta(days=9), ends[1] and ends[1] + timedelta(days=9), 6)
    spans = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": [str(row.first), str(row.last)],
            "y": [number, number],
            "line": {"color": f"@area:{row.area}~66", "width": 4},
            "marker": {"color": f"@area:{row.area}", "size": [9, 6]},
            "cliponaxis": False,
            "text": [phrases.span(row.first, row.last)] * 2,
            "hovertemplate": f"{escape(row.name)}<br>%{{text}}<extra></extra>",
        }
        for number, row in enumerate(rows)
    ]
    labels = [
        {**label(escape(row.name), 0, number, anchor="left", colour="@dim", shift=3, size=12), "bgcolor": "@surface"}
        for number, row in enumerate(rows)
    ]
    return {
        "data": spans,
        "layout": {
            "xaxis": {**axis, "side": "top", "showgrid": True, "zeroline": False},
            "yaxis": bare_axis(range=[len(rows) - 0.4, -1.0]),
            "annotations": labels,
            "margin": {"l": 6, "r": 12, "t": 4, "b": 4},
        },
    }


def activity_calendar(days: NDArray[np.datetime64]) -> Figure:
    """Active days in each week of each year: a row a year, the latest on top; a column a week."""
    of_day, week_of_day = phrases.weeks_of(np.unique(days))
    counted = Counter(zip(of_day.tolist(), week_of_day.tolist(), strict=True))
    years = sorted({year for year, _ in counted}, reverse=True)
    every = list(range(years[0], years[-1] - 1, -1)) if years else []
    weeks = range(53)
    starts = {(year, week): date(year, 1, 1) + timedelta(days=7 * week) for year in every for week in weeks}
    return {
        "data": [
            {
                "type": "heatmap",
                "x": list(weeks),
                "y": [str(year) for year in every],
                "z": [[counted[year, week] for week in weeks] for year in every],
                "text": [[phrases.day(starts[year, week]) for week in weeks] for year in every],
                "hovertemplate": "Week from %{text}: active on %{z} of 7 days<extra></extra>",
                "colorscale": _steps(8, (0, 1, 1, 2, 2, 3, 3, 4)),
                "zmin": -0.5,
                "zmax": 7.5,
                "xgap": 2,
                "ygap": 3,
                "showscale": False,
            }
        ],
        "layout": {
            "xaxis": {
                "tickvals": [round((date(2023, month, 1).timetuple().tm_yday - 1) / 7, 1) for month in range(1, 13, 2)],
                "ticktext": [phrases.MONTHS[month - 1] for month in range(1, 13, 2)],
                "showgrid": False,
                "zeroline": False,
                "side": "top",
            },
            "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False},
            "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
            "minreducedheight": YEAR_ROW,  # else the months' names have no room above two years
        },
    }


def _steps(count: int, levels: Sequence[int]) -> list[list[Any]]:
    """A colour scale of `count` flat steps."""
    return [[place / count, f"@level:{level}"] for step, level in enumerate(levels) for place in (step, step + 1)]


def _step_of(days: int) -> int:
    return sum(days >= least for least in DAYS_OF_LEVEL)


def project_matrix(matrix: Matrix) -> Figure:
    """Active days of each skill (a row) in each project (a column)."""
    values = [[days[place] for days in matrix.days] for place in range(len(matrix.skills))]
    return {
        "data": [
            {
                "type": "heatmap",
                "x": [escape(name) for name in matrix.projects],
                "y": [escape(name) for name in matrix.skills],
                "z": [[_step_of(days) for days in row] for row in values],
                "customdata": values,
                "hovertemplate": "%{x}<br>%{y}: %{customdata} active days<extra></extra>",
                "colorscale": _steps(5, range(5)),
                "zmin": -0.5,
                "zmax": 4.5,
                "xgap": 2,
                "ygap": 2,
                "showscale": False,
            }
        ],
        "layout": {
            "xaxis": {"type": "category", "side": "top", "tickangle": -90, "showgrid": False, "dtick": 1},
            "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False, "dtick": 1},
            "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
        },
    }


def matrix_size(matrix: Matrix) -> tuple[int, int]:
    """Height and least width, in px, at which no name is cut and each square can be told."""
    head, side = (LETTER * max(map(len, names), default=0) + 16 for names in (matrix.projects, matrix.skills))
    return head + MATRIX_ROW * max(len(matrix.skills), 1), side + MATRIX_ROW * max(len(matrix.projects), 1)


def by_quarter(months: Sequence[Month]) -> bool:
    """Whether so many months are bars by quarter."""
    return len(months) > 0 and months_between(months[0].month, months[-1].month) > MONTHS_SHOWN_SINGLY


def active_days_by_month(
    months: Sequence[Month], window: tuple[date, date] | None = None, unit: str = "active days"
) -> Figure:
    """Active days by month, those with unassisted work and those with assisted work only.

    One row a month that has any. The axis holds the whole window, in months. Beyond six years bars are quarters.
    """
    begin, end = month_bounds(months, window)
    if begin and end and by_quarter(months):  # whole ones
        begin = month_after(begin, -((begin.month - 1) % 3))
        end = month_after(end, 3 - (end.month - 1) % 3) - timedelta(days=1)
    width = "month"
    if by_quarter(months):
        months, width = _quarters(months), "quarter"
    x = [row.month.isoformat() for row in months]
    shape = "%b %Y" if width == "month" else "Quarter from %b %Y"
    # a width of its own, since one bar alone has nothing to take it from
    size, period = (DAYS_OF_MONTH, "M1") if width == "month" else (3 * DAYS_OF_MONTH, "M3")
    bar = {"type": "bar", "x": x, "xperiod": period, "xperiodalignment": "middle", "width": 0.85 * size * DAY_IN_MS}
    most = max((row.own + row.assisted for row in months), default=0)
    return {
        "data": [
            {
                **bar,
                "name": name,
                "y": [getattr(row, column) for row in months],
                "marker": {"color": colour},
                "hovertemplate": f"%{{x|{shape}}}: %{{y}} {unit}{note}<extra></extra>",
            }
            for name, column, colour, note in (
                ("own", "own", "@accent", ""),
                ("assisted only", "assisted", "@dim", ", assisted only"),
            )
            if column == "own" or any(row.assisted for row in months)
        ],
        "layout": {
            "barmode": "stack",
            "bargap": 0.15,
            "xaxis": time_axis(begin, end, 8),
            "yaxis": {"rangemode": "tozero", "tickformat": "d", **({"dtick": 1} if most < WHOLE else {"nticks": 4})},
            "margin": {"l": 8, "r": 12, "t": 6, "b": 4},
        },
    }


def _quarters(months: Sequence[Month]) -> list[Month]:
    """Months added up by quarter."""
    found: dict[date, list[int]] = {}
    for row in months:
        sums = found.setdefault(month_after(row.month, -((row.month.month - 1) % 3)), [0, 0])
        sums[0] += row.own
        sums[1] += row.assisted
    return [Month(quarter, *sums) for quarter, sums in found.items()]

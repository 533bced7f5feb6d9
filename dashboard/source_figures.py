"""Charts split by source: the same things as those of `figures.py`, each part in the colour of where it came from.

Pure functions of rows to figures. What the person says of themselves is hatched, so that no colour must tell it.
"""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, Any

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
from dashboard.figures import DAYS_OF_MONTH, MONTHS_SHOWN_SINGLY
from dashboard.source_views import MonthParts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dashboard.figures import Figure
    from dashboard.skill_views import AreaRow, SkillRow
    from dashboard.source_views import Source, SourceSpan

SPAN_ROW = 40  # px of a skill: its name, and below it a line a source
HATCH = {"shape": "/", "size": 6, "solidity": 0.35}
STEP = 0.12  # between the lines of one skill, in rows


def coverage_bars(coverage: Sequence[AreaRow], parts: dict[str, list[float]], sources: Sequence[Source]) -> Figure:
    """Coverage by area as one bar of parts on a track; `parts` by area in the order of `sources`."""
    rows = list(range(len(coverage)))
    bar = {"type": "bar", "orientation": "h", "y": rows, "width": 0.24}
    track = {**bar, "x": [1] * len(rows), "marker": {"color": "@track"}, "hoverinfo": "skip"}
    texts = [f"{phrases.percent(row.coverage)} · {row.shown} of {phrases.count(row.of, 'skill')}" for row in coverage]
    begins = [0.0] * len(rows)
    traces = []
    for place, source in enumerate(sources):
        lengths = [parts[row.area][place] for row in coverage]
        if any(lengths):
            traces.append(
                {
                    **bar,
                    "name": source.name,
                    "base": begins,
                    "x": [round(length, 4) for length in lengths],
                    "marker": {**_filled(source), "line": {"color": "@surface", "width": 1}},
                    "customdata": [
                        f"{escape(row.name)}, {source.name}: {_points(length)}"
                        for row, length in zip(coverage, lengths, strict=True)
                    ],
                    "hovertemplate": "%{customdata}<extra></extra>",
                }
            )
            begins = [round(begin + length, 4) for begin, length in zip(begins, lengths, strict=True)]
    labels = [
        each
        for row, area, text in zip(rows, coverage, texts, strict=True)
        for each in (
            label(escape(area.name), 0, row, anchor="left", colour="@text", shift=8),
            label(escape(text), 1, row, anchor="right", colour="@dim", shift=8),
        )
    ]
    return {
        "data": [track, *traces],
        "layout": {
            "barmode": "overlay",
            "xaxis": bare_axis(range=[0, 1]),
            "yaxis": bare_axis(range=[len(rows) - 0.65, -0.75]),
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "annotations": labels,
        },
    }


def coverage_history(points: Sequence[tuple[date, list[float]]], sources: Sequence[Source]) -> Figure:
    """How the coverage (0-1) of one area grew, the parts stacked: a small chart."""
    x = [when.isoformat() for when, _ in points]
    ends = (points[0][0], points[-1][0]) if points else (None, None)
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "name": source.name,
                "stackgroup": "sources",
                "x": x,
                "y": [round(parts[place], 4) for _, parts in points],
                "line": {"color": source.colour, "width": 1},
                "fillcolor": f"{source.colour}~b0",
                **(
                    {"fillpattern": {**HATCH, "fgcolor": source.colour, "bgcolor": "@surface"}}
                    if source.own_word
                    else {}
                ),
                "hovertemplate": f"{source.name}: %{{y:.0%}}<extra></extra>",
            }
            for place, source in enumerate(sources)
            if any(parts[place] > 0 for _, parts in points)
        ],
        "layout": {
            "xaxis": {**small_time_axis(*ends), "hoverformat": "%-d %b %Y"},
            "yaxis": {"range": [0, 1.03], "tickvals": [0, 0.5, 1], "tickformat": ".0%"},
            "hovermode": "x unified",
            "margin": {"l": 8, "r": 12, "t": 6, "b": 4},
        },
    }


def months(rows: Sequence[MonthParts], sources: Sequence[Source], window: tuple[date, date] | None = None) -> Figure:
    """Active days by month, stacked by source; beyond six years by quarter."""
    begin, end = month_bounds(rows, window)  # type: ignore[arg-type]
    wide = by_quarter(rows)
    if begin and end and wide:  # whole ones
        begin = month_after(begin, -((begin.month - 1) % 3))
        end = month_after(end, 3 - (end.month - 1) % 3) - timedelta(days=1)
    shown = _quarters(rows) if wide else list(rows)
    shape, length = ("Quarter from %b %Y", 3 * DAYS_OF_MONTH) if wide else ("%b %Y", DAYS_OF_MONTH)
    bar = {
        "type": "bar",
        "x": [row.month.isoformat() for row in shown],
        "xperiod": "M3" if wide else "M1",
        "xperiodalignment": "middle",
        "width": 0.85 * length * DAY_IN_MS,
    }
    return {
        "data": [
            {
                **bar,
                "name": source.name,
                "y": [row.days[place] for row in shown],
                "marker": _filled(source),
                "hovertemplate": f"%{{x|{shape}}}, {source.name}: %{{y:.3~g}} active days<extra></extra>",
            }
            for place, source in enumerate(sources)
            if any(row.days[place] for row in shown)
        ],
        "layout": {
            "barmode": "stack",
            "xaxis": time_axis(begin, end, 8),
            "yaxis": {"rangemode": "tozero", "tickformat": "d", "nticks": 4},
            "margin": {"l": 8, "r": 12, "t": 6, "b": 4},
        },
    }


def by_quarter(rows: Sequence[MonthParts]) -> bool:
    """Whether so many months are bars by quarter."""
    return len(rows) > 0 and months_between(rows[0].month, rows[-1].month) > MONTHS_SHOWN_SINGLY


def first_uses(rows: Sequence[tuple[SkillRow, list[SourceSpan]]], sources: Sequence[Source]) -> Figure:
    """From first to last use of each skill in each source: a line a source, one below the other."""
    days = [day for row, _ in rows for day in (row.first, row.last) if day]
    ends = (min(days) - timedelta(days=9), max(days) + timedelta(days=9)) if days else (None, None)
    lines = [line for number, (row, spans) in enumerate(rows) for line in _lines(number, row, spans, sources)]
    labels = [
        {**label(escape(row.name), 0, number, anchor="left", colour="@dim", shift=5, size=12), "bgcolor": "@surface"}
        for number, (row, _) in enumerate(rows)
    ]
    return {
        "data": lines,
        "layout": {
            "xaxis": {**time_axis(*ends, 6), "side": "top", "showgrid": True, "zeroline": False},
            "yaxis": bare_axis(range=[len(rows) - 0.3, -1.0]),
            "annotations": labels,
            "margin": {"l": 6, "r": 12, "t": 4, "b": 4},
        },
    }


def _lines(number: int, row: SkillRow, spans: list[SourceSpan], sources: Sequence[Source]) -> list[dict[str, Any]]:
    if not spans:  # derived from all others
        return [_line(number, row.name, "all sources", (row.first, row.last), line={"color": "@dim"}, symbol="circle")]
    return [
        _line(
            number + STEP * place,
            row.name,
            sources[span.source].name,
            (span.first, span.last),
            line={"color": sources[span.source].colour, **({"dash": "dot"} if sources[span.source].own_word else {})},
            symbol="diamond-open" if sources[span.source].own_word else "circle",
        )
        for place, span in enumerate(spans)
    ]


def _line(
    y: float, skill: str, source: str, ends: tuple[date | None, date | None], *, line: dict[str, Any], symbol: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [str(day) for day in ends],
        "y": [y, y],
        "line": {**line, "width": 2.5},
        "marker": {"color": line["color"], "size": [7, 5], "symbol": symbol, "opacity": 1},
        "cliponaxis": False,
        "text": phrases.span(*ends),
        "hovertemplate": f"{escape(skill)}, {source}<br>%{{text}}<extra></extra>",
    }


def _filled(source: Source) -> dict[str, Any]:
    pattern = {"pattern": {**HATCH, "fgcolor": "@surface", "fillmode": "overlay"}} if source.own_word else {}
    return {"color": source.colour, **pattern}


def _points(share: float) -> str:
    return f"{phrases.percent(share)} of all that there is to cover"


def _quarters(rows: Sequence[MonthParts]) -> list[MonthParts]:
    """Months added up by quarter."""
    found: dict[date, list[float]] = {}
    for row in rows:
        first = month_after(row.month, -((row.month.month - 1) % 3))
        sums = found.setdefault(first, [0.0] * len(row.days))
        found[first] = [round(one + other, 2) for one, other in zip(sums, row.days, strict=True)]
    return [MonthParts(quarter, sums) for quarter, sums in found.items()]

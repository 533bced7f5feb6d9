"""Charts of what was done among others: competitions, answers, work in others' repositories, learning.

Pure functions of rows to figures, like those of `figures.py`.
"""

from __future__ import annotations

from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING, Any

from dashboard import phrases
from dashboard.axes import DAY_IN_MS, bare_axis, label, month_after, months_between, time_axis
from dashboard.figures import DAYS_OF_MONTH, MONTHS_SHOWN_SINGLY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.community_views import Competition, Entry, Repository
    from dashboard.figures import Figure
    from dashboard.source_views import Source

LANE = 50  # px of a source's lane with its name above
REPOSITORY_ROW = 44
WORK_STEPS = (1, 4, 10)  # active days of a month from which the colour grows
KINDS = (  # of what is done in a repository: name in a row, words, colour
    ("merged", "Pull requests, merged", "@level:3"),
    ("open", "Other pull requests", "@level:1"),
    ("reviews", "Reviews", "@source:stackoverflow"),
    ("issues", "Issues", "@source:kaggle"),
)


def competitions(rows: Sequence[tuple[Competition, date]], window: tuple[date, date] | None = None) -> Figure:
    """Competitions with a rank, each on its day: the share of teams behind; a star where a medal was awarded."""
    days = [day for _, day in rows]
    ends = (min([*days, *(window or ())[:1]]), max([*days, *(window or ())[1:]])) if days else (None, None)
    best = max(rows, key=lambda pair: pair[0].ahead or 0, default=None)
    named = [
        {
            "text": escape(best[0].title),
            "x": best[1].isoformat(),
            "y": best[0].ahead,
            "xanchor": "right" if best[1] > ends[0] + (ends[1] - ends[0]) / 2 else "left",  # type: ignore[operator]
            "xshift": -10 if best[1] > ends[0] + (ends[1] - ends[0]) / 2 else 10,  # type: ignore[operator]
            "showarrow": False,
            "font": {"color": "@text", "size": 12},
        }
        for best in ([best] if best and ends[0] else [])
    ]
    begin, end = (ends[0] - timedelta(days=25), ends[1] + timedelta(days=25)) if ends[0] and ends[1] else (None, None)
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": [day.isoformat() for day in days],
                "y": [round(row.ahead or 0, 4) for row, _ in rows],
                "marker": {
                    "opacity": 1,
                    "color": ["@warn" if row.medal else "@accent" for row, _ in rows],
                    "symbol": ["star" if row.medal else "circle" for row, _ in rows],
                    "size": [15 if row.medal else 10 for row, _ in rows],
                },
                "text": [_of_competition(row) for row, _ in rows],
                "hovertemplate": "%{text}<extra></extra>",
            }
        ],
        "layout": {
            "xaxis": time_axis(begin, end, 6),
            "yaxis": {"range": [-0.04, 1.06], "tickvals": [0, 0.25, 0.5, 0.75, 0.9, 1], "tickformat": ".0%"},
            "annotations": named,
            "margin": {"l": 8, "r": 12, "t": 6, "b": 4},
        },
    }


def _of_competition(row: Competition) -> str:
    medal = f"<br>{row.medal.capitalize()} medal, awarded" if row.medal else ""
    rank = f"Rank {phrases.number(row.rank or 0)} of {phrases.number(row.teams or 0)} teams"
    return f"{escape(row.title)}<br>{rank}, ahead of {phrases.percent(row.ahead or 0)}{medal}"


def answers(months: Sequence[tuple[date, int, int]], window: tuple[date, date] | None = None) -> Figure:
    """Answers by month, accepted ones and others; beyond six years by quarter. Rows: month, accepted, others."""
    wide = by_quarter(months)
    shown = _quarters(months) if wide else list(months)
    ends = [month for month, *_ in shown] + ([day.replace(day=1) for day in window] if window else [])
    begin, end = (min(ends), month_after(max(ends), 3 if wide else 1) - timedelta(days=1)) if shown else (None, None)
    length = 3 * DAYS_OF_MONTH if wide else DAYS_OF_MONTH
    shape = "Quarter from %b %Y" if wide else "%b %Y"
    bar = {
        "type": "bar",
        "x": [month.isoformat() for month, *_ in shown],
        "xperiod": "M3" if wide else "M1",
        "xperiodalignment": "middle",
        "width": 0.85 * length * DAY_IN_MS,
    }
    return {
        "data": [
            {
                **bar,
                "name": name,
                "y": [row[place] for row in shown],
                "marker": {"color": colour},
                "hovertemplate": f"%{{x|{shape}}}: %{{y}} {name}<extra></extra>",
            }
            for place, name, colour in ((1, "accepted", "@level:3"), (2, "not accepted", "@level:1"))
        ],
        "layout": {
            "barmode": "stack",
            "xaxis": time_axis(begin, end, 6),
            "yaxis": {"rangemode": "tozero", "tickformat": "d", "nticks": 4},
            "margin": {"l": 8, "r": 12, "t": 6, "b": 4},
        },
    }


def by_quarter(months: Sequence[tuple[date, int, int]]) -> bool:
    return len(months) > 0 and months_between(months[0][0], months[-1][0]) > MONTHS_SHOWN_SINGLY


def _quarters(months: Sequence[tuple[date, int, int]]) -> list[tuple[date, int, int]]:
    found: dict[date, tuple[int, int]] = {}
    for month, accepted, others in months:
        first = month_after(month, -((month.month - 1) % 3))
        before = found.get(first, (0, 0))
        found[first] = before[0] + accepted, before[1] + others
    return [(first, *sums) for first, sums in found.items()]


def repositories(rows: Sequence[Repository]) -> Figure:
    """Pull requests (merged or not), reviews and issues by repository, as one bar each."""
    places = list(range(len(rows)))
    most = max((row.total for row in rows), default=1)
    bar = {"type": "bar", "orientation": "h", "y": places, "width": 0.24}
    numbers = {
        "merged": [row.merged for row in rows],
        "open": [row.pull_requests - row.merged for row in rows],
        "reviews": [row.reviews for row in rows],
        "issues": [row.issues for row in rows],
    }
    labels = [
        each
        for place, row in zip(places, rows, strict=True)
        for each in (
            label(escape(row.name), 0, place, anchor="left", colour="@text", shift=8),
            label(str(row.total), 1, place, anchor="right", colour="@dim", shift=8),
        )
    ]
    return {
        "data": [
            {
                **bar,
                "name": words,
                "x": numbers[kind],
                "marker": {"color": colour, "line": {"color": "@surface", "width": 1}},
                "hovertemplate": f"{words}: %{{x}}<extra></extra>",
            }
            for kind, words, colour in KINDS
            if any(numbers[kind])
        ],
        "layout": {
            "barmode": "stack",
            "xaxis": bare_axis(range=[0, most]),
            "yaxis": bare_axis(range=[len(rows) - 0.65, -0.75]),
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "annotations": labels,
        },
    }


def learning(
    lanes: Sequence[tuple[Source, Mapping[date, int]]],
    entries: Sequence[Entry],
    window: tuple[date, date] | None = None,
) -> Figure:
    """A lane a source: its active months, and in the last lane open diamonds for entries by one's own word."""
    work = [(source, found) for source, found in lanes if not source.own_word]
    names = [*(source.name for source, _ in work), *(["Self-reported"] if entries else [])]
    days = [*(month for _, found in work for month in found), *(entry.day for entry in entries), *(window or ())]
    ends = (min(days) - timedelta(days=20), max(days) + timedelta(days=50)) if days else (None, None)
    strips = [strip for place, (source, found) in enumerate(work) for strip in _strips(place, source.name, found)]
    return {
        "data": [*strips, *([_diamonds(len(work), entries)] if entries else [])],
        "layout": {
            "barmode": "overlay",
            "hovermode": "closest",
            "xaxis": {**time_axis(*ends, 6), "side": "top", "showgrid": True, "zeroline": False},
            "yaxis": bare_axis(range=[len(names) - 0.25, -0.55]),
            "annotations": [
                {**label(name, 0, place, anchor="left", colour="@dim", shift=3, size=12), "bgcolor": "@surface"}
                for place, name in enumerate(names)
            ],
            "margin": {"l": 4, "r": 12, "t": 4, "b": 4},
        },
    }


def _strips(lane: int, name: str, found: Mapping[date, int]) -> list[dict[str, Any]]:
    """The months of a lane, one trace for each strength of colour."""
    by_level: dict[int, list[date]] = {}
    for month in sorted(found):
        by_level.setdefault(1 + sum(found[month] >= step for step in WORK_STEPS), []).append(month)
    return [
        {
            "type": "bar",
            "name": name,
            "x": [month.isoformat()[:7] for month in months],
            "xperiod": "M1",
            "xperiodalignment": "middle",
            "width": 0.9 * DAYS_OF_MONTH * DAY_IN_MS,
            "base": lane,
            "y": [0.34] * len(months),
            "marker": {"color": f"@level:{level}"},
            "customdata": [found[month] for month in months],
            "hovertemplate": f"%{{x|%b %Y}}, {name}: active days: %{{customdata}}<extra></extra>",
        }
        for level, months in sorted(by_level.items())
    ]


def _diamonds(lane: int, entries: Sequence[Entry]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Self-reported",
        "x": [entry.day.isoformat() for entry in entries],
        "y": [lane + 0.17] * len(entries),
        "marker": {"symbol": "diamond-open", "size": 11, "color": "@text", "line": {"width": 2}},
        "text": [f"{entry.kind.capitalize()}: {escape(entry.title)}" for entry in entries],
        "hovertemplate": "%{text}<br>%{x|%-d %b %Y}, self-reported<extra></extra>",
    }

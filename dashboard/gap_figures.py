"""Charts that hold two things against each other: a role and what is there, one date and another.

Pure functions of rows to figures, like those of `figures.py`.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard import figures, phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.figures import Figure
    from data.gap import AreaGap

PAIR_ROW = 52  # px of an area's two dots with its name above


class Pair(NamedTuple):
    """Two shares (0 to 1) of one area, and what is said of both."""

    area: str
    name: str
    before: float
    after: float
    text: str


def role_bars(areas: Sequence[AreaGap]) -> Figure:
    """How much of a role is reached, by area."""
    texts = [f"{row.reached} of {phrases.count(row.of, 'skill')}" for row in areas]  # the title says of what
    colours = [f"@area:{row.area}" for row in areas]
    return figures.labelled_bars([row.name for row in areas], [row.coverage for row in areas], texts, colours)


def pairs(rows: Sequence[Pair], first: str, second: str) -> Figure:
    """Two shares by area: a ring and a dot on one line, the name above; `first` and `second` say what the two are."""
    places = list(range(len(rows)))
    labels = [
        label
        for place, row in zip(places, rows, strict=True)
        for label in (
            _label(escape(row.name), 0, place, "left", "@text"),
            _label(escape(row.text), 1, place, "right", "@dim"),
        )
    ]
    marks = {"type": "scatter", "mode": "markers", "y": places}
    return {
        "data": [
            *(_track(place) for place in places),
            *(_between(place, row) for place, row in zip(places, rows, strict=True)),
            {
                **marks,
                "name": first,
                "x": [row.before for row in rows],
                "marker": {
                    "size": 11,
                    "color": "@surface",
                    "line": {"width": 2.5, "color": [f"@area:{row.area}" for row in rows]},
                },
                "hovertemplate": f"{escape(first)}: %{{x:.0%}}<extra></extra>",
            },
            {
                **marks,
                "name": second,
                "x": [row.after for row in rows],
                "marker": {"size": 12, "color": [f"@area:{row.area}" for row in rows]},
                "hovertemplate": f"{escape(second)}: %{{x:.0%}}<extra></extra>",
            },
        ],
        "layout": {
            "xaxis": {"range": [-0.02, 1.02], "visible": False, "fixedrange": True},
            "yaxis": {"range": [len(rows) - 0.6, -0.75], "visible": False, "fixedrange": True},
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "annotations": labels,
        },
    }


def _track(place: int) -> dict[str, Any]:
    line = {"color": "@track", "width": 4}
    return {"type": "scatter", "mode": "lines", "x": [0, 1], "y": [place, place], "line": line, "hoverinfo": "skip"}


def _between(place: int, row: Any) -> dict[str, Any]:
    line = {"color": f"@area:{row.area}~80", "width": 4}
    x = [row.before, row.after]
    return {"type": "scatter", "mode": "lines", "x": x, "y": [place, place], "line": line, "hoverinfo": "skip"}


def _label(text: str, x: float, y: int, anchor: str, colour: str) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "xref": "paper",
        "xanchor": anchor,
        "y": y,
        "yref": "y",
        "yanchor": "bottom",
        "yshift": 8,
        "showarrow": False,
        "font": {"color": colour, "size": 13},
    }

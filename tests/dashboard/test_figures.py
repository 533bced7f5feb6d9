"""Figures by their facts, on small and on empty frames; drawn by nobody here, checked by Plotly's own rules."""

from datetime import date

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard import figures, theme
from dashboard.skill_views import AreaRow, Month, SkillRow
from dashboard.views import Matrix, TechnologyRow

COVERAGE = [AreaRow("mathematics", "Mathematics", 0.5, 3, 8), AreaRow("programming", "Programming", 0.004, 1, 10)]
FIRST, LAST = date(2024, 3, 5), date(2024, 3, 14)
TECHNOLOGIES = [
    TechnologyRow("numpy", "NumPy", 1200, 3, FIRST, LAST, 4000, 0, "current"),
    TechnologyRow("ab", "a <i>b</i>", 1, 1, FIRST, FIRST, 1, 0, "dormant"),
]
HISTORY = [(date(2023, 1, 1), 0.0), (date(2024, 1, 1), 0.3333333)]
USES = [
    SkillRow("numpy", "NumPy", "programming", 2, "working", 9, 2, FIRST, LAST, 0, 40, 0, 0.0, "current"),
]
MONTHS = [Month(date(2024, 1, 1), 3, 0), Month(date(2024, 2, 1), 1, 2)]
MATRIX = Matrix(["one", "two"], ["NumPy", "<b>x</b>"], [[0, 1], [15, 400]])
DAYS = np.array(["2022-12-31", "2024-01-01", "2024-01-02", "2024-01-02"], dtype="datetime64[D]")

SMALL = {
    "coverage_bars": (figures.coverage_bars, (COVERAGE,)),
    "technology_bars": (figures.technology_bars, (TECHNOLOGIES,)),
    "coverage_history": (figures.coverage_history, (HISTORY, "mathematics")),
    "first_uses": (figures.first_uses, (USES,)),
    "activity_calendar": (figures.activity_calendar, (DAYS,)),
    "active_days_by_month": (figures.active_days_by_month, (MONTHS,)),
    "project_matrix": (figures.project_matrix, (MATRIX,)),
}


def without_rows(value):
    if isinstance(value, Matrix):
        return Matrix([], [], [])
    return value[:0] if isinstance(value, np.ndarray | list) else value


def dressed(value, colours):
    """What the browser does: tokens become colours."""
    if isinstance(value, str) and value.startswith("@"):
        token, _, opacity = value[1:].partition("~")
        return colours[token] + opacity
    if isinstance(value, dict):
        return {name: dressed(part, colours) for name, part in value.items()}
    return [dressed(part, colours) for part in value] if isinstance(value, (list, tuple)) else value


def in_plotly(figure, scheme=theme.LIGHT):
    colours = theme.colours(scheme, ["mathematics", "programming"])
    drawn = dressed(figure, colours)
    drawn["data"] = [dict(trace.items()) for trace in drawn["data"]]
    return go.Figure({**drawn, "layout": {**drawn["layout"], "template": theme.template(scheme)}})


@pytest.mark.parametrize("scheme", theme.SCHEMES.values(), ids=theme.SCHEMES)
@pytest.mark.parametrize("name", SMALL)
def test_figure_is_valid(name, scheme):
    make, arguments = SMALL[name]
    assert in_plotly(make(*arguments), scheme).data


@pytest.mark.parametrize("name", SMALL)
def test_figure_of_nothing_is_valid(name):
    make, arguments = SMALL[name]
    in_plotly(make(*map(without_rows, arguments)))


def test_every_figure_is_tried():
    made = {
        name
        for name, part in vars(figures).items()
        if callable(part) and getattr(part, "__module__", "") == figures.__name__
    }
    public = {name for name in made if not name.startswith("_")} - {"labelled_bars", "by_quarter", "matrix_size"}
    assert public == set(SMALL)


@pytest.mark.parametrize("name", SMALL)
def test_figure_names_no_colour(name):
    make, arguments = SMALL[name]
    text = str(make(*arguments))
    assert "#" not in text
    assert "rgb" not in text


def test_coverage_bars_say_breadth_and_share():
    figure = figures.coverage_bars(COVERAGE)
    assert figure["data"][1]["x"] == [0.5, 0.004]
    texts = [label["text"] for label in figure["layout"]["annotations"]]
    assert texts[1].replace("\u202f", " ") == "50 % · 3 of 8 skills"
    assert texts[3].replace("\u202f", " ") == "&lt;1 % · 1 of 10 skills"


def test_names_are_escaped():
    assert "<i>" not in str(figures.technology_bars(TECHNOLOGIES))
    assert "<b>" not in str(figures.project_matrix(MATRIX))


def test_calendar_counts_days_of_a_week_and_keeps_years_between():
    heat = figures.activity_calendar(DAYS)["data"][0]
    assert heat["y"] == ["2024", "2023", "2022"]
    assert heat["z"][0][0] == 2
    assert sum(heat["z"][1]) == 0
    assert heat["z"][2][52] == 1
    assert heat["text"][0][1] == "8 Jan 2024"


def test_matrix_steps_follow_the_days():
    heat = figures.project_matrix(MATRIX)["data"][0]
    assert heat["z"] == [[0, 3], [1, 4]]
    assert heat["customdata"] == [[0, 15], [1, 400]]


def test_matrix_has_room_for_its_names():
    small, large = figures.matrix_size(MATRIX), figures.matrix_size(MATRIX._replace(projects=["o" * 40, "two"]))
    assert large[0] > small[0] + 200
    assert large[1] == small[1]
    figure = figures.project_matrix(MATRIX)["layout"]
    assert figure["xaxis"]["tickangle"] == -90


def test_long_spans_are_drawn_by_quarter():
    months = [Month(date(2016 + n // 12, n % 12 + 1, 1), 1, 0) for n in range(100)]
    (bars,) = figures.active_days_by_month(months)["data"]
    assert len(bars["x"]) == 34
    axis = figures.active_days_by_month(months)["layout"]["xaxis"]
    assert axis["range"] == ["2016-01-01", "2024-07-01"]
    assert bars["y"][0] == 3


@pytest.mark.parametrize(
    ("months", "window", "first", "last", "form"),
    [
        (["2017-02-01"], None, "2016-09-01", "2017-09-01", "%b %Y"),
        (["2017-02-01"], (date(2017, 1, 20), date(2017, 3, 3)), "2016-09-01", "2017-09-01", "%b %Y"),
        (["2017-02-01", "2017-08-01"], (date(2016, 2, 3), date(2017, 12, 31)), "2016-02-01", "2018-01-01", "%b %Y"),
        (["2020-05-01"], (date(2018, 1, 1), date(2021, 6, 30)), "2018-01-01", "2021-07-01", "%Y"),
    ],
)
def test_months_stand_in_the_whole_window(months, window, first, last, form):
    rows = [Month(date.fromisoformat(month), 1, 0) for month in months]
    axis = figures.active_days_by_month(rows, window)["layout"]["xaxis"]
    assert axis["range"] == [first, last]
    assert axis["tickformat"] == form
    assert axis["dtick"].startswith("M")


@pytest.mark.parametrize(("ticks", "form"), [(8, "%-d %b"), (0, "%-d\n%b")])
def test_short_history_is_told_in_days(ticks, form):
    points = [(date(2024, 1, 1), 0.0), (date(2024, 1, 31), 0.5)]
    axis = figures.coverage_history(points, "mathematics", ticks)["layout"]["xaxis"]
    assert axis["tickformat"] == form
    assert axis["range"] == ["2024-01-01", "2024-02-01"]


@pytest.mark.parametrize(("years", "form"), [(1, "%b\n%Y"), (10, "%Y")])
def test_small_chart_has_few_ticks_and_none_aslant(years, form):
    points = [(date(2014, 1, 1), 0.0), (date(2013 + years, 12, 31), 0.5)]
    axis = figures.coverage_history(points, "mathematics")["layout"]["xaxis"]
    assert axis["tickformat"] == form
    assert axis["tickangle"] == 0
    assert 12 * years / int(axis["dtick"].removeprefix("M")) <= 4


def test_one_month_is_a_bar_of_a_month():
    (bars,) = figures.active_days_by_month(MONTHS[:1])["data"]
    assert 20 < bars["width"] / 86_400_000 < 31


def test_assisted_days_are_a_trace_of_their_own():
    own, assisted = figures.active_days_by_month(MONTHS)["data"]
    assert own["y"] == [3, 1]
    assert assisted["y"] == [0, 2]
    assert own["marker"] != assisted["marker"]

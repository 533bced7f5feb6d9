"""Figures of Community and those split by source: valid to Plotly, no colour named, parts in their places."""

from datetime import date

import plotly.graph_objects as go
import pytest

from dashboard import community_figures, source_figures, theme
from dashboard.community_views import Competition, Entry, Repository
from dashboard.skill_views import AreaRow, SkillRow
from dashboard.source_views import MonthParts, Source, SourceSpan
from tests.dashboard.test_figures import dressed

ONE, TWO = date(2024, 3, 5), date(2024, 9, 14)
SOURCES = [Source("github", "GitHub"), Source("kaggle", "Kaggle"), Source("manual", "Self-reported"), Source("x", "X")]
AREAS = [AreaRow("mathematics", "Maths <b>x</b>", 0.5, 3, 8), AreaRow("programming", "Programming", 0.0, 0, 10)]
PARTS = {"mathematics": [0.25, 0.0, 0.2, 0.05], "programming": [0.0, 0.0, 0.0, 0.0]}
HISTORY = [(ONE, [0.0, 0.0, 0.0, 0.0]), (TWO, [0.25, 0.0, 0.2, 0.05])]
MONTHS = [MonthParts(date(2024, 1, 1), [3, 0.5, 0.5, 0]), MonthParts(date(2024, 3, 1), [1, 0, 0, 0])]
SKILL = SkillRow("a", "A <i>b</i>", "mathematics", 2, "working", 9, 2, ONE, TWO, 0, 40, 0, 0.0, "current")
USES = [(SKILL, [SourceSpan(0, ONE, TWO), SourceSpan(2, ONE, ONE)]), (SKILL, [])]
COMPETITION = Competition(1, "Cup <b>", "", ONE, TWO, 41, 1830, 0.98, 3, "0.9", "AUC", "gold", private=False)
REPOSITORY = Repository(1, "others/<b>", "", False, 2, 3, 1, 0, 5, ONE, TWO)
ENTRY = Entry(TWO, "course", "Trees <b>", "", 60, public=False)
MADE = {
    "coverage_bars": lambda: source_figures.coverage_bars(AREAS, PARTS, SOURCES),
    "coverage_history": lambda: source_figures.coverage_history(HISTORY, SOURCES),
    "months": lambda: source_figures.months(MONTHS, SOURCES, (ONE, TWO)),
    "first_uses": lambda: source_figures.first_uses(USES, SOURCES),
    "competitions": lambda: community_figures.competitions([(COMPETITION, ONE), (COMPETITION, TWO)]),
    "answers": lambda: community_figures.answers([(date(2024, 3, 1), 1, 2)], (ONE, TWO)),
    "repositories": lambda: community_figures.repositories([REPOSITORY]),
    "learning": lambda: community_figures.learning([(SOURCES[0], {date(2024, 3, 1): 4})], [ENTRY]),
    "no coverage_bars": lambda: source_figures.coverage_bars([], {}, SOURCES),
    "no coverage_history": lambda: source_figures.coverage_history([], SOURCES),
    "no months": lambda: source_figures.months([], SOURCES),
    "no first_uses": lambda: source_figures.first_uses([], SOURCES),
    "no sources": lambda: source_figures.months(MONTHS, []),
}


@pytest.mark.parametrize("scheme", theme.SCHEMES.values(), ids=theme.SCHEMES)
@pytest.mark.parametrize("name", MADE)
def test_figure_is_valid(name, scheme):
    drawn = dressed(MADE[name](), theme.colours(scheme, ["mathematics", "programming"]))
    go.Figure({**drawn, "layout": {**drawn["layout"], "template": theme.template(scheme)}})


@pytest.mark.parametrize("name", MADE)
def test_figure_names_no_colour_and_no_markup(name):
    text = str(MADE[name]())
    assert "#" not in text
    assert "rgb" not in text
    assert not {"<b>", "<i>"} & {part for part in ("<b>", "<i>") if part in text}


def test_every_figure_is_tried():
    for module in (source_figures, community_figures):
        made = {name for name, part in vars(module).items() if getattr(part, "__module__", "") == module.__name__}
        assert {name for name in made if name[0] != "_" and name.islower()} - {"by_quarter"} <= set(MADE)


def test_parts_of_a_bar_begin_where_the_one_before_ends():
    traces = MADE["coverage_bars"]()["data"][1:]
    assert [trace["name"] for trace in traces] == ["GitHub", "Self-reported", "X"]  # Kaggle has no part
    assert [(trace["base"][0], trace["x"][0]) for trace in traces] == [(0, 0.25), (0.25, 0.2), (0.45, 0.05)]


@pytest.mark.parametrize("name", ["coverage_bars", "months"])
def test_own_word_is_hatched(name):
    for trace in MADE[name]()["data"]:
        assert ("pattern" in trace["marker"]) is (trace.get("name") == "Self-reported")


def test_own_word_is_dotted_and_open_in_first_uses():
    lines = MADE["first_uses"]()["data"]
    assert [line["marker"]["symbol"] for line in lines] == ["circle", "diamond-open", "circle"]
    assert lines[1]["line"]["dash"] == "dot"
    assert lines[1]["y"][0] > lines[0]["y"][0]  # one below the other
    assert lines[2]["line"]["color"] == "@dim"  # derived from all others


def test_many_months_become_quarters_and_lose_nothing():
    rows = [MonthParts(date(2014 + number // 12, 1 + number % 12, 1), [1, 0.25]) for number in range(100)]
    bars = source_figures.months(rows, SOURCES[:2])["data"]
    assert [len(trace["x"]) for trace in bars] == [34, 34]
    assert [sum(trace["y"]) for trace in bars] == [100, 25]


def test_source_that_is_not_known_is_grey():
    assert SOURCES[3].colour == "@dim"
    assert all(f"source:{name}" in theme.colours(theme.LIGHT, []) for name in ("github", "git", "kaggle", "manual"))

"""Parts by source add up to the whole, whatever the evidence; and small cases by hand."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import by_source, ledger, metrics
from data.ledger import day_number
from data.taxonomy import Area, Level, Levels, Skill, Taxonomy

FIRST = date(2020, 1, 6)  # a Monday
SOURCE_OF = np.array([0, 0, 1, 2, 1])  # of projects 0 to 4
STEPS = (Level(0, "none"), Level(1, "tried", days=1), Level(2, "more", days=3), Level(4, "most", days=9, projects=2))
SOURCES = {"x": "derived", "s": "self-reported"}


def taxonomy(best=None, always=()):
    made = {
        name: Skill(name, name, "one" if name in "ab" else "two", "", "", SOURCES.get(name, "code"))
        for name in "abcdesx"
    }
    areas = (Area("one", "One", "", 1), Area("two", "Two", "", 2, best, tuple(always)))
    return Taxonomy(areas, made, {}, {}, Levels(STEPS, {}, 12, 24), (), "")


def evidence(*cells):
    """Cells: skill, project, day after the first."""
    rows = pd.DataFrame(sorted(set(cells)), columns=["subject", "project_id", "day"])
    days = [np.datetime64(FIRST + timedelta(days=int(day)), "s") for day in rows["day"]]
    kind = pd.Series(["skill"] * len(rows), dtype="str")
    return ledger.of_frame(
        rows.assign(subject_kind=kind, day=np.array(days, dtype="datetime64[s]"), uses=1, assisted_uses=0), "skill"
    )


def shares(cells, after=1000, known=None):
    found = by_source.skill_shares(evidence(*cells), known or taxonomy(), [FIRST + timedelta(days=after)], SOURCE_OF, 3)
    return {skill: row[:, 0].round(6).tolist() for skill, row in zip("abcdesx", found, strict=True)}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([], [0, 0, 0]),
        ([("a", 1, 0), ("a", 1, 1)], [1, 0, 0]),
        ([("a", 0, 0), ("a", 1, 0)], [1, 0, 0]),  # two projects of one source
        ([("a", 1, 0), ("a", 2, 1)], [0.5, 0.5, 0]),
        ([("a", 1, 0), ("a", 2, 0)], [0.5, 0.5, 0]),  # one day, divided
        ([("a", 1, 0), ("a", 2, 0), ("a", 3, 1), ("a", 3, 2)], [1 / 6, 1 / 6, 2 / 3]),
    ],
)
def test_share_of_a_skill(cells, expected):
    assert shares(cells)["a"] == pytest.approx(expected, abs=1e-5)


def test_shares_use_what_came_before_the_date():
    cells = [("a", 1, 0), ("a", 2, 5)]
    assert shares(cells, after=-1)["a"] == [0, 0, 0]
    assert shares(cells, after=4)["a"] == [1, 0, 0]
    assert shares(cells, after=5)["a"] == [0.5, 0.5, 0]


def test_week_belongs_to_the_sources_of_its_first_day():
    assert shares([("a", 1, 0), ("b", 2, 3), ("b", 2, 7)])["x"] == [0.5, 0.5, 0]
    assert shares([("s", 3, 0)])["x"] == [0, 0, 0]  # one's own word makes no week
    assert shares([("s", 3, 0), ("a", 1, 1)])["x"] == [1, 0, 0]


def test_own_word_makes_no_week_of_a_derived_skill():
    rows = metrics.skill_standings(evidence(("s", 3, 0), ("s", 3, 7), ("a", 1, 8)), taxonomy(), date(2021, 1, 1))
    row = next(each for each in rows if each.subject == "x")
    assert (row.active_days, row.projects, row.first) == (1, 1, FIRST + timedelta(days=8))


CELLS = st.lists(st.tuples(st.sampled_from("abcdesz"), st.integers(0, 4), st.integers(0, 400)), max_size=120)


@given(CELLS, st.sampled_from([(None, ()), (2, ()), (1, ("e",)), (9, ("e", "s"))]))
def test_parts_add_up_to_the_coverage(cells, rule):
    known, rows = taxonomy(*rule), evidence(*cells)
    dates = [FIRST + timedelta(days=days) for days in (-3, 0, 40, 40, 200, 500)]
    whole = metrics.coverage_at(rows, known, dates)
    parts = by_source.coverage_parts(rows, known, dates, SOURCE_OF, 3)
    assert (parts >= 0).all()
    np.testing.assert_allclose(parts.sum(axis=2), whole, atol=1e-6)
    last = by_source.coverage_parts(rows, known, dates[-1:], SOURCE_OF, 3)
    np.testing.assert_allclose(last[0], parts[-1], atol=1e-5)


@given(CELLS)
def test_divided_days_add_up(cells):
    pairs = sorted({(day, project) for _, project, day in cells})
    days, projects = (np.array(column, dtype=np.int64) for column in (zip(*pairs, strict=True) if pairs else ((), ())))
    found, parts = by_source.divided_days(days, projects, SOURCE_OF, 3)
    assert found.tolist() == sorted({day for day, _ in pairs})
    np.testing.assert_allclose(parts.sum(axis=1), 1)


def test_day_of_two_sources_is_halved():
    day = day_number(FIRST)
    found, parts = by_source.divided_days(np.array([day, day, day + 1]), np.array([0, 2, 3]), SOURCE_OF, 3)
    assert found.tolist() == [day, day + 1]
    assert parts.tolist() == [[0.5, 0.5, 0], [0, 0, 1]]

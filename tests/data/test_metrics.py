from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import metrics
from data.cumulative import DENSE, months_before, whole_months
from data.taxonomy import Area, Level, Levels, Skill, Taxonomy, load_taxonomy
from tests.data.building import evidence

AS_OF = date(2024, 6, 30)
EVERYBODYS = (
    Level(0, "none"),
    Level(1, "tried", days=1),
    Level(2, "practised", days=5),
    Level(3, "applied", days=15, projects=2),
    Level(4, "sustained", days=40, projects=3, months=12),
)


def taxonomy(skills=("a", "b", "c", "d"), *, best=None, always=(), derived=(), own=None):
    """Skills a and b in the area "first", the rest in "second"."""
    made = {
        each: Skill(
            each, each.upper(), "first" if each in "ab" else "second", "", "", "derived" if each in derived else "code"
        )
        for each in skills
    }
    areas = (Area("first", "First", "", 1), Area("second", "Second", "", 2, best, tuple(always)))
    return Taxonomy(areas, made, {}, {}, Levels(EVERYBODYS, own or {}, 12, 24), (), "")


def spread(subject, days, projects=1, months=0):
    """So many active days, over so many projects and at least so many whole months."""
    first = date(2020, 1, 15)
    last = max(first + timedelta(days=days - 1), date(2020 + months // 12, 1 + months % 12, 15))
    dates = [first + timedelta(days=n) for n in range(days - 1)] + [last] if days else []
    return [(subject, n % projects + 1, day.isoformat()) for n, day in enumerate(dates)]


def level_of(frame, skill="a"):
    return int(frame.set_index("skill").loc[skill, "level"])


@pytest.mark.parametrize(
    ("days", "projects", "months", "level"),
    [
        (0, 1, 0, 0),
        (1, 1, 0, 1),
        (4, 1, 0, 1),
        (5, 1, 0, 2),
        (14, 2, 0, 2),
        (15, 1, 0, 2),
        (15, 2, 0, 3),
        (39, 3, 12, 3),
        (40, 2, 12, 3),
        (40, 3, 11, 3),
        (40, 3, 12, 4),
        (400, 1, 40, 2),
    ],
)
def test_level_needs_days_projects_and_months(days, projects, months, level):
    frame = metrics.skill_levels(evidence(*spread("a", days, projects, months)), taxonomy(), AS_OF)
    row = frame.set_index("skill").loc["a"]
    assert (row["level"], row["level_name"]) == (level, EVERYBODYS[level].name)
    if days:
        assert (row["active_days"], row["projects"]) == (days, min(days, projects))


def test_skill_with_thresholds_of_its_own():
    own = {"a": (Level(0, "none"), Level(1, "tried", projects=1), Level(2, "practised", projects=3))}
    rows = evidence(("a", 1, 0), ("a", 2, 0), ("b", 1, 0))
    frame = metrics.skill_levels(rows, taxonomy(own=own), AS_OF)
    assert (level_of(frame, "a"), level_of(frame, "b")) == (1, 1)
    frame = metrics.skill_levels(evidence(*((s, n, 0) for n in range(3) for s in "ab")), taxonomy(own=own), AS_OF)
    assert (level_of(frame, "a"), level_of(frame, "b")) == (2, 1)


def test_skill_levels_columns():
    rows = evidence(("b", 1, "2024-01-31", 3, 1), ("b", 2, "2024-03-01", 4), ("b", 2, "2024-07-01", 9), ("z", 1, 0))
    frame = metrics.skill_levels(rows, taxonomy(), AS_OF)
    assert frame["skill"].tolist() == ["a", "b", "c", "d"]
    assert frame.iloc[1].to_dict() == {
        "skill": "b", "area": "first", "level": 1, "level_name": "tried", "active_days": 2, "projects": 2,
        "first": pd.Timestamp("2024-01-31"), "last": pd.Timestamp("2024-03-01"), "months": 1, "uses": 7,
        "assisted_uses": 1, "recency": "current",
    }  # fmt: skip
    assert frame["first"].isna().tolist() == [True, False, True, True]
    assert frame["recency"].tolist() == ["", "current", "", ""]


@pytest.mark.parametrize(
    ("last", "recency"),
    [
        ("2024-06-30", "current"),
        ("2023-06-30", "current"),
        ("2023-06-29", "fading"),
        ("2022-06-30", "fading"),
        ("2022-06-29", "dormant"),
    ],
)
def test_recency_at_its_edges(last, recency):
    frame = metrics.skill_levels(evidence(("a", 1, last)), taxonomy(), AS_OF)
    assert frame.set_index("skill").loc["a", "recency"] == recency


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2020-01-15", "2021-01-14", 11),
        ("2020-01-15", "2021-01-15", 12),
        ("2020-01-31", "2020-02-29", 0),
        ("2020-01-31", "2020-03-31", 2),
        ("2020-02-29", "2021-02-28", 11),
        ("2020-02-29", "2021-03-01", 12),
        ("1969-12-31", "1970-01-31", 1),
        ("2020-01-01", "2020-01-01", 0),
    ],
)
def test_whole_months(first, last, months):
    numbers = [np.array([np.datetime64(each, "D").astype(np.int64)], dtype=np.int32) for each in (first, last)]
    assert whole_months(*numbers).tolist() == [months]


def test_months_before_stays_in_its_month():
    assert np.datetime64(months_before(date(2024, 2, 29), 12), "D") == np.datetime64("2023-02-28")


def test_evidence_after_the_day_is_not_there_yet():
    rows = evidence(("a", 1, "2024-06-30"), ("a", 1, "2024-07-01"))
    frame = metrics.skill_levels(rows, taxonomy(), AS_OF).set_index("skill")
    assert frame.loc["a", "active_days"] == 1
    assert metrics.skill_levels(rows, taxonomy(), date(2024, 6, 29))["level"].tolist() == [0, 0, 0, 0]


def test_evidence_before_1970_counts():
    frame = metrics.skill_levels(evidence(("a", 1, "1969-12-31"), ("a", 1, "1970-01-02")), taxonomy(), AS_OF)
    row = frame.set_index("skill").loc["a"]
    assert (row["active_days"], row["first"], row["recency"]) == (2, pd.Timestamp("1969-12-31"), "dormant")


def test_far_dates_cost_no_room():
    rows = evidence(("a", 1, "0100-01-01"), ("a", 10**9, "2020-01-01"), ("b", 5, "2020-01-01"))
    assert (date(2020, 1, 1) - date(100, 1, 1)).days > DENSE
    frame = metrics.skill_levels(rows, taxonomy(), AS_OF).set_index("skill")
    assert frame.loc["a", ["active_days", "projects", "months"]].tolist() == [2, 2, 1920 * 12]


class TestCoverage:
    def test_mean_of_levels_over_four(self):
        rows = evidence(*spread("a", 5), *spread("c", 15, 2), *spread("d", 1))
        levels = metrics.skill_levels(rows, taxonomy(), AS_OF)
        assert metrics.area_coverage(levels, taxonomy()).to_dict("records") == [
            {"area": "first", "coverage": 2 / 8, "shown": 1, "of": 2},
            {"area": "second", "coverage": 4 / 8, "shown": 2, "of": 2},
        ]

    @pytest.mark.parametrize(
        ("cells", "coverage"),
        [
            ([], 0),
            (spread("e", 5), 2 / 12),
            (spread("c", 5), 2 / 12),
            (spread("c", 5) + spread("d", 15, 2), 5 / 12),
            (spread("c", 5) + spread("d", 15, 2) + spread("f", 1), 5 / 12),
            (spread("c", 5) + spread("d", 15, 2) + spread("f", 5) + spread("e", 1), 6 / 12),
        ],
    )
    def test_best_skills_and_those_always_asked_for(self, cells, coverage):
        known = taxonomy("cdef", best=2, always=["e"])
        found = metrics.area_coverage(metrics.skill_levels(evidence(*cells), known, AS_OF), known)
        assert found["coverage"].tolist() == pytest.approx([0, coverage])
        assert found["of"].tolist() == [0, 4]

    def test_over_time(self):
        rows = evidence(("a", 1, "2020-01-31"), ("c", 1, "2020-02-02"))
        dates = [date(2020, 1, 30), date(2020, 1, 31), date(2020, 3, 1)]
        found = metrics.coverage_over_time(rows, taxonomy(), dates)
        assert found["area"].tolist() == ["first", "second"] * 3
        assert found["coverage"].tolist() == [0, 0, 1 / 8, 0, 1 / 8, 1 / 8]
        assert found["date"].dt.date.tolist() == [each for each in dates for _ in range(2)]


class TestDerived:
    KNOWN = taxonomy(("a", "b", "x"), derived="x")

    def test_counts_weeks_with_evidence_of_others(self):
        days = ["2020-01-06", "2020-01-12", "2020-01-13", "2020-02-03"]  # Monday, Sunday, Monday, Monday
        rows = evidence(*(("a", 1, each) for each in days), ("b", 2, "2020-01-07"))
        row = metrics.skill_levels(rows, self.KNOWN, AS_OF).set_index("skill").loc["x"]
        assert (row["active_days"], row["projects"]) == (3, 2)
        assert (row["first"], row["last"]) == (pd.Timestamp("2020-01-06"), pd.Timestamp("2020-02-03"))

    def test_nothing_comes_of_nothing(self):
        assert metrics.skill_levels(evidence(), self.KNOWN, AS_OF)["level"].tolist() == [0, 0, 0]
        rows = evidence(("unknown", 1, 0))
        assert metrics.skill_levels(rows, self.KNOWN, AS_OF)["level"].tolist() == [0, 0, 0]


def test_what_changed_between_two_days():
    rows = evidence(
        *((skill, 1, day) for skill in "ab" for day in range(4)),
        ("a", 1, 10),
        ("c", 1, 10, 3),
        ("d", 1, 20),
    )
    since, until = date(2020, 1, 10), date(2020, 1, 16)
    found = metrics.what_changed(rows, taxonomy(), since, until)
    assert found[["skill", "before", "after", "first_use", "new_days"]].to_numpy().tolist() == [
        ["a", 1, 2, False, 1],
        ["c", 0, 1, True, 1],
    ]
    assert found["after_name"].tolist() == ["practised", "tried"]


class TestTechnologies:
    ROWS = evidence(
        ("pandas", 1, "2023-01-01", 2, 1, "technology"),
        ("pandas", 2, "2023-01-01", 3, 0, "technology"),
        ("pandas", 2, "2023-02-01", 1, 0, "technology"),
        ("torch", 1, "2020-01-01", 9, 0, "technology"),
        ("later", 1, "2025-01-01", 9, 0, "technology"),
        ("a", 1, "2025-01-01", 9, 0, "skill"),
        ("python", 1, "2023-01-01", 80, 0, "language"),
    )

    def test_use(self):
        head = pd.DataFrame({"subject_kind": ["technology", "skill"], "subject": ["torch", "pandas"]})
        found = metrics.technology_use(self.ROWS, AS_OF, head=head)
        assert found["technology"].tolist() == ["pandas", "torch"]
        assert found.iloc[0].to_dict() == {
            "technology": "pandas", "uses": 6, "assisted_uses": 1, "active_days": 2, "projects": 2,
            "first": pd.Timestamp("2023-01-01"), "last": pd.Timestamp("2023-02-01"), "months": 1, "recency": "fading",
            "present_at_head": False,
        }  # fmt: skip
        assert found["present_at_head"].tolist() == [False, True]

    def test_languages(self):
        found = metrics.technology_use(self.ROWS, AS_OF, subject_kind="language")
        assert found[["language", "uses"]].to_numpy().tolist() == [["python", 80]]

    def test_recency_by_the_taxonomys_levels(self):
        levels = replace(taxonomy().levels, current_months=1, fading_months=17)
        assert metrics.technology_use(self.ROWS, AS_OF, levels=levels)["recency"].tolist() == ["fading", "dormant"]

    def test_first_uses(self):
        found = metrics.first_uses(self.ROWS)
        assert found["subject"].tolist() == ["torch", "python", "pandas", "a", "later"]
        assert found["first"].iloc[2] == pd.Timestamp("2023-01-01")


def test_matrix_counts_active_days():
    rows = evidence(("a", 7, 0, 9), ("a", 7, 1), ("b", 3, 0), ("t", 3, 0, 1, 0, "technology"))
    found = metrics.project_skill_matrix(rows)
    assert found.to_dict("index") == {3: {"a": 0, "b": 1}, 7: {"a": 2, "b": 0}}


def active(*cells):
    frame = pd.DataFrame(cells, columns=["day", "project_id", "activities"])
    return frame.assign(day=pd.to_datetime(frame["day"]).astype("datetime64[s]"))


def test_calendar_has_every_day():
    days = active(("2020-02-28", 1, 2), ("2020-02-28", 2, 3), ("2020-03-01", 1, 1), ("2021-01-01", 1, 1))
    found = metrics.activity_calendar(days, date(2020, 2, 27), date(2020, 3, 1))
    assert found["day"].dt.strftime("%m-%d").tolist() == ["02-27", "02-28", "02-29", "03-01"]
    assert found[["activities", "projects"]].to_numpy().tolist() == [[0, 0], [5, 2], [0, 0], [1, 1]]


def test_weeks_begin_on_monday_and_have_no_holes():
    days = active(("2020-01-05", 1, 1), ("2020-01-06", 1, 2), ("2020-01-07", 2, 1), ("2020-01-20", 1, 1))
    found = metrics.weekly_activity(days)
    assert found["week"].dt.strftime("%Y-%m-%d").tolist() == ["2019-12-30", "2020-01-06", "2020-01-13", "2020-01-20"]
    assert found[["active_days", "activities"]].to_numpy().tolist() == [[1, 1], [2, 3], [0, 0], [1, 1]]


def test_no_evidence_gives_whole_frames():
    nothing, known = evidence(), taxonomy()
    assert metrics.skill_levels(nothing, known, AS_OF)["level"].tolist() == [0, 0, 0, 0]
    assert metrics.coverage_over_time(nothing, known, [AS_OF])["coverage"].tolist() == [0, 0]
    assert metrics.coverage_over_time(nothing, known, []).empty
    for frame in (
        metrics.technology_use(nothing, AS_OF),
        metrics.first_uses(nothing),
        metrics.what_changed(nothing, known, AS_OF, AS_OF),
        metrics.project_skill_matrix(nothing),
        metrics.weekly_activity(active()),
    ):
        assert len(frame) == 0
    assert metrics.activity_calendar(active(), AS_OF, AS_OF)["activities"].tolist() == [0]


def test_plain_words_do_as_well_as_categories():
    rows = evidence(*spread("a", 15, 2), ("t", 1, 0, 1, 0, "technology"))
    plain = rows.astype({"subject_kind": "str", "subject": "str"})
    pd.testing.assert_frame_equal(
        metrics.skill_levels(plain, taxonomy(), AS_OF), metrics.skill_levels(rows, taxonomy(), AS_OF)
    )
    pd.testing.assert_frame_equal(metrics.technology_use(plain, AS_OF), metrics.technology_use(rows, AS_OF))


KNOWN = taxonomy("abcdefx", best=2, always=["e"], derived="x")
CELLS = st.lists(
    st.tuples(
        st.sampled_from("abcdefz"),
        st.integers(1, 4),
        st.integers(0, 900),
        st.integers(1, 5),
        st.just(0),
        st.sampled_from(["skill", "skill", "technology"]),
    ),
    max_size=150,
)


def one_a_day(cells):
    """Evidence holds one row a kind, subject, project and day."""
    return list({(cell[5], *cell[:3]): cell for cell in cells}.values())


def plainly(cells, as_of):
    """Levels by the definition, without frames."""
    levels = {}
    counted = [(s, p, date(2020, 1, 6) + timedelta(days=d)) for s, p, d, *_, kind in cells if kind == "skill"]
    counted = [cell for cell in counted if cell[2] <= as_of and cell[0] in KNOWN.skills]
    weeks = {}
    for _, _, day in sorted(counted, key=lambda cell: cell[2]):
        weeks.setdefault(day.isocalendar()[:2], day)
    for skill in KNOWN.skills:
        mine = [cell for cell in counted if cell[0] == skill]
        days = {day for _, _, day in mine} if skill != "x" else set(weeks.values())
        projects = {p for _, p, _ in (mine if skill != "x" else counted)}
        months = 0
        if days:
            first, last = min(days), max(days)
            months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
        reached = [
            step.number
            for step in EVERYBODYS
            if days and len(days) >= step.days and len(projects) >= step.projects and months >= step.months
        ]
        levels[skill] = max(reached, default=0)
    return levels


@settings(max_examples=60, deadline=None)
@given(CELLS, st.integers(-10, 1000))
def test_levels_are_what_their_definition_says(cells, day):
    cells, as_of = one_a_day(cells), date(2020, 1, 6) + timedelta(days=day)
    found = metrics.skill_levels(evidence(*cells), KNOWN, as_of)
    assert dict(zip(found["skill"], found["level"], strict=True)) == plainly(cells, as_of)


@settings(max_examples=60, deadline=None)
@given(CELLS, st.lists(st.dates(date(2019, 12, 1), date(2023, 1, 1)), max_size=6))
def test_coverage_over_time_is_coverage_at_each_date(cells, dates):
    rows = evidence(*one_a_day(cells))
    over_time = metrics.coverage_over_time(rows, KNOWN, dates)["coverage"].tolist()
    at_each = [metrics.area_coverage(metrics.skill_levels(rows, KNOWN, each), KNOWN)["coverage"] for each in dates]
    assert over_time == [value for each in at_each for value in each]
    assert all(0 <= value <= 1 for value in over_time)


@settings(max_examples=60, deadline=None)
@given(CELLS, CELLS, st.randoms(use_true_random=False))
def test_more_evidence_never_lowers_and_order_is_nothing(cells, more, chance):
    cells = one_a_day(cells)
    shuffled = list(cells)
    chance.shuffle(shuffled)
    before = metrics.skill_levels(evidence(*cells), KNOWN, AS_OF)
    pd.testing.assert_frame_equal(metrics.skill_levels(evidence(*shuffled), KNOWN, AS_OF), before)
    after = metrics.skill_levels(evidence(*one_a_day([*cells, *more])), KNOWN, AS_OF)
    assert (after["level"].to_numpy() >= before["level"].to_numpy()).all()
    coverage = [metrics.area_coverage(each, KNOWN)["coverage"].to_numpy() for each in (before, after)]
    assert (coverage[1] >= coverage[0]).all()


def test_levels_of_our_own_taxonomy():
    known = load_taxonomy()
    found = metrics.skill_levels(evidence(*spread("pytorch", 40, 3, 12)), known, date(2021, 2, 1)).set_index("skill")
    assert (found.loc["pytorch", "level"], found.loc["pytorch", "level_name"]) == (4, "sustained")
    areas = metrics.area_coverage(found.reset_index(), known).set_index("area")
    assert areas.loc["deep-learning", "coverage"] == pytest.approx(4 / 4 / len(known.skills_of("deep-learning")))

"""What a role asks for against what is there, and the smallest steps: doing one raises the level, less does not."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import gap, metrics
from data.roles import Need, Role
from data.taxonomy import load_taxonomy
from tests.data.building import evidence

TAXONOMY = load_taxonomy()
AS_OF = date(2024, 1, 7)  # a Sunday: tomorrow is another week
FIRST = date(2020, 1, 6)


def row(days=0, projects=0, first=None, last=None, level=0):
    return SimpleNamespace(active_days=days, projects=projects, first=first, last=last, level=level, recency="")


def level(skill, number):
    return next(each for each in TAXONOMY.levels.of(skill) if each.number == number)


def rows_of(cells):
    frame = evidence(*cells) if cells else evidence(("pytorch", 1, "2020-01-06")).iloc[:0]
    return lambda as_of: {each.subject: each for each in metrics.skill_standings(frame, TAXONOMY, as_of)}


@pytest.mark.parametrize(
    ("there", "skill", "number", "step"),
    [
        (row(), "sql", 1, gap.Step(1)),
        (row(), "sql", 2, gap.Step(5)),
        (row(3, 1, FIRST, FIRST), "sql", 2, gap.Step(2)),
        (row(14, 1, FIRST, AS_OF), "sql", 3, gap.Step(1, 1)),
        (row(20, 1, FIRST, AS_OF), "sql", 3, gap.Step(1, 1)),  # only the project is missing: a day in a new one
        (row(39, 1, FIRST, AS_OF), "sql", 4, gap.Step(1, 2)),  # both new projects on one day
        (row(50, 4, date(2023, 12, 1), AS_OF), "sql", 4, gap.Step(1, 0, date(2024, 12, 1))),  # only time is missing
        (row(50, 4, FIRST, date(2020, 2, 1)), "sql", 4, gap.Step(1)),  # long ago enough: any day now
        (row(30, 3, date(2024, 1, 7), AS_OF), "sql", 4, gap.Step(10, 0, date(2025, 1, 7))),
        (row(), "sql", 4, gap.Step(40, 3, date(2025, 1, 8))),
        (row(), "portfolio", 1, gap.Step(1, 1)),
        (row(2, 2, FIRST, FIRST), "portfolio", 2, gap.Step(1, 1)),
        (row(8, 0, FIRST, AS_OF), "learning-cadence", 2, gap.Step(17)),
        (row(1, 1, FIRST, FIRST), "kaggle-competitions", 2, gap.Step(2)),
    ],
)
def test_step_is_the_fewest_days(there, skill, number, step):
    assert gap.step_to(there, level(skill, number), AS_OF) == step


@pytest.mark.parametrize(
    ("first", "months", "day"),
    [
        (date(2024, 1, 15), 1, date(2024, 2, 15)),
        (date(2024, 1, 31), 1, date(2024, 3, 1)),  # February has no 31st
        (date(2023, 12, 31), 2, date(2024, 3, 1)),
        (date(2024, 8, 31), 12, date(2025, 8, 31)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2023, 11, 30), 1, date(2023, 12, 30)),
    ],
)
def test_months_pass_as_the_levels_count_them(first, months, day):
    since = gap.step_to(row(50, 4, first, first), SimpleNamespace(days=0, projects=0, months=months), first).since
    assert since == day
    for last, whole in ((day, True), (day - timedelta(days=1), False)):
        frame = evidence(("sql", 1, first.isoformat()), ("sql", 1, last.isoformat()))
        found = next(each for each in metrics.skill_standings(frame, TAXONOMY, last) if each.subject == "sql")
        assert (found.months >= months) == whole


SKILLS = ("sql", "kaggle-competitions", "portfolio", "version-control", "learning-cadence")
CELLS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, (AS_OF - FIRST).days)), max_size=45, unique=True)


def cells_of(skill, places):
    subject = "sql" if skill == "learning-cadence" else skill  # derived from all others
    return [(subject, project, (FIRST + timedelta(days=day)).isoformat()) for project, day in places]


def doing(skill, step, *, old_project):
    """Evidence of a step that is done, beginning tomorrow."""
    days = [AS_OF + timedelta(days=1 + 7 * number) for number in range(step.days)]
    if step.since and days and days[-1] < step.since:
        days[-1] = step.since
    new = [100 + number for number in range(step.projects)]
    places = [(old_project if not new else new[min(n, len(new) - 1)], day) for n, day in enumerate(days)]
    places += [(project, days[-1]) for project in new[len(days) :]]
    return cells_of(skill, [(project, (day - FIRST).days) for project, day in places])


@settings(max_examples=150, deadline=None)
@given(skill=st.sampled_from(SKILLS), wanted=st.integers(1, 4), places=CELLS)
def test_doing_the_step_raises_the_level_and_less_does_not(skill, wanted, places):
    cells = cells_of(skill, places)
    role = Role("r", "R", "s", (Need(skill, wanted),))
    rows = rows_of(cells)(AS_OF)
    steps = gap.next_steps(gap.role_gap(rows, role, TAXONOMY), TAXONOMY, AS_OF)
    if rows[skill].level >= wanted:
        assert steps == []
        return
    (found,) = steps
    later = AS_OF + timedelta(days=365 * 3)
    old = places[0][0] if places else (100 if found.step.projects else 1)

    def reached(step):
        return rows_of([*cells, *doing(skill, step, old_project=old)])(later)[skill].level

    assert found.reach > rows[skill].level
    assert reached(found.step) >= found.reach
    if found.step.days > 1:
        fewer = gap.Step(found.step.days - 1, found.step.projects, found.step.since)
        # a level that counts no days is reached by its projects, on however few days
        assert reached(fewer) < found.reach
    if found.step.projects > (0 if places else 1):  # the first project comes with the first day
        assert reached(gap.Step(found.step.days, found.step.projects - 1, found.step.since)) < found.reach


def test_gap_and_coverage_weigh_what_is_asked_for():
    role = Role("r", "R", "s", (Need("sql", 4, must=True, weight=3), Need("pandas", 2), Need("r", 1)))
    rows = {"sql": row(6, level=2), "pandas": row(50, level=4), "r": row()}
    found = gap.role_gap(rows, role, TAXONOMY)
    assert [(each.skill, each.share, each.reached) for each in found] == [
        ("sql", 0.5, False), ("pandas", 1.0, True), ("r", 0.0, False),
    ]  # fmt: skip
    assert gap.coverage_of_role(found) == pytest.approx((3 * 0.5 + 1) / 5)
    areas = {each.area: each for each in gap.role_areas(found, TAXONOMY)}
    assert list(areas) == ["programming", "data-engineering"]
    assert (areas["programming"].coverage, areas["programming"].reached, areas["programming"].of) == (0.5, 1, 2)
    assert (areas["data-engineering"].there, areas["data-engineering"].wanted) == (0.5, 1.0)


def test_steps_come_by_gain_then_must_then_days():
    needs = (Need("sql", 2), Need("pandas", 2, must=True), Need("numpy", 1, weight=3), Need("nosql", 2))
    rows = {"sql": row(4, 1, FIRST, AS_OF, 1), "pandas": row(1, 1, FIRST, AS_OF, 1), "numpy": row()}
    rows["nosql"] = row(3, 1, FIRST, AS_OF, 1)
    steps = gap.next_steps(gap.role_gap(rows, Role("r", "R", "s", needs), TAXONOMY), TAXONOMY, AS_OF)
    assert [each.skill for each in steps] == ["numpy", "pandas", "sql", "nosql"]
    assert sum(each.gain for each in steps) == pytest.approx(3 / 6 + 3 * 0.5 / 6)
    assert gap.smallest_step(steps).skill == "numpy"
    assert gap.smallest_step([]) is None


@pytest.mark.parametrize(
    ("skill", "there", "said"),
    [
        (
            "hypothesis-testing",
            row(3, 1, FIRST, AS_OF, 1),
            "2 more active days with Hypothesis testing reach Practised",
        ),
        ("sql", row(4, 1, FIRST, AS_OF, 1), "1 more active day with SQL reaches Practised"),
        (
            "sql",
            row(20, 1, FIRST, AS_OF, 2),
            "1 more active day with SQL, in 1 project where it was not used yet, reaches Applied",
        ),
        (
            "sql",
            row(10, 1, FIRST, AS_OF, 2),
            "5 more active days with SQL, with 1 project where it was not used yet among them, reach Applied",
        ),
        (
            "sql",
            row(50, 4, date(2023, 12, 1), AS_OF, 3),
            "1 more active day with SQL reaches Sustained, the last of them not before 1 Dec 2024",
        ),
        ("portfolio", row(1, 1, FIRST, AS_OF, 1), "2 more projects with Public portfolio reach Practised"),
        (
            "learning-cadence",
            row(24, 2, FIRST, AS_OF, 1),
            "1 more active week for Continuous learning reaches Practised",
        ),
    ],
)
def test_step_is_said_in_a_sentence(skill, there, said):
    role = Role("r", "R", "s", (Need(skill, 4),))
    (step,) = gap.next_steps(gap.role_gap({skill: there}, role, TAXONOMY), TAXONOMY, AS_OF)
    before, after = gap.step_words(step, TAXONOMY)
    assert f"{before}{step.name}{after}" == said

"""Titles of charts: true in every edge case, short, and with the numbers that are drawn."""

import re
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import findings, phrases
from dashboard.findings import LONGEST, Grown, Used
from dashboard.skill_views import Month

LONG = "Distributed processing and streaming of very large data"
YEAR = "in the last 12 months"
NAMES = {1: "tried", 2: "practised", 3: "applied", 4: "sustained"}


class Area(NamedTuple):
    name: str
    coverage: float
    shown: int = 7
    of: int = 9


def plain(text):
    return text.replace(phrases.THIN, " ")


def used(*pairs):
    return [Used(*pair) for pair in pairs]


def months(*rows):
    return [Month(date(year, month, 1), own, assisted) for year, month, own, assisted in rows]


@pytest.mark.parametrize(
    ("areas", "title"),
    [
        ([], "No area is covered"),
        ([Area("Mathematics", 0, 0)], "No area is covered"),
        ([Area("Mathematics", 0.5), Area("Python", 0.2)], "Mathematics has the most coverage: 50 %, 7 of 9 skills"),
        ([Area("Mathematics", 0.5)], "Mathematics has the most coverage: 50 %, 7 of 9 skills"),
        ([Area("Mathematics", 0.001, 1, 1), Area("Python", 0)], "Mathematics is the only area covered: <1 %"),
        ([Area("A", 0.501), Area("B", 0.499), Area("C", 0.1)], "A and B have the most coverage: 50 % each"),
        ([Area("A", 0.5), Area("B", 0.5), Area("C", 0.5)], "3 areas have the most coverage: 50 % each"),
        ([Area(LONG, 0.5), Area("B", 0.1)], "The most coverage is 50 %, 7 of 9 skills"),
        ([Area(LONG, 0.5), Area(LONG, 0.5)], "2 areas have the most coverage: 50 % each"),
    ],
)
def test_most_covered(areas, title):
    assert plain(findings.most_covered(areas)) == title


@pytest.mark.parametrize(
    ("parts", "title"),
    [
        ([], "Nothing of the coverage is from any source"),
        ([("GitHub", 0)], "Nothing of the coverage is from any source"),
        ([("GitHub", 3), ("Kaggle", 0)], "All of the coverage is from GitHub"),
        ([("GitHub", 3), ("Kaggle", 1)], "75 % of the coverage is from GitHub, the rest from Kaggle"),
        ([("GitHub", 1), ("your own word", 3)], "75 % of the coverage is from your own word, the rest from GitHub"),
        ([("GitHub", 1), ("Kaggle", 1)], "50 % of the coverage is from each of GitHub and Kaggle"),
        (
            [("GitHub", 2), ("Kaggle", 1), ("Git folders", 1)],
            "50 % of the coverage is from GitHub, the most of 3 sources",
        ),
        ([("A", 1), ("B", 1), ("C", 1)], "33 % of the coverage is from each of 3 sources"),
    ],
)
def test_from_sources(parts, title):
    assert plain(findings.from_sources(parts, "the coverage")) == title


@pytest.mark.parametrize(
    ("areas", "title"),
    [
        ([], "No growth to show yet"),
        ([Grown("A", 0, 0)], "No growth to show yet"),
        ([Grown("A", 0.3, 0.45), Grown("B", 0.1, 0.2)], f"A grew most {YEAR}: 30 % → 45 %"),
        ([Grown("A", 0.3, 0.4), Grown("B", 0.1, 0.2)], f"A and B grew most {YEAR}: 10 points each"),
        ([Grown(name, 0.3, 0.31) for name in "ABC"], f"3 areas grew most {YEAR}: 1 point each"),
        ([Grown("A", 0.3, 0.305), Grown("B", 0.1, 0.1)], "A grew furthest since 2014: to 30 %"),
        ([Grown("A", 0.3, 0.3), Grown("B", 0.3, 0.3)], "2 areas grew furthest since 2014: to 30 % each"),
        ([Grown(LONG, 0.3, 0.45)], f"One area grew most {YEAR}: 30 % → 45 %"),
    ],
)
def test_grown(areas, title):
    assert plain(findings.grown(areas, YEAR, "2014")) == title


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        ((0, 0, YEAR), "Nothing of this area is covered"),
        ((0.3, 0.45, YEAR), f"Coverage rose from 30 % to 45 % {YEAR}"),
        ((0.45, 0.45, YEAR), f"Coverage is 45 %, unchanged {YEAR}"),
        ((0.3, 0.45, YEAR, "3 Mar 2024"), "Coverage reached 45 % since 3 Mar 2024"),
    ],
)
def test_coverage_of_area(numbers, title):
    assert plain(findings.coverage_of_area(*numbers)) == title


@pytest.mark.parametrize(
    ("reached", "only", "title"),
    [
        ([], "", "No skill is shown"),
        ([0, 0], "current", "No current skill is shown"),
        ([1], "", "1 skill tried"),
        ([2, 2, 0], "", "2 skills practised"),
        ([4, 3, 3, 1, 0], "", "4 skills: 1 sustained, 2 applied, 1 tried"),
        ([4, 1], "current", "2 current skills: 1 sustained, 1 tried"),
    ],
)
def test_levels(reached, only, title):
    assert findings.levels(reached, NAMES, only) == title


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        ((7, 9, 5), "7 of 9 skills shown, 5 of them current"),
        ((7, 9, 7), "7 of 9 skills shown, all of them current"),
        ((7, 9, 0), "7 of 9 skills shown, none of them current"),
        ((1, 1, 1), "1 of 1 skill shown, and it is current"),
        ((1, 7, 0), "1 of 7 skills shown, and it is not current"),
        ((0, 9, 0), "None of 9 skills is shown"),
    ],
)
def test_skills_of_area(numbers, title):
    assert findings.skills_of_area(*numbers) == title


def test_skills_of_area_that_are_current():
    assert findings.skills_of_area(7, 9, 5, only_current=True) == "5 of 9 skills are current"
    assert findings.skills_of_area(7, 9, 1, only_current=True) == "1 of 9 skills is current"


@pytest.mark.parametrize(
    ("days", "recent", "title"),
    [
        (0, 0, "No active day"),
        (1, 1, f"1 active day, {YEAR}"),
        (12, 12, f"12 active days, all {YEAR}"),
        (412, 96, f"412 active days, 96 of them {YEAR}"),
        (412, 0, "412 active days, 2014 – 2020"),
        (412, 3, "412 active days, 2014 – 2020"),
    ],
)
def test_active_days(days, recent, title):
    assert findings.active_days(days, recent, YEAR, "2014 – 2020", least=5 if recent == 3 else 1) == title


@pytest.mark.parametrize(
    ("rows", "subject", "title"),
    [
        ([], " with NumPy", "No active day with NumPy"),
        (months((2024, 3, 1, 0)), " with NumPy", "1 active day with NumPy, in Mar 2024"),
        (months((2024, 3, 1, 1), (2024, 5, 2, 0)), " with NumPy", "4 active days with NumPy, all in 2024"),
        (months((2023, 3, 1, 0), (2024, 5, 2, 1)), "", "4 active days, the most in 2024: 3"),
        (months((2023, 3, 2, 0), (2024, 5, 2, 0)), "", "4 active days, Mar 2023 – May 2024"),
        (months((2023, 3, 2, 0), (2024, 5, 5, 0)), f" with {LONG}", "7 active days, the most in 2024: 5"),
    ],
)
def test_busiest(rows, subject, title):
    assert findings.busiest(rows, "active day", subject) == title


@pytest.mark.parametrize(
    ("begun", "only", "title"),
    [
        ([], "", "No skill is shown"),
        ([], "current", "No current skill is shown"),
        ([("Python", date(2014, 3, 1))], "", "Python since Mar 2014"),
        ([("Python", date(2014, 3, 1)), ("SQL", date(2014, 3, 9))], "", "2 skills, all begun in Mar 2014"),
        (
            [("Python", date(2014, 3, 1)), ("SQL", date(2024, 5, 9))],
            "current",
            "2 current skills, from Python in Mar 2014 to SQL in May 2024",
        ),
        (
            [("Python", date(2014, 3, 1)), (LONG, date(2024, 5, 9))],
            "",
            "2 skills, the first in Mar 2014, the newest in May 2024",
        ),
    ],
)
def test_spans(begun, only, title):
    assert findings.spans(begun, only) == title


@pytest.mark.parametrize(
    ("new", "risen", "title"),
    [
        (0, 0, "No skill is new or gained a level since May"),
        (1, 0, "1 new skill since May"),
        (0, 1, "1 skill gained a level since May"),
        (2, 3, "2 new skills, 3 gained a level since May"),
    ],
)
def test_changes(new, risen, title):
    assert findings.changes(new, risen, "since May") == title
    assert findings.changes(new, risen, "") == title.removesuffix(" since May")
    assert findings.changes(new, risen, "since May", "current") == title.replace("skill", "current skill", 1)


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([], "No technology is known here"),
        (used(("pandas", 9)), "1 technology: pandas"),
        (used(("pandas", 9), ("NumPy", 9)), "2 technologies: pandas and NumPy"),
        (used(("A", 9), ("B", 8), ("C", 7), ("D", 6)), "4 technologies, most of all A, B and C"),
        (used(("A", 9), ("B", 8), ("C", 7), ("D", 7)), "4 technologies, most of all A and B"),
        (used(("A", 9), ("B", 9), ("C", 9), ("D", 9)), "4 technologies"),
        (used((LONG, 9), ("B", 8), ("C", 7), ("D", 7)), "4 technologies"),
    ],
)
def test_technologies(rows, title):
    assert findings.technologies(rows) == title


@pytest.mark.parametrize(
    ("rows", "of", "title"),
    [
        ([], 0, "No technology was used"),
        (used(("pandas", 1)), 0, "pandas was used most, on 1 active day"),
        (used(("pandas", 210), ("NumPy", 90)), 412, "pandas was used most, on 210 of 412 active days"),
        (used(("pandas", 9), ("NumPy", 9)), 0, "pandas and NumPy were used most, on 9 active days each"),
        (used(("A", 9), ("B", 9), ("C", 9)), 10, "3 technologies were used most, on 9 of 10 active days each"),
        (used((LONG, 9)), 10, "The most used one, on 9 of 10 active days"),
        (used(("Git", 10), ("pandas", 7), ("NumPy", 6)), 10, "Git was used on all 10 active days, next pandas on 7"),
        (used(("Git", 10), ("pandas", 7), ("NumPy", 7)), 10, "Git was used on all 10 active days"),
        (used(("Git", 10)), 10, "Git was used on all 10 active days"),
        (used(("Git", 10), ("pandas", 10), ("NumPy", 6)), 10, "2 technologies were used on all 10 active days"),
    ],
)
def test_used_most(rows, of, title):
    assert findings.used_most(rows, of) == title


@pytest.mark.parametrize(
    ("rows", "of", "title"),
    [
        ([], 0, "No project shows a skill"),
        (used(("Python", 0)), 3, "No project shows a skill"),
        (used(("Python", 1), ("SQL", 1)), 1, "1 project shows 2 skills"),
        (used(("Python", 9), ("SQL", 2)), 12, "Python shows in most projects: 9 of 12 projects"),
        (used(("Python", 9), ("SQL", 9)), 12, "Python and SQL show in most projects: 9 of 12 projects"),
        (used(("A", 9), ("B", 9), ("C", 9)), 12, "3 skills show in most projects: 9 of 12 projects"),
        (used((LONG, 9)), 12, "One skill shows in most projects: 9 of 12 projects"),
        (used(("SQL", 3), ("Python", 12)), 12, "Python shows in all 12 projects, next SQL in 3"),
        (used((LONG, 12)), 12, "One shows in all 12 projects"),
    ],
)
def test_in_most_projects(rows, of, title):
    assert findings.in_most_projects(rows, of) == title


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([], "No project is shown by itself"),
        (used(("ada/churn", 1)), "1 project: churn, 1 day"),
        (used(("ada/churn", 120), ("x", 7)), "2 projects; most work in churn, 120 days"),
        (used(("churn", 7), ("x", 7)), "2 projects"),
        (used((f"{LONG}-{LONG}", 9), ("x", 7)), "2 projects"),
    ],
)
def test_projects(rows, title):
    assert findings.projects(rows) == title


@pytest.mark.parametrize(
    ("rows", "of", "title"),
    [
        ([], 0, "No skill is shown here"),
        ([], 1, "1 skill shown here"),
        (used(("Python", 9)), 1, "Python, on 9 days"),
        (used(("Python", 9), ("SQL", 1)), 3, "3 skills shown here, most often Python, on 9 days"),
        (used(("Python", 9), ("SQL", 9)), 2, "2 skills shown here"),
    ],
)
def test_skills_here(rows, of, title):
    assert findings.skills_here(rows, of) == title


def test_proof():
    assert findings.proof(0) == "Proof"
    assert findings.proof(0, "SciPy") == "Proof through SciPy: none"
    assert findings.proof(1) == "Proof: 1 place in your work"
    assert findings.proof(31, "SciPy") == "Proof through SciPy: 31 places in your work"
    assert findings.proof(31, LONG) == "Proof: 31 places in your work"


# ---- laws -------------------------------------------------------------------------------------------

name = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=60)
share = st.floats(0, 1)
number = st.integers(1, 9_999)
areas = st.lists(st.builds(Area, name, share, st.integers(1, 12), st.just(12)), max_size=9)
ranked = st.lists(st.builds(Used, name, number), max_size=12).map(
    lambda rows: sorted(rows, key=lambda row: -row.number)
)
begun = st.lists(st.tuples(name, st.dates(date(1990, 1, 1), date(2030, 1, 1))), max_size=9).map(
    lambda rows: sorted(rows, key=lambda row: row[1])
)
monthly = st.lists(
    st.builds(Month, st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 31), st.integers(0, 31)), max_size=40
)


def fits(title):
    assert 0 < len(title) <= LONGEST
    assert title == title.strip()


@given(areas, st.lists(st.tuples(st.sampled_from(("GitHub", "Kaggle", "your own word")), share), max_size=5))
def test_titles_of_areas_are_short(found, parts):
    fits(findings.most_covered(found))
    fits(findings.from_sources(parts, "the active days"))
    grown = [Grown(row.name, row.coverage * 0.5, row.coverage) for row in found]
    fits(findings.grown(grown, "in the 12 months to 30 Sep 2024", "2014"))


@given(ranked, number)
def test_titles_of_lists_are_short_and_name_the_first_alone(rows, more):
    of = more + max((row.number for row in rows), default=0)
    for title in (findings.technologies(rows), findings.used_most(rows, of), findings.projects(rows)):
        fits(title)
    fits(findings.in_most_projects(rows, of))
    fits(findings.skills_here(rows, len(rows)))
    if rows:
        assert phrases.number(rows[0].number) in findings.used_most(rows, of)
        assert phrases.number(of) in findings.used_most(rows, of)


@given(begun, monthly)
def test_titles_of_times_are_short_and_count_all(rows, found):
    fits(findings.spans(rows))
    title = findings.busiest(found, "active day", " with NumPy")
    fits(title)
    days = sum(row.own + row.assisted for row in found)
    assert title.startswith(phrases.number(days) if days else "No ")


@given(st.lists(st.integers(0, 4), max_size=70))
def test_levels_add_up(reached):
    title = findings.levels(reached, NAMES)
    fits(title)
    told = [int(part) for part in re.findall(r"\d+", title)]
    shown = sum(level > 0 for level in reached)
    assert not shown or told[0] == shown
    assert len(told) < 2 or sum(told[1:]) == shown


@given(st.integers(0, 9_999), st.integers(0, 9_999))
def test_days_of_the_year_are_among_all(days, recent):
    recent = min(days, recent)
    span = phrases.span(date(2014, 3, 3), date(2014, 3, 3) + timedelta(days=days))
    fits(findings.active_days(days, recent, "in the 12 months to 30 Sep 2024", span))

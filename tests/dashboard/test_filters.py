from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.filters import Filters, argument, parse

TODAY = date(2026, 11, 22)
KNOWN = {1, 2, 30}


@given(
    st.lists(st.dates(date(1990, 1, 1), date(2027, 1, 1)), max_size=2).map(sorted),
    st.sets(st.sampled_from(sorted(KNOWN))),
    st.booleans(),
)
def test_filters_survive_the_address(dates, projects, current):
    since, until = (*dates, None, None)[:2]
    filters = Filters(since, until, tuple(sorted(projects)), current)
    assert parse(filters.query, KNOWN, TODAY) == (filters, [])


@given(st.text(max_size=200))
def test_no_address_breaks_the_filters(search):
    filters, _ = parse(search, KNOWN, TODAY)
    assert set(filters.projects) <= KNOWN
    assert argument(search, "page") >= 1


@pytest.mark.parametrize(
    ("search", "notes"),
    [
        ("", 0),
        ("?unknown=1", 0),
        ("?from=", 0),
        ("?current=0", 0),
        ("?from=2024-02-30", 1),
        ("?from=20240301", 1),
        ("?from=0001-01-01", 1),
        ("?to=2999-01-01", 1),
        ("?from=2024-05-01&to=2024-04-01", 1),
        ("?projects=1,77", 1),
        ("?projects=1%2C2", 0),
        ("?projects=²", 1),
        ("?current=yes", 1),
        ("?" + "&".join(f"x{number}=1" for number in range(60)), 0),
    ],
)
def test_bad_values_are_left_out_with_a_note(search, notes):
    filters, said = parse(search, KNOWN, TODAY)
    assert len(said) == notes
    if notes:
        assert filters.since is None
        assert filters.until is None


@pytest.mark.parametrize(
    ("search", "page"),
    [("?page=3", 3), ("?page=0", 1), ("?page=-2", 1), ("?page=x", 1), ("?page=99999999999", 1), ("", 1)],
)
def test_page_of_a_table(search, page):
    assert argument(search, "page") == page


def test_links_keep_filters_and_add():
    filters = Filters(since=date(2024, 1, 2), projects=(1, 2))
    assert filters.link("/growth") == "/growth?from=2024-01-02&projects=1,2"
    assert filters.link("/skill/numpy", page=2) == "/skill/numpy?from=2024-01-02&projects=1,2&page=2"
    assert Filters().link("/skill/numpy", page=2) == "/skill/numpy?page=2"

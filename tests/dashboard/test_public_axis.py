"""Dates that an axis of time names: few, and never so close that they run together on a phone."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from dashboard.public import axis


@pytest.mark.parametrize("months", [1, 5, 11, 12, 13, 18, 30, 48, 58, 59, 90, 124, 300])
@pytest.mark.parametrize("first", [date(2016, 8, 10), date(2022, 1, 1), date(2021, 12, 31)])
def test_dates_never_run_together(first, months):
    found = axis.ticks(first, first + timedelta(days=round(months * 30.44)))
    assert len(found) <= axis.MOST
    assert all(after - before > 0.22 for (before, _), (after, _) in pairwise(found)), found  # of some 150 px


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        (date(2016, 8, 10), date(2026, 7, 28), ["2020", "2025"]),
        (date(2022, 1, 8), date(2026, 11, 22), ["2024", "2026"]),
        (date(2023, 3, 3), date(2026, 2, 1), ["2024", "2025", "2026"]),
        (date(2025, 11, 22), date(2026, 11, 22), ["2026", "Apr", "Jul", "Oct"]),
        (date(2026, 5, 1), date(2026, 5, 1), []),
    ],
)
def test_dates_are_as_round_as_fits(first, last, labels):
    assert [label for _, label in axis.ticks(first, last)] == labels

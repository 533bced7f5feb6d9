"""Two dates side by side: what rose, what is new, what went dormant, what came back."""

from datetime import date
from itertools import pairwise
from types import SimpleNamespace

import pytest

from data import metrics
from data.comparing import compare_levels
from data.taxonomy import load_taxonomy
from tests.data.building import evidence


def row(level, days, recency):
    return SimpleNamespace(level=level, active_days=days, recency=recency, last=date(2024, 1, 1))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (row(0, 0, ""), row(2, 6, "current"), (2, True, False, False)),
        (row(1, 2, "current"), row(3, 20, "current"), (2, False, False, False)),
        (row(1, 2, "current"), row(1, 2, "dormant"), (0, False, True, False)),
        (row(1, 2, "fading"), row(1, 2, "dormant"), (0, False, True, False)),
        (row(1, 2, "dormant"), row(1, 2, "dormant"), (0, False, False, False)),
        (row(1, 2, "dormant"), row(1, 3, "current"), (0, False, False, True)),
        (row(1, 2, "fading"), row(1, 3, "current"), (0, False, False, True)),
        (row(0, 0, ""), row(1, 1, "dormant"), (1, True, False, False)),  # it came and went in between
        (row(0, 0, ""), row(0, 0, ""), (0, False, False, False)),
        (row(0, 0, ""), row(0, 2, "current"), (0, True, False, False)),  # seen, not yet at any level
    ],
)
def test_skill_at_two_dates(before, after, expected):
    (found,) = compare_levels({"sql": before}, {"sql": after})
    # rise, first use, gone dormant, come back
    assert (found.rise, found.first_use, found.gone_dormant, found.come_back) == expected
    assert found.new_days == after.active_days - before.active_days


def test_levels_never_fall_between_dates():
    taxonomy = load_taxonomy()
    frame = evidence(*(("sql", day % 3, day * 9) for day in range(60)), ("pandas", 1, 3))
    dates = [date(2020, 1, 1), date(2020, 6, 1), date(2021, 3, 1), date(2024, 1, 1)]
    rows = [{each.subject: each for each in metrics.skill_standings(frame, taxonomy, day)} for day in dates]
    for early, late in pairwise(rows):
        assert all(found.rise >= 0 and found.new_days >= 0 for found in compare_levels(early, late))
    assert any(found.gone_dormant for found in compare_levels(rows[1], rows[3]))

"""Counting as of one date is counting as of several, taken at that date."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.cumulative import NEVER, Tally, counts_at

FIRST_DAY = 100


@st.composite
def tallies(draw):
    subjects, days, projects = draw(st.integers(0, 5)), draw(st.integers(0, 30)), draw(st.integers(1, 3))
    random = np.random.default_rng(draw(st.integers(0, 2**16)))
    first_in = random.integers(FIRST_DAY, FIRST_DAY + 40, (subjects, projects))
    seen = random.random((subjects, projects)) < 0.5
    return Tally(
        np.arange(FIRST_DAY, FIRST_DAY + days, dtype=np.int32),
        random.random((subjects, days)) < 0.1,
        np.where(seen, first_in, NEVER).astype(np.int32),
    )


@given(tallies(), st.integers(FIRST_DAY - 10, FIRST_DAY + 50))
def test_one_date_is_as_several(tally, day):
    once = counts_at(tally, np.array([day], dtype=np.int32))
    several = counts_at(tally, np.array([day - 1, day, day + 1], dtype=np.int32))
    for name in ("active_days", "projects", "first", "last"):
        np.testing.assert_array_equal(getattr(once, name)[:, 0], getattr(several, name)[:, 1], name, strict=True)

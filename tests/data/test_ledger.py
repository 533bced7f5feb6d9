"""A ledger holds what the frame of evidence holds, whatever is asked of it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import ledger
from data.ledger import date_of, day_number, distinct, narrow

SUBJECTS = ("docker", "numpy", "sql")


@st.composite
def frames(draw):
    """Evidence of two kinds, in any order."""
    keys = st.tuples(
        st.sampled_from(("skill", "technology")),
        st.sampled_from(SUBJECTS),
        st.integers(1, 4),
        st.integers(-400, 30_000),
    )
    rows = [
        (*key, draw(st.integers(1, 100_000)), draw(st.integers(0, 300)))
        for key in draw(st.lists(keys, unique=True, max_size=30))
    ]
    names = ["subject_kind", "subject", "project_id", "day", "uses", "assisted_uses"]
    found = pd.DataFrame(rows, columns=names).astype({"subject_kind": "str", "subject": "str"})
    found["day"] = found["day"].to_numpy().astype("int64").astype("datetime64[D]").astype("datetime64[s]")
    return found


def rows_of(frame, kind="skill"):
    mine = frame[frame["subject_kind"] == kind].sort_values(["subject", "project_id", "day"])
    days = mine["day"].to_numpy().astype("datetime64[D]").astype("int64").tolist()
    return list(
        zip(mine["subject"], mine["project_id"], days, mine["uses"], mine["assisted_uses"], strict=True),
    )


def listed(rows):
    names = [rows.subjects[code] for code in rows.subject]
    columns = (rows.project, rows.day, rows.uses, rows.assisted)
    return list(zip(names, *(column.tolist() for column in columns), strict=True))


@given(frames())
def test_the_rows_are_those_of_the_frame_in_order(frame):
    assert listed(ledger.of_frame(frame, "skill")) == rows_of(frame)


@given(frames(), st.integers(-400, 30_000), st.integers(1, 4))
def test_filters_leave_what_a_frame_leaves(frame, since, project):
    whole = ledger.of_frame(frame, "skill")
    kept = whole.where((whole.day >= since) & (whole.project == project))
    assert listed(kept) == [row for row in rows_of(frame) if row[2] >= since and row[1] == project]
    assert listed(whole.of({"numpy", "sql"})) == [row for row in rows_of(frame) if row[0] != "docker"]
    assert listed(whole.of_subject("sql")) == [row for row in rows_of(frame) if row[0] == "sql"]
    assert not len(whole.of_subject("nothing"))


@given(frames())
def test_sums_are_those_of_the_frame(frame):
    whole = ledger.of_frame(frame, "skill")
    rows = rows_of(frame)
    ids = ["sql", "unknown", "docker"]
    codes = whole.codes_in(ids)
    assert whole.sums("uses", codes, len(ids)).tolist() == [sum(row[3] for row in rows if row[0] == id_) for id_ in ids]
    assert whole.shown() == sorted({row[0] for row in rows})
    pairs = {(row[1], row[0]) for row in rows}
    assert whole.subjects_by_project() == {
        project: sum(each == project for each, _ in pairs) for project in {each for each, _ in pairs}
    }
    assert distinct(whole.day).tolist() == sorted({row[2] for row in rows})
    uses = sum(row[3] for row in rows)
    assert whole.assisted_share == pytest.approx(sum(row[4] for row in rows) / uses if uses else 0)


@given(st.lists(st.integers(-(2**40), 2**40)))
def test_narrow_numbers_are_the_same_numbers(numbers):
    found = narrow(np.array(numbers, dtype=np.int64))
    assert found.tolist() == numbers
    assert distinct(found).tolist() == sorted(set(numbers))


@pytest.mark.parametrize(("numbers", "dtype"), [([0, 255], "uint8"), ([-1, 200], "int16"), ([70_000], "uint32")])
def test_narrow_takes_the_smallest_type(numbers, dtype):
    assert narrow(np.array(numbers, dtype=np.int64)).dtype == dtype


@given(st.dates())
def test_days_are_numbers_and_back(day):
    assert date_of(day_number(day)) == day
    assert day_number(date(1970, 1, 1)) == 0
